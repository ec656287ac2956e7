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
FROM venue_area AS located
JOIN venue ON venue.venue_pk = located.venue_pk
LEFT JOIN venue_level_span AS span
  ON span.venue_pk = venue.venue_pk
 AND CAST(:day AS date) BETWEEN span.first_day AND span.last_day
WHERE located.area_id = ANY (CAST(:area_ids AS integer[]))
  AND venue.opened_on <= :day
  AND (venue.closed_on IS NULL OR venue.closed_on > :day)
GROUP BY venue.venue_type
ORDER BY count(*) DESC, venue.venue_type
