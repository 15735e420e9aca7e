-- What people said, once for each ticket.
CREATE TABLE feedback (
    id UUID PRIMARY KEY,
    tenant_id UUID NOT NULL,
    ticket_id UUID NOT NULL UNIQUE,
    site_id UUID NOT NULL,
    queue_id UUID NOT NULL,
    service_id UUID NOT NULL,
    counter_id UUID,
    agent_id UUID,
    customer_id UUID,
    csat BIGINT,
    nps BIGINT,
    comment TEXT,
    tags JSONB NOT NULL,
    channel TEXT NOT NULL,
    hour BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX feedback_page ON feedback (tenant_id, id);
CREATE INDEX feedback_customer ON feedback (customer_id) WHERE customer_id IS NOT NULL;
