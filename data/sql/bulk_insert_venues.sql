-- Stores the rows that are no venue yet, and remembers their keys.
WITH stored AS (
    INSERT INTO venue (
        venue_id, venue_type, name, name_ascii, address, point, capacity, footfall_per_day,
        opened_on, source, external_id
    )
    SELECT
        input.new_venue_id, input.venue_type, input.name, input.name_ascii, input.address,
        input.point, input.capacity,
        coalesce(input.footfall_per_day, input.capacity, :default_footfall),
        :today, :source, input.external_id
    FROM bulk_venue_input AS input
    WHERE input.venue_pk IS NULL
    ORDER BY input.line
    RETURNING venue_pk, venue_id
)
UPDATE bulk_venue_input AS input
SET venue_pk = stored.venue_pk
FROM stored
WHERE stored.venue_id = input.new_venue_id
RETURNING stored.venue_pk
