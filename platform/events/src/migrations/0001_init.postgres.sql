-- The log. Rows are only ever added at the end; retention takes old ones away and never the newest,
-- so that a number is not given twice.
CREATE TABLE events (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id UUID NOT NULL,
    tenant_id UUID,
    site_id UUID,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    thing_kind TEXT NOT NULL,
    thing_id UUID NOT NULL,
    thing_version BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id UUID,
    -- The address, and a salt; once the address is erased, the salted hash of it stands in the salt's place.
    ip TEXT,
    ip_mark BYTEA,
    request_id UUID NOT NULL,
    payload TEXT NOT NULL,
    personal_hash BYTEA,
    node BIGINT NOT NULL,
    -- The transaction that wrote it. Sequence numbers are given before the commit, so that a lower one may
    -- appear after a higher one; readers go by transactions instead.
    xid XID8 NOT NULL DEFAULT pg_current_xact_id()
);

-- A thing's history, and the readers' way in. Every event pays for each index.
CREATE INDEX events_thing ON events (thing_id, seq);
CREATE INDEX events_xid ON events (xid);

-- What of an event is personal. Erasing deletes the row; the hash in the event stays.
CREATE TABLE event_personal (
    event_id UUID NOT NULL PRIMARY KEY,
    tenant_id UUID,
    thing_id UUID NOT NULL,
    salt BYTEA NOT NULL,
    value TEXT NOT NULL
);
CREATE INDEX event_personal_thing ON event_personal (thing_id);

-- What remains of events past their tenant's retention: the hash, so that the audit chain still verifies,
-- and the event itself where the tenant archives instead of deleting.
CREATE TABLE event_archive (
    seq BIGINT NOT NULL PRIMARY KEY,
    tenant_id UUID,
    at TIMESTAMPTZ NOT NULL,
    hash BYTEA NOT NULL,
    body TEXT
);

-- How far each durable subscriber has read. `turn` counts every move and guards it; `seq` is the place in
-- the log; the snapshots are used on PostgreSQL only.
CREATE TABLE subscriptions (
    name TEXT NOT NULL PRIMARY KEY,
    turn BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    snapshot TEXT NOT NULL,
    target TEXT,
    holder BIGINT,
    held_until TIMESTAMPTZ,
    failures BIGINT NOT NULL DEFAULT 0,
    last_error TEXT,
    updated_at TIMESTAMPTZ NOT NULL
);

-- Events that a subscriber could not take, put aside so that those behind them are not held up.
CREATE TABLE dead_events (
    subscription TEXT NOT NULL,
    seq BIGINT NOT NULL,
    event_id UUID NOT NULL,
    tenant_id UUID,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (subscription, seq)
);
