-- Stores the rows of the file that are no venue yet.
INSERT INTO venue (
    venue_id, venue_type, name, name_ascii, address, point, capacity, footfall_per_day,
    opened_on, closed_on, source, external_id
)
SELECT
    input.venue_id,
    input.venue_type,
    input.name,
    input.name_ascii,
    input.address,
    ST_SetSRID(ST_MakePoint(input.lon, input.lat), 4326),
    input.capacity,
    coalesce(input.footfall_per_day, input.capacity, :default_footfall),
    coalesce(input.opened_on, least(CAST(:opened_on AS date), input.closed_on)),
    input.closed_on,
    :source,
    input.external_id
FROM venue_input AS input
WHERE NOT EXISTS (
    SELECT FROM venue
    WHERE venue.source = :source AND venue.external_id = input.external_id
)
ORDER BY input.line_number
RETURNING venue_pk, opened_on
