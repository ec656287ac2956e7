-- New rows with so many venues of their type about them that names tell no duplicates any more:
-- most often one point was written into all rows of a file.
--
-- The box is asked, and no distance, so that counting ends at the limit by the spatial index:
-- 10,000 rows at one point take no longer than as many at points of their own.
UPDATE bulk_venue_input AS input
SET is_crowded = true
WHERE input.venue_pk IS NULL
  AND (
    (
        SELECT count(*)
        FROM (
            SELECT FROM bulk_venue_input AS other
            WHERE other.point && ST_Expand(input.point, CAST(:box_degrees AS float8))
              AND other.venue_type = input.venue_type
            LIMIT :most + 1
        ) AS beside
    ) > :most
    OR (
        SELECT count(*)
        FROM (
            SELECT FROM venue
            WHERE venue.point && ST_Expand(input.point, CAST(:box_degrees AS float8))
              AND venue.venue_type = input.venue_type
              AND (venue.closed_on IS NULL OR venue.closed_on > :today)
            LIMIT :most + 1
        ) AS stored
    ) > :most
  )
RETURNING input.line
