-- Venues of some leaf areas that are open on one day, by their type of that day and level.
--
-- The areas come as an array, so that the planner knows how many they are and reads venue by
-- venue through the indexes.
SELECT
    coalesce(typed.venue_type, venue.venue_type) AS venue_type,
    count(*) AS venues,
    count(*) FILTER (WHERE span.level = 'safe') AS safe,
    count(*) FILTER (WHERE span.level = 'at_risk') AS at_risk,
    count(*) FILTER (WHERE span.level = 'unsafe') AS unsafe
FROM venue_place AS place
JOIN venue ON venue.venue_pk = place.venue_pk
LEFT JOIN venue_type_span AS typed
  ON typed.venue_pk = venue.venue_pk
 AND CAST(:day AS date) BETWEEN typed.first_day AND typed.last_day
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
GROUP BY 1
ORDER BY count(*) DESC, 1
