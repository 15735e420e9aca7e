-- Every customer who registers is a member too, and there may be a million of them; whoever works for the
-- tenant is found without looking through those.
ALTER TABLE members ADD COLUMN staff BOOLEAN NOT NULL DEFAULT TRUE;
CREATE INDEX members_of_staff ON members (tenant_id, id) WHERE staff;
