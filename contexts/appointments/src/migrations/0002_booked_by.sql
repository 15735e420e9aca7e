-- The account of whoever booked for somebody else: they see it among their own.
ALTER TABLE appointments ADD COLUMN booked_by UUID;
CREATE INDEX appointments_booked_by ON appointments (booked_by, starts_at) WHERE booked_by IS NOT NULL;
ALTER TABLE waitlist ADD COLUMN booked_by UUID;
CREATE INDEX waitlist_booked_by ON waitlist (booked_by) WHERE booked_by IS NOT NULL;
