-- A person as one tenant knows them. Of one who was merged into another, or erased, the row stays without
-- anything personal, so that what points at it still stands.
CREATE TABLE customers (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    user_id UUID,
    name TEXT NOT NULL,
    -- How names are compared: small letters.
    name_key TEXT NOT NULL,
    phone TEXT,
    email TEXT,
    email_key TEXT,
    -- What likely the same person also has: the last digits of the number, the address without its +tag.
    phone_tail TEXT,
    email_plain TEXT,
    locale TEXT,
    preferences JSONB NOT NULL,
    consents JSONB NOT NULL,
    metadata JSONB NOT NULL,
    notes TEXT,
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    merged_into UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
-- The same number or address is the same customer, also when two ask in the same moment.
CREATE UNIQUE INDEX customers_phone ON customers (tenant_id, phone) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX customers_email ON customers (tenant_id, email_key) WHERE email_key IS NOT NULL;
CREATE UNIQUE INDEX customers_user ON customers (tenant_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX customers_page ON customers (tenant_id, id);
CREATE INDEX customers_name ON customers (tenant_id, name_key);
CREATE INDEX customers_phone_tail ON customers (tenant_id, phone_tail) WHERE phone_tail IS NOT NULL;
CREATE INDEX customers_email_plain ON customers (tenant_id, email_plain) WHERE email_plain IS NOT NULL;
CREATE INDEX customers_merged ON customers (merged_into) WHERE merged_into IS NOT NULL;
