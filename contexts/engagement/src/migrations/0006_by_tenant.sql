-- Everything of a tenant page by page, for whoever takes everything along.
CREATE INDEX points_accounts_tenant ON points_accounts (tenant_id, id);
CREATE INDEX points_entries_tenant ON points_entries (tenant_id, id);
CREATE INDEX points_lots_tenant ON points_lots (tenant_id, id);
