-- Accounts at other issuers that open an account here.
CREATE TABLE linked_accounts (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id),
    provider TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (issuer, subject)
);
CREATE INDEX linked_accounts_by_user ON linked_accounts (user_id);

-- Log-ins that went to an issuer and are not back yet. challenge is the SHA-256 of the secret that only the
-- browser has which began.
CREATE TABLE oidc_flows (
    id UUID PRIMARY KEY,
    secret_hash BYTEA NOT NULL,
    provider TEXT NOT NULL,
    challenge BYTEA NOT NULL,
    linking_user UUID,
    expires_at TIMESTAMPTZ NOT NULL
);

-- Authenticator apps. The shared secret is made of the installation's own and the salt, and stands nowhere.
CREATE TABLE second_factors (
    user_id UUID PRIMARY KEY REFERENCES users (id),
    salt BYTEA NOT NULL,
    confirmed_at TIMESTAMPTZ,
    last_step BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE recovery_codes (
    user_id UUID NOT NULL REFERENCES users (id),
    code_hash BYTEA NOT NULL,
    used_at TIMESTAMPTZ,
    PRIMARY KEY (user_id, code_hash)
);

-- Log-ins whose first step is done.
CREATE TABLE half_sign_ins (
    id UUID PRIMARY KEY,
    secret_hash BYTEA NOT NULL,
    user_id UUID NOT NULL REFERENCES users (id),
    acting_tenant UUID,
    kind TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
