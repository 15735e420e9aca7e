-- For how many more a line has space, so that a number is given out without counting everybody in it: never for more than
-- it has, and null where they have to be counted first, as in every line that is there already.
ALTER TABLE queue_lines ADD COLUMN spare BIGINT;
