-- Whether the site is closed in an emergency. It stands where numbers are given out, so that nobody gets one at a node
-- that has not heard of it yet.
ALTER TABLE queue_lines ADD COLUMN closed BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE queue_lines SET closed = TRUE WHERE site_id IN (SELECT site_id FROM site_closures WHERE reopened_at IS NULL);
