-- For how many more a line has room, so that a number is given out without counting everybody in it: never more than
-- there is, and null where it has to be counted first, as in every line that is there already.
ALTER TABLE queue_lines ADD COLUMN room BIGINT;
