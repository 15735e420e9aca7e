-- People belong to the installation: they may be members of several tenants. These tables have no
-- tenant_id; what they hold is reached only through a credential or a membership.
CREATE TABLE users (
    id UUID PRIMARY KEY,
    username TEXT,
    username_key TEXT UNIQUE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    email_verified_at TIMESTAMPTZ,
    password_hash TEXT,
    name TEXT NOT NULL,
    phone TEXT,
    locale TEXT,
    preferences JSONB NOT NULL,
    status TEXT NOT NULL,
    platform_admin BOOLEAN NOT NULL,
    last_sign_in_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- acting_tenant is where the person signed in to, not who owns the row.
CREATE TABLE sessions (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id),
    acting_tenant UUID,
    kind TEXT NOT NULL,
    secret_hash BYTEA NOT NULL,
    refresh_hash BYTEA,
    refreshes BIGINT NOT NULL,
    ip TEXT,
    user_agent TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    revoked_reason TEXT
);
CREATE INDEX sessions_by_user ON sessions (user_id);

-- Password resets and e-mail verifications; purpose says which.
CREATE TABLE mail_tokens (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id),
    purpose TEXT NOT NULL,
    secret_hash BYTEA NOT NULL,
    email_key TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX mail_tokens_by_user ON mail_tokens (user_id);

-- Failed log-ins by SHA-256 of what was typed, whether somebody has that address or not.
CREATE TABLE sign_in_failures (
    login_hash BYTEA PRIMARY KEY,
    failures BIGINT NOT NULL,
    locked_until TIMESTAMPTZ,
    last_at TIMESTAMPTZ NOT NULL
);

-- Single-use tickets for live connections.
CREATE TABLE socket_tickets (
    id UUID PRIMARY KEY,
    secret_hash BYTEA NOT NULL,
    holder_kind TEXT NOT NULL,
    holder_id UUID NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

-- Devices that show a code and wait.
CREATE TABLE pairings (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    secret_hash BYTEA NOT NULL,
    device_type TEXT,
    device_id UUID,
    device_tenant UUID,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE members (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL REFERENCES tenants (id),
    user_id UUID NOT NULL REFERENCES users (id),
    roles JSONB NOT NULL,
    sites JSONB NOT NULL,
    counter_id UUID,
    status TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant_id, user_id)
);
CREATE INDEX members_by_user ON members (user_id);

CREATE TABLE roles (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    scopes JSONB NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant_id, name)
);

CREATE TABLE api_keys (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    scopes JSONB NOT NULL,
    sites JSONB NOT NULL,
    secret_hash BYTEA NOT NULL,
    hint TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    last_used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX api_keys_by_tenant ON api_keys (tenant_id);

CREATE TABLE devices (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    config JSONB NOT NULL,
    secret_hash BYTEA,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    last_ping_at TIMESTAMPTZ,
    report JSONB NOT NULL
);
CREATE INDEX devices_by_tenant ON devices (tenant_id);
