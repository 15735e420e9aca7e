-- Whose time was booked: that member of staff alone calls the ticket, until it is released because they are not here.
ALTER TABLE tickets ADD COLUMN for_agent_id UUID;
ALTER TABLE tickets ADD COLUMN for_agent_until TIMESTAMPTZ;
