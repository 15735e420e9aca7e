-- When a service can be booked at a site. Its row is what bookings lock, so that two never take the last place.
CREATE TABLE availabilities (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    site_id UUID NOT NULL,
    service_id UUID NOT NULL,
    staff_id UUID,
    rules JSONB NOT NULL,
    archived_at TIMESTAMPTZ,
    version BIGINT NOT NULL
);
CREATE INDEX availabilities_tenant ON availabilities (tenant_id, site_id);

CREATE TABLE appointments (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    site_id UUID NOT NULL,
    service_id UUID NOT NULL,
    availability_id UUID NOT NULL,
    staff_id UUID,
    reference TEXT NOT NULL,
    status TEXT NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    -- With the buffers: when its place is taken.
    busy_from TIMESTAMPTZ NOT NULL,
    busy_until TIMESTAMPTZ NOT NULL,
    hold_until TIMESTAMPTZ,
    name TEXT,
    phone TEXT,
    email TEXT,
    customer_id UUID,
    party_size BIGINT NOT NULL,
    notes TEXT,
    locale TEXT,
    channel TEXT NOT NULL,
    series_id UUID,
    waitlist_id UUID,
    ticket_id UUID,
    created_at TIMESTAMPTZ NOT NULL,
    checked_in_at TIMESTAMPTZ,
    reason TEXT,
    -- When something becomes due by itself: a hold ends, a reminder goes out, it is missed.
    due_at TIMESTAMPTZ,
    reminded BIGINT,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX appointments_reference ON appointments (tenant_id, reference);
CREATE INDEX appointments_taken ON appointments (availability_id, busy_from) WHERE status IN ('held', 'booked', 'checked_in');
CREATE INDEX appointments_staff ON appointments (staff_id, busy_from) WHERE status IN ('held', 'booked', 'checked_in');
CREATE INDEX appointments_day ON appointments (tenant_id, starts_at, id);
CREATE INDEX appointments_due ON appointments (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX appointments_ticket ON appointments (ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX appointments_customer ON appointments (customer_id, starts_at) WHERE customer_id IS NOT NULL;
CREATE INDEX appointments_series ON appointments (series_id) WHERE series_id IS NOT NULL;

CREATE TABLE waitlist (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    site_id UUID NOT NULL,
    service_id UUID NOT NULL,
    staff_id UUID,
    status TEXT NOT NULL,
    from_at TIMESTAMPTZ NOT NULL,
    until_at TIMESTAMPTZ NOT NULL,
    name TEXT,
    phone TEXT,
    email TEXT,
    customer_id UUID,
    party_size BIGINT NOT NULL,
    locale TEXT,
    appointment_id UUID,
    joined_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX waitlist_waiting ON waitlist (site_id, service_id, id) WHERE status = 'waiting';
CREATE INDEX waitlist_tenant ON waitlist (tenant_id, id);
CREATE INDEX waitlist_customer ON waitlist (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX waitlist_over ON waitlist (until_at) WHERE status = 'waiting';

CREATE TABLE calendar_feeds (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX calendar_feeds_tenant ON calendar_feeds (tenant_id, id);
