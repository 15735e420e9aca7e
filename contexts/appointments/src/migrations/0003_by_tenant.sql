-- All bookings of a tenant page by page, for whoever takes everything along.
CREATE INDEX appointments_tenant ON appointments (tenant_id, id);
