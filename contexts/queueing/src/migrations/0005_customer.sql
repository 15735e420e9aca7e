-- Whose tickets they are: a customer of the tenant. Until now the account stood here, which nobody could be asked by.
UPDATE tickets SET customer_id = NULL WHERE customer_id IS NOT NULL;
-- Tickets of nobody in particular are not in it and pay nothing for it.
CREATE INDEX tickets_customer ON tickets (customer_id, id) WHERE customer_id IS NOT NULL;
