-- What each queue has taught about waiting: one row a queue, rewritten as people are called.
CREATE TABLE eta_paces (
    queue_id   UUID PRIMARY KEY,
    tenant_id  UUID NOT NULL,
    waited     DOUBLE PRECISION NOT NULL,
    places     DOUBLE PRECISION NOT NULL,
    samples    BIGINT NOT NULL,
    low        DOUBLE PRECISION NOT NULL,
    mid        DOUBLE PRECISION NOT NULL,
    high       DOUBLE PRECISION NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
