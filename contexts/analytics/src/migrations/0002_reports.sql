-- Reports that come back by themselves, and what they last said.
CREATE TABLE report_schedules (
    id         UUID PRIMARY KEY,
    tenant_id  UUID NOT NULL,
    site_id    UUID,
    name       TEXT NOT NULL,
    definition JSONB NOT NULL,
    version    BIGINT NOT NULL,
    active     BOOLEAN NOT NULL,
    next_at    TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX report_schedules_tenant ON report_schedules (tenant_id, id);

CREATE TABLE report_results (
    id          UUID PRIMARY KEY,
    tenant_id   UUID NOT NULL,
    schedule_id UUID,
    name        TEXT NOT NULL,
    format      TEXT NOT NULL,
    sites       JSONB NOT NULL,
    row_count   BIGINT NOT NULL,
    body        BYTEA NOT NULL,
    made_at     TIMESTAMPTZ NOT NULL
);
CREATE INDEX report_results_tenant ON report_results (tenant_id, id);
CREATE INDEX report_results_schedule ON report_results (tenant_id, schedule_id, id);
