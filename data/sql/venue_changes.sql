-- What each row of the file does to a stored venue of the same source and key.
--
-- What the file does not say (a NULL) stays as it is. Changes of venues that have an owner are
-- marked: they are reported and not made.
CREATE TEMPORARY TABLE venue_change ON COMMIT DROP AS
SELECT
    venue.venue_pk,
    input.line_number,
    input.venue_type,
    input.name,
    input.name_ascii,
    coalesce(input.address, venue.address) AS address,
    coalesce(ST_SetSRID(ST_MakePoint(input.lon, input.lat), 4326), venue.point) AS point,
    coalesce(input.capacity, venue.capacity) AS capacity,
    coalesce(input.footfall_per_day, venue.footfall_per_day) AS footfall_per_day,
    coalesce(input.opened_on, venue.opened_on) AS opened_on,
    coalesce(input.closed_on, venue.closed_on) AS closed_on,
    least(venue.opened_on, input.opened_on) AS first_day,
    (input.address IS DISTINCT FROM venue.address AND input.address IS NOT NULL)
        OR (input.lon IS NOT NULL
            AND NOT coalesce(ST_X(venue.point) = input.lon AND ST_Y(venue.point) = input.lat, false))
        AS is_placed_anew,
    EXISTS (SELECT FROM venue_staff AS staff WHERE staff.venue_pk = venue.venue_pk) AS has_owner
FROM venue_input AS input
JOIN venue ON venue.source = :source AND venue.external_id = input.external_id
WHERE venue.venue_type <> input.venue_type
   OR venue.name <> input.name
   OR (input.address IS NOT NULL AND input.address IS DISTINCT FROM venue.address)
   OR (input.lon IS NOT NULL
       AND NOT coalesce(ST_X(venue.point) = input.lon AND ST_Y(venue.point) = input.lat, false))
   OR (input.capacity IS NOT NULL AND input.capacity IS DISTINCT FROM venue.capacity)
   OR (input.footfall_per_day IS NOT NULL AND input.footfall_per_day <> venue.footfall_per_day)
   OR (input.opened_on IS NOT NULL AND input.opened_on <> venue.opened_on)
   OR (input.closed_on IS NOT NULL AND input.closed_on IS DISTINCT FROM venue.closed_on)
