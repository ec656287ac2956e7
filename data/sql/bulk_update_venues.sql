-- Brings stored venues to what their rows say; what a row does not say stays as it is.
UPDATE venue
SET name = input.name,
    name_ascii = input.name_ascii,
    address = coalesce(input.address, venue.address),
    point = CASE WHEN input.is_moved THEN input.point ELSE venue.point END,
    capacity = coalesce(input.capacity, venue.capacity),
    footfall_per_day = coalesce(input.footfall_per_day, venue.footfall_per_day),
    updated_at = clock_timestamp()
FROM bulk_venue_input AS input
WHERE venue.venue_pk = input.venue_pk AND (input.is_changed OR input.is_moved)
