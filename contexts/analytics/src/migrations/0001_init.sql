-- Read models: everything here is made from the event log and can be made anew from it.

-- What is remembered of each ticket, to take out of the cells what it had added when an event changes it.
CREATE TABLE analytics_tickets (
    tenant_id UUID NOT NULL,
    ticket_id UUID NOT NULL,
    site_id   UUID NOT NULL,
    visit_id  UUID,
    number    TEXT NOT NULL,
    issued    BIGINT NOT NULL,
    version   BIGINT NOT NULL,
    legs      TEXT NOT NULL,
    next      UUID,
    void      BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, ticket_id)
);
CREATE INDEX analytics_tickets_visit ON analytics_tickets (tenant_id, visit_id) WHERE visit_id IS NOT NULL;

-- The rollups: one row a thing and local day, and one a thing and month.
CREATE TABLE analytics_cells (
    tenant_id UUID NOT NULL,
    scope     TEXT NOT NULL,
    thing_id  UUID NOT NULL,
    site_id   UUID NOT NULL,
    grain     TEXT NOT NULL,
    at        BIGINT NOT NULL,
    total     BYTEA NOT NULL,
    hours     BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, scope, thing_id, site_id, grain, at)
);
CREATE INDEX analytics_cells_time ON analytics_cells (tenant_id, scope, grain, at);
CREATE INDEX analytics_cells_site ON analytics_cells (tenant_id, scope, site_id, grain, at);

-- How many went from one service to another.
CREATE TABLE analytics_steps (
    tenant_id UUID NOT NULL,
    site_id   UUID NOT NULL,
    day       BIGINT NOT NULL,
    from_id   UUID NOT NULL,
    to_id     UUID NOT NULL,
    how       TEXT NOT NULL,
    steps     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, day, site_id, from_id, to_id, how)
);

-- Names and promises of what the figures are about, those that are archived too.
CREATE TABLE analytics_things (
    tenant_id UUID NOT NULL,
    thing_id  UUID NOT NULL,
    kind      TEXT NOT NULL,
    site_id   UUID,
    name      TEXT NOT NULL,
    promise   BIGINT,
    PRIMARY KEY (tenant_id, thing_id)
);

-- Who sits at each counter, and how each agent stands, since when: the time until the next change is counted
-- when that comes.
CREATE TABLE analytics_presence (
    tenant_id UUID NOT NULL,
    kind      TEXT NOT NULL,
    thing_id  UUID NOT NULL,
    site_id   UUID NOT NULL,
    agent_id  UUID,
    state     TEXT NOT NULL,
    since     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, thing_id)
);

-- What happened outside of the product, counted by day.
CREATE TABLE analytics_tracked (
    tenant_id UUID NOT NULL,
    day       BIGINT NOT NULL,
    kind      TEXT NOT NULL,
    queue_id  UUID NOT NULL,
    user_id   UUID NOT NULL,
    events    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, day, kind, queue_id, user_id)
);
CREATE INDEX analytics_tracked_user ON analytics_tracked (tenant_id, user_id, day);

-- Where the log has been shortened by retention, days before `day` are kept as they were counted and no longer
-- touched.
CREATE TABLE analytics_floor (
    tenant_id UUID PRIMARY KEY,
    day       BIGINT NOT NULL
);
