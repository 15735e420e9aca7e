-- What a member of staff knows how to do: a JSON array of names.
ALTER TABLE members ADD COLUMN skills JSONB NOT NULL DEFAULT '[]';
