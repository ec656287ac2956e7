-- Venues that may be the same as one to be registered: of its type, within some metres of its
-- point, the nearest first. Their names are compared in `geo.venue_names`.
--
-- The box finds candidates by the spatial index; the distance is asked of those few.
SELECT
    near.venue_id,
    near.name,
    near.address,
    near.venue_type,
    near.distance_m,
    near.is_closed,
    EXISTS (
        SELECT FROM venue_staff AS staff
        WHERE staff.venue_pk = near.venue_pk AND staff.account_pk = :account_pk
    ) AS is_mine
FROM (
    SELECT
        venue.*,
        ST_DistanceSphere(venue.point, given.point) AS distance_m,
        venue.closed_on IS NOT NULL AND venue.closed_on <= :day AS is_closed
    FROM (
        SELECT ST_SetSRID(
            ST_MakePoint(CAST(:lon AS double precision), CAST(:lat AS double precision)), 4326
        ) AS point
    ) AS given
    JOIN venue ON venue.point && ST_Expand(given.point, CAST(:box_degrees AS double precision))
    WHERE venue.venue_type = :venue_type
) AS near
WHERE near.distance_m <= :near_m
ORDER BY near.distance_m, near.venue_pk
LIMIT :most
