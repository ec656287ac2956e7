-- Venues of some leaf areas that are open on one day, by type and level.
--
-- The areas come as an array, so that the planner knows how many they are: a province is then
-- read venue by venue through the indexes, and only the whole country by reading everything.
SELECT
    venue.venue_type,
    count(*) AS venues,
    count(*) FILTER (WHERE span.level = 'safe') AS safe,
    count(*) FILTER (WHERE span.level = 'at_risk') AS at_risk,
    count(*) FILTER (WHERE span.level = 'unsafe') AS unsafe
FROM venue_place AS place
JOIN venue ON venue.venue_pk = place.venue_pk
LEFT JOIN venue_level_span AS span
  ON span.venue_pk = venue.venue_pk
 AND CAST(:day AS date) BETWEEN span.first_day AND span.last_day
WHERE place.area_id = ANY (CAST(:area_ids AS integer[]))
  AND CAST(:day AS date) BETWEEN place.first_day AND place.last_day
  AND venue.opened_on <= :day
  AND (venue.closed_on IS NULL OR venue.closed_on > :day)
  AND NOT EXISTS (
      SELECT FROM venue_closure AS closure
      WHERE closure.venue_pk = venue.venue_pk
        AND CAST(:day AS date) BETWEEN closure.first_day AND closure.last_day
  )
GROUP BY venue.venue_type
ORDER BY count(*) DESC, venue.venue_type
