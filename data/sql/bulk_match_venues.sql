-- Says of each row with a stored venue whose it is and what the row would change.
--
-- `is_mine`: whether the uploader may change it; `has_owner`: whether anybody holds it. A
-- committee sees the holders of its areas' venues alone, and no others are its own.
UPDATE bulk_venue_input AS input
SET is_mine = CASE
        WHEN :is_owner THEN EXISTS (
            SELECT FROM venue_staff AS staff
            WHERE staff.venue_pk = venue.venue_pk
              AND staff.account_pk = :account_pk
              AND staff.role = 'owner'
        )
        ELSE :is_everywhere OR EXISTS (
            SELECT FROM venue_area AS located
            JOIN area ON area.area_id = located.area_id
            WHERE located.venue_pk = venue.venue_pk
              AND area.path && CAST(:area_ids AS integer[])
        )
    END,
    has_owner = EXISTS (
        SELECT FROM venue_staff AS staff
        WHERE staff.venue_pk = venue.venue_pk AND staff.role = 'owner'
    ),
    is_moved = coalesce(ST_DistanceSphere(venue.point, input.point) > :moved_m, true),
    is_changed = venue.name <> input.name
        OR (input.address IS NOT NULL AND input.address IS DISTINCT FROM venue.address)
        OR (input.capacity IS NOT NULL AND input.capacity IS DISTINCT FROM venue.capacity)
        OR (input.footfall_per_day IS NOT NULL
            AND input.footfall_per_day <> venue.footfall_per_day)
FROM venue
WHERE venue.venue_pk = input.venue_pk
