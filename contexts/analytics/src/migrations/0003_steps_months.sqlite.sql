-- The same by month of the site's calendar (months since the year 0): a year of steps is a few thousand rows and not half
-- a million.
CREATE TABLE analytics_step_months (
    tenant_id UUID NOT NULL,
    site_id   UUID NOT NULL,
    month     BIGINT NOT NULL,
    from_id   UUID NOT NULL,
    to_id     UUID NOT NULL,
    how       TEXT NOT NULL,
    steps     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, month, site_id, from_id, to_id, how)
);
INSERT INTO analytics_step_months (tenant_id, site_id, month, from_id, to_id, how, steps)
SELECT tenant_id, site_id,
    CAST(strftime('%Y', day * 86400, 'unixepoch') AS INTEGER) * 12
        + CAST(strftime('%m', day * 86400, 'unixepoch') AS INTEGER) - 1,
    from_id, to_id, how, sum(steps)
FROM analytics_steps GROUP BY 1, 2, 3, 4, 5, 6;
