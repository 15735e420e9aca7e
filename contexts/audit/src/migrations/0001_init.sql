-- The chain. One row seals what the log brought of one tenant since the row before; the tenant that is all
-- zeros stands for events of the whole installation.
CREATE TABLE audit_seals (
    tenant_id UUID NOT NULL,
    number BIGINT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    count BIGINT NOT NULL,
    -- The sealed events' places in the log, in the order of the seal: the first, then each as its distance
    -- from the one before. On PostgreSQL a late transaction's events come in a later seal.
    seqs TEXT NOT NULL,
    -- Four bytes of each event's hash, so that a changed event can be told from its neighbours.
    marks BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    prev_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    sealed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, number)
);
