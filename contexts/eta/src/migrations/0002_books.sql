-- Estimates come from what is made of the whole log in memory; the pace of each queue beside it is not needed any more.
DELETE FROM subscriptions WHERE name = 'eta.learning';
DROP TABLE eta_paces;

-- All that is known of a tenant's lines, as text; stored now and then, with its place in the log.
CREATE TABLE eta_books (
    tenant_id  UUID PRIMARY KEY,
    format     BIGINT NOT NULL,
    lessons    BIGINT NOT NULL,
    book       TEXT NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- Known waits and how things stood when they began, in blocks: what corrections are trained on.
CREATE TABLE eta_lessons (
    tenant_id UUID NOT NULL,
    block     BIGINT NOT NULL,
    waits     BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, block)
);

-- Every training: its version is how many waits there were; the forest stands where it was adopted.
CREATE TABLE eta_corrections (
    tenant_id  UUID NOT NULL,
    version    BIGINT NOT NULL,
    verdict    TEXT NOT NULL,
    forest     TEXT,
    trained_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, version)
);

-- What estimates were worth: for each hour of a day, line and service one entry per estimate that was given.
CREATE TABLE eta_scores (
    tenant_id  UUID NOT NULL,
    queue_id   UUID NOT NULL,
    day        BIGINT NOT NULL,
    hour       BIGINT NOT NULL,
    service_id UUID NOT NULL,
    scores     BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, queue_id, day, hour, service_id)
);

-- What was sent to /feedback.
CREATE TABLE eta_feedback (
    id               UUID PRIMARY KEY,
    tenant_id        UUID NOT NULL,
    queue_id         UUID NOT NULL,
    service_id       UUID NOT NULL,
    service_type     TEXT NOT NULL,
    actual_time      DOUBLE PRECISION NOT NULL,
    time_of_day      BIGINT NOT NULL,
    queue_length     DOUBLE PRECISION NOT NULL,
    avg_service_time DOUBLE PRECISION NOT NULL,
    day_of_week      BIGINT NOT NULL,
    peak_hour        BOOLEAN NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL
);
