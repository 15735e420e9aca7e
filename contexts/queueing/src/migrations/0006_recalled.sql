-- When it was last called again: the time of the first call stays, for it ends the wait.
ALTER TABLE tickets ADD COLUMN recalled_at TIMESTAMPTZ;
