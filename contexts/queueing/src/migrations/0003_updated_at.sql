-- When a queue or a counter was last changed; null until then: its id says when it was made.
ALTER TABLE queues ADD COLUMN updated_at TIMESTAMPTZ;
ALTER TABLE counters ADD COLUMN updated_at TIMESTAMPTZ;
