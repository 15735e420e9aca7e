-- The appointment that brought the person, as their ticket names it.
ALTER TABLE feedback ADD COLUMN appointment_id UUID;
UPDATE feedback SET appointment_id = CAST(tickets.extra -> 'booked' ->> 'appointment_id' AS UUID)
FROM tickets WHERE tickets.id = feedback.ticket_id AND tickets.extra -> 'booked' IS NOT NULL;
CREATE INDEX feedback_appointment ON feedback (appointment_id) WHERE appointment_id IS NOT NULL;
