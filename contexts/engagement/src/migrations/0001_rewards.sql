-- How a tenant's people earn points; none for a tenant that has not begun.
CREATE TABLE reward_programmes (
    tenant_id UUID PRIMARY KEY,
    settings JSONB NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- One row for each customer with points: what changes their points holds it, so that two who do take turns.
-- The balance is the sum of the entries and of what is left of the lots; it cannot fall below nothing.
CREATE TABLE points_accounts (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    balance BIGINT NOT NULL CHECK (balance >= 0),
    -- All that was ever earned: what tiers go by.
    lifetime BIGINT NOT NULL,
    -- How many entries it has.
    entries BIGINT NOT NULL
);

-- The ledger. Rows are only added.
CREATE TABLE points_entries (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    -- Its place among the customer's entries.
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- Negative where points were taken.
    points BIGINT NOT NULL,
    -- The balance after it.
    balance BIGINT NOT NULL,
    -- What was done for the points, and to what: a ticket, a purchase.
    trigger_word TEXT,
    reference UUID,
    reward_id UUID,
    -- What makes it one of a kind, so that nothing is counted twice.
    source TEXT,
    -- The tenant's day, for what counts by the day.
    day TEXT NOT NULL,
    note TEXT,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX points_entries_source ON points_entries (tenant_id, source) WHERE source IS NOT NULL;
CREATE UNIQUE INDEX points_entries_customer ON points_entries (customer_id, seq);
CREATE INDEX points_entries_reference ON points_entries (reference) WHERE reference IS NOT NULL;

-- What is left of each lot of points that came in: those that expire first are spent first.
CREATE TABLE points_lots (
    -- The entry with which they came.
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    points BIGINT NOT NULL,
    remaining BIGINT NOT NULL CHECK (remaining >= 0 AND remaining <= points),
    available_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ
);
CREATE INDEX points_lots_left ON points_lots (customer_id) WHERE remaining > 0;
CREATE INDEX points_lots_expiring ON points_lots (expires_at) WHERE remaining > 0 AND expires_at IS NOT NULL;

CREATE TABLE rewards (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    kind TEXT NOT NULL,
    points_required BIGINT NOT NULL,
    -- How many are left; null for any number.
    stock BIGINT CHECK (stock >= 0),
    per_customer BIGINT,
    valid_from TIMESTAMPTZ,
    valid_until TIMESTAMPTZ,
    active BOOLEAN NOT NULL,
    deleted_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX rewards_page ON rewards (tenant_id, id);

CREATE TABLE redemptions (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    reward_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    points BIGINT NOT NULL,
    status TEXT NOT NULL,
    -- What the customer shows.
    code TEXT NOT NULL,
    -- From which lots the points were taken: [{"lot": id, "points": n}].
    taken JSONB NOT NULL,
    reserved_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    redeemed_at TIMESTAMPTZ,
    released_at TIMESTAMPTZ,
    reason TEXT
);
CREATE UNIQUE INDEX redemptions_code ON redemptions (tenant_id, code);
CREATE INDEX redemptions_page ON redemptions (tenant_id, id);
CREATE INDEX redemptions_customer ON redemptions (customer_id, reward_id);
