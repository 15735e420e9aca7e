-- Tenants belong to the installation, so they have no tenant_id and no row-level security.
CREATE TABLE tenants (
    id UUID PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    address TEXT,
    contact_email TEXT,
    phone_number TEXT,
    branding JSONB NOT NULL,
    default_locale TEXT NOT NULL,
    locales JSONB NOT NULL,
    currency TEXT NOT NULL,
    timezone TEXT NOT NULL,
    settings JSONB NOT NULL,
    listed BOOLEAN NOT NULL,
    status TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE sites (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL REFERENCES tenants (id),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    timezone TEXT NOT NULL,
    -- {"weekly": {…} | null, "exceptions": […]}
    opening JSONB NOT NULL,
    capacity BIGINT,
    manager_id UUID,
    status TEXT NOT NULL,
    notice TEXT,
    is_default BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant_id, slug)
);
