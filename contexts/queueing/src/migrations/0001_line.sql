CREATE TABLE services (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    names JSONB NOT NULL,
    description TEXT NOT NULL,
    prefix TEXT NOT NULL,
    default_minutes DOUBLE PRECISION NOT NULL,
    target_minutes DOUBLE PRECISION,
    priority_rules JSONB NOT NULL,
    required_skills JSONB NOT NULL,
    outcomes JSONB NOT NULL,
    outcome_required BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL,
    archived_at TIMESTAMPTZ,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX services_code ON services (tenant_id, code) WHERE archived_at IS NULL;

CREATE TABLE queues (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    site_id UUID NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    prefix TEXT NOT NULL,
    settings JSONB NOT NULL,
    archived_at TIMESTAMPTZ,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX queues_prefix ON queues (site_id, prefix) WHERE archived_at IS NULL;
CREATE INDEX queues_tenant ON queues (tenant_id);

-- The hot part of a queue, apart from its settings so that issuing a ticket rewrites a short row:
-- the guards of issuing (status, limit) and the allocator of numbers and entry times.
CREATE TABLE queue_lines (
    queue_id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    site_id UUID NOT NULL,
    status TEXT NOT NULL,
    max_active BIGINT,
    first_number BIGINT NOT NULL,
    last_number BIGINT NOT NULL,
    day TEXT NOT NULL,
    value BIGINT NOT NULL,
    cycle BIGINT NOT NULL,
    -- Tickets of an earlier day are still alive, so a number may be taken: look before giving it out.
    carried BOOLEAN NOT NULL,
    entry BIGINT NOT NULL,
    outside_count BIGINT NOT NULL
);

CREATE TABLE counters (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    site_id UUID NOT NULL,
    name TEXT NOT NULL,
    number TEXT NOT NULL,
    queue_ids JSONB NOT NULL,
    weights JSONB,
    capacity BIGINT NOT NULL,
    staff_id UUID,
    status TEXT NOT NULL,
    agent_id UUID,
    since TIMESTAMPTZ NOT NULL,
    archived_at TIMESTAMPTZ,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX counters_number ON counters (site_id, number) WHERE archived_at IS NULL;
CREATE INDEX counters_tenant ON counters (tenant_id);

CREATE TABLE agents (
    tenant_id UUID NOT NULL,
    user_id UUID NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    pause_reason TEXT,
    counter_id UUID,
    since TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);

CREATE TABLE tickets (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    site_id UUID NOT NULL,
    queue_id UUID NOT NULL,
    service_id UUID NOT NULL,
    day TEXT NOT NULL,
    cycle BIGINT NOT NULL,
    value BIGINT NOT NULL,
    number TEXT NOT NULL,
    status TEXT NOT NULL,
    prev_status TEXT,
    rank BIGINT NOT NULL,
    entry BIGINT NOT NULL,
    class TEXT NOT NULL,
    class_reason TEXT,
    class_confirmed BOOLEAN NOT NULL,
    channel TEXT NOT NULL,
    party_size BIGINT NOT NULL,
    customer_id UUID,
    customer_name TEXT,
    customer_phone TEXT,
    customer_email TEXT,
    counter_id UUID,
    agent_id UUID,
    target_counter_id UUID,
    issued_at TIMESTAMPTZ NOT NULL,
    called_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ,
    paused_at TIMESTAMPTZ,
    parked_until TIMESTAMPTZ,
    wrap_up_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    cause TEXT,
    outcome TEXT,
    recalls BIGINT NOT NULL DEFAULT 0,
    transfers BIGINT NOT NULL DEFAULT 0,
    issued_p50 DOUBLE PRECISION,
    issued_p90 DOUBLE PRECISION,
    issued_ahead BIGINT NOT NULL DEFAULT 0,
    visit_id UUID,
    extra JSONB,
    version BIGINT NOT NULL DEFAULT 1
);
-- Three indexes and no more: every one is rewritten by every cycle.
CREATE INDEX tickets_waiting ON tickets (queue_id, rank, id) WHERE status = 'waiting';
CREATE INDEX tickets_held ON tickets (counter_id) WHERE status IN ('called', 'serving', 'paused', 'wrap_up');
CREATE INDEX tickets_site ON tickets (site_id, id);

CREATE TABLE announcement_acks (
    announcement_id UUID NOT NULL,
    tenant_id UUID NOT NULL,
    device_id UUID NOT NULL,
    outcome TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (announcement_id, device_id)
);

CREATE TABLE routing_rules (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    site_id UUID,
    name TEXT NOT NULL,
    event TEXT NOT NULL,
    condition TEXT NOT NULL,
    action JSONB NOT NULL,
    position BIGINT NOT NULL,
    active BOOLEAN NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX routing_rules_tenant ON routing_rules (tenant_id);

CREATE TABLE number_leases (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    site_id UUID NOT NULL,
    queue_id UUID NOT NULL,
    device_id UUID,
    day TEXT NOT NULL,
    cycle BIGINT NOT NULL,
    first_value BIGINT NOT NULL,
    last_value BIGINT NOT NULL,
    entry BIGINT NOT NULL,
    used JSONB NOT NULL,
    void JSONB,
    leased_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ
);
CREATE INDEX number_leases_queue ON number_leases (queue_id, day);

CREATE TABLE site_closures (
    site_id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    reason TEXT NOT NULL,
    mode TEXT NOT NULL,
    closed_at TIMESTAMPTZ NOT NULL,
    closed_by UUID
);
