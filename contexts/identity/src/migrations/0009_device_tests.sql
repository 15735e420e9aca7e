-- The newest test of a device, and how it went.
ALTER TABLE devices ADD COLUMN test JSONB;
