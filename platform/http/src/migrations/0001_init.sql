-- The answers of requests that were sent with an Idempotency-Key, kept for a day. The id is made of tenant,
-- actor, route and key; the fingerprint of path and body.
CREATE TABLE idempotency_keys (
    id UUID NOT NULL PRIMARY KEY,
    tenant_id UUID,
    fingerprint BYTEA NOT NULL,
    status BIGINT NOT NULL,
    version BIGINT,
    body BYTEA,
    created_at TIMESTAMPTZ NOT NULL
);
