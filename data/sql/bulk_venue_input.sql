-- The rows of one uploaded venue file that can be read, while they are checked and stored.
CREATE TEMPORARY TABLE bulk_venue_input (
    line integer PRIMARY KEY,
    external_id text NOT NULL,
    venue_id text,
    new_venue_id text NOT NULL,
    venue_type text NOT NULL,
    name text NOT NULL,
    name_ascii text NOT NULL,
    address text,
    point geometry(Point, 4326) NOT NULL,
    capacity integer,
    footfall_per_day integer,
    area_id integer,
    venue_pk bigint,
    is_mine boolean NOT NULL DEFAULT false,
    has_owner boolean NOT NULL DEFAULT false,
    is_crowded boolean NOT NULL DEFAULT false,
    is_changed boolean NOT NULL DEFAULT false,
    is_moved boolean NOT NULL DEFAULT false
) ON COMMIT DROP
