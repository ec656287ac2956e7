-- The rows of one venue file while they are imported.
CREATE TEMPORARY TABLE venue_input (
    line_number integer NOT NULL,
    external_id text NOT NULL,
    venue_id text NOT NULL,
    venue_type text NOT NULL,
    name text NOT NULL,
    name_ascii text NOT NULL,
    address text,
    lon double precision,
    lat double precision,
    capacity integer,
    footfall_per_day integer,
    opened_on date,
    closed_on date
) ON COMMIT DROP
