-- What people said, counted by calendar month of UTC, in the transaction that keeps what they said: a summary of a year
-- adds months and looks at single answers at its ends alone. Agents and hours are counted apart, because the hours of
-- each agent would be as many rows as there are answers.
CREATE TABLE feedback_by_agent (
    tenant_id UUID NOT NULL,
    -- Its first moment.
    month TIMESTAMPTZ NOT NULL,
    site_id UUID NOT NULL,
    service_id UUID NOT NULL,
    -- Nil where nobody knows who served.
    agent_id UUID NOT NULL,
    -- How many said something; how many gave a CSAT score, their sum, and how many gave 4 or 5.
    responses BIGINT NOT NULL,
    csat_given BIGINT NOT NULL,
    csat_sum BIGINT NOT NULL,
    satisfied BIGINT NOT NULL,
    -- Of the NPS scores: 9 and 10, 7 and 8, 0 to 6.
    promoters BIGINT NOT NULL,
    passives BIGINT NOT NULL,
    detractors BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, month, site_id, service_id, agent_id)
);
CREATE TABLE feedback_by_hour (
    tenant_id UUID NOT NULL,
    -- Its first moment.
    month TIMESTAMPTZ NOT NULL,
    site_id UUID NOT NULL,
    service_id UUID NOT NULL,
    -- In which hour of the day they were served, by the site's clock.
    hour BIGINT NOT NULL,
    -- As above.
    responses BIGINT NOT NULL,
    csat_given BIGINT NOT NULL,
    csat_sum BIGINT NOT NULL,
    satisfied BIGINT NOT NULL,
    promoters BIGINT NOT NULL,
    passives BIGINT NOT NULL,
    detractors BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, month, site_id, service_id, hour)
);
INSERT INTO feedback_by_agent (tenant_id, month, site_id, service_id, agent_id,
    responses, csat_given, csat_sum, satisfied, promoters, passives, detractors)
SELECT tenant_id, unixepoch(created_at / 1000000, 'unixepoch', 'start of month') * 1000000 AS month, site_id, service_id, coalesce(agent_id, zeroblob(16)),
    count(*), count(csat), coalesce(sum(csat), 0), count(*) FILTER (WHERE csat >= 4),
    count(*) FILTER (WHERE nps >= 9), count(*) FILTER (WHERE nps BETWEEN 7 AND 8), count(*) FILTER (WHERE nps <= 6)
FROM feedback GROUP BY 1, 2, 3, 4, 5;
INSERT INTO feedback_by_hour (tenant_id, month, site_id, service_id, hour,
    responses, csat_given, csat_sum, satisfied, promoters, passives, detractors)
SELECT tenant_id, unixepoch(created_at / 1000000, 'unixepoch', 'start of month') * 1000000 AS month, site_id, service_id, hour,
    count(*), count(csat), coalesce(sum(csat), 0), count(*) FILTER (WHERE csat >= 4),
    count(*) FILTER (WHERE nps >= 9), count(*) FILTER (WHERE nps BETWEEN 7 AND 8), count(*) FILTER (WHERE nps <= 6)
FROM feedback GROUP BY 1, 2, 3, 4, 5;
-- The answers at the ends: all that a summary asks of them, in the order of time.
CREATE INDEX feedback_figures
    ON feedback (tenant_id, created_at, site_id, service_id, agent_id, hour, csat, nps);
