-- For how much a purchase was, in minor units, and for how much of it a refund: points go back in proportion.
ALTER TABLE points_entries ADD COLUMN amount BIGINT;
-- What is left of a purchase after a refund: 0 once it is refunded whole.
ALTER TABLE points_entries ADD COLUMN amount_left BIGINT;
