-- Stored venues that rows would change, as they are and as they would be; points in EPSG:4326.
--
-- What a row leaves empty stays, and is null among the new values.
SELECT
    input.line,
    venue.venue_id,
    venue.name AS old_name,
    nullif(input.name, venue.name) AS new_name,
    venue.address AS old_address,
    CASE WHEN input.address IS DISTINCT FROM venue.address THEN input.address END AS new_address,
    ST_Y(venue.point) AS old_lat,
    ST_X(venue.point) AS old_lon,
    CASE WHEN input.is_moved THEN ST_Y(input.point) END AS new_lat,
    CASE WHEN input.is_moved THEN ST_X(input.point) END AS new_lon,
    venue.capacity AS old_capacity,
    CASE WHEN input.capacity IS DISTINCT FROM venue.capacity
        THEN input.capacity END AS new_capacity,
    venue.footfall_per_day AS old_footfall,
    nullif(input.footfall_per_day, venue.footfall_per_day) AS new_footfall
FROM bulk_venue_input AS input
JOIN venue ON venue.venue_pk = input.venue_pk
WHERE input.is_changed OR input.is_moved
ORDER BY input.line
