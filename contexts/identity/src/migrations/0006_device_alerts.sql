-- What staff were told of a device: that it is silent, and how its paper stood.
ALTER TABLE devices ADD COLUMN silent_since TIMESTAMPTZ;
ALTER TABLE devices ADD COLUMN paper TEXT NOT NULL DEFAULT 'ok';
