-- Invitations of people who have an account already: they belong to the tenant once they accept.
CREATE TABLE invitations (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL REFERENCES tenants (id),
    user_id UUID NOT NULL REFERENCES users (id),
    email TEXT NOT NULL,
    roles JSONB NOT NULL,
    sites JSONB NOT NULL,
    counter_id UUID,
    skills JSONB NOT NULL,
    secret_hash BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant_id, user_id)
);
