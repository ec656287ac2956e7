-- Brings stored venues to what the file says.
UPDATE venue
SET venue_type = change.venue_type,
    name = change.name,
    name_ascii = change.name_ascii,
    address = change.address,
    point = change.point,
    capacity = change.capacity,
    footfall_per_day = change.footfall_per_day,
    opened_on = change.opened_on,
    closed_on = change.closed_on,
    updated_at = clock_timestamp()
FROM venue_change AS change
WHERE venue.venue_pk = change.venue_pk
