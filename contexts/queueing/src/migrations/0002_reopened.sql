-- When a site was opened again: whom the emergency sent home keeps their place for a business day from then on.
ALTER TABLE site_closures ADD COLUMN reopened_at TIMESTAMPTZ;

-- What a service is, by language.
ALTER TABLE services ADD COLUMN descriptions JSONB NOT NULL DEFAULT '{}';
