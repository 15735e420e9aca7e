-- Whether a kiosk's network printer took the last ticket.
ALTER TABLE devices ADD COLUMN printer TEXT NOT NULL DEFAULT 'ok';
