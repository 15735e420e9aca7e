-- Keys in the order of their own first characters: those that begin with the time, as the screens' do, are then
-- written next to each other instead of all over the index. What is kept is a day old at most; it is given up.
DROP TABLE idempotency_keys;
-- The id is the key's first 16 bytes, then a hash of tenant, actor, route and key; the fingerprint is of path and
-- body; the body is compressed (LZ4 block, its size before it).
CREATE TABLE idempotency_keys (
    id BYTEA NOT NULL PRIMARY KEY,
    tenant_id UUID,
    fingerprint BYTEA NOT NULL,
    status BIGINT NOT NULL,
    version BIGINT,
    body BYTEA,
    created_at TIMESTAMPTZ NOT NULL
);
