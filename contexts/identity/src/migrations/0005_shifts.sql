-- Who works where and when.
CREATE TABLE shifts (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL REFERENCES tenants (id),
    site_id UUID NOT NULL REFERENCES sites (id),
    user_id UUID NOT NULL REFERENCES users (id),
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    note TEXT NOT NULL,
    published_at TIMESTAMPTZ,
    clocked_in_at TIMESTAMPTZ,
    clocked_out_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX shifts_by_start ON shifts (tenant_id, starts_at, id);
CREATE INDEX shifts_by_person ON shifts (tenant_id, user_id, starts_at);
