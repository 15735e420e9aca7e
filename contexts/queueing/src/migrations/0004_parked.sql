-- So that a start finds those who are out of their line for a while without reading every ticket there ever was;
-- who waits and who is at a counter has an index already.
CREATE INDEX tickets_parked ON tickets (id) WHERE status = 'parked';
