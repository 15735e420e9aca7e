-- Books as bytes, which are a tenth as long as the text and read in a fraction of the time; those of before are made anew.
ALTER TABLE eta_books ADD COLUMN packed BYTEA;
UPDATE eta_books SET book = '';
