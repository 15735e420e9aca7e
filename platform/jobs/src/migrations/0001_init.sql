-- Work to be done later. A row is there from the moment it is wanted until the transaction that does it;
-- what failed too often stays, marked dead.
CREATE TABLE jobs (
    id UUID NOT NULL PRIMARY KEY,
    tenant_id UUID,
    kind TEXT NOT NULL,
    -- Tenant, kind and the caller's key: two jobs with one key are one job.
    dedupe TEXT UNIQUE,
    run_at TIMESTAMPTZ NOT NULL,
    payload TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    max_attempts BIGINT NOT NULL,
    -- Counts every claim and change; whoever finishes a job must have seen the latest.
    turn BIGINT NOT NULL DEFAULT 0,
    held_until TIMESTAMPTZ,
    last_error TEXT,
    dead BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE NOT dead;

-- Work that comes back.
CREATE TABLE recurring_jobs (
    name TEXT NOT NULL PRIMARY KEY,
    next_at TIMESTAMPTZ NOT NULL,
    turn BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0,
    last_error TEXT,
    last_run_at TIMESTAMPTZ
);
