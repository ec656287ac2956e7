-- Venues of some areas that are open on one day, by type and level.
WITH RECURSIVE below AS (
    SELECT area_id FROM area WHERE area_id = ANY (CAST(:area_ids AS integer[]))
    UNION ALL
    SELECT area.area_id FROM area JOIN below ON area.parent_id = below.area_id
)
SELECT
    venue.venue_type,
    count(*) AS venues,
    count(*) FILTER (WHERE span.level = 'safe') AS safe,
    count(*) FILTER (WHERE span.level = 'at_risk') AS at_risk,
    count(*) FILTER (WHERE span.level = 'unsafe') AS unsafe
FROM below
JOIN venue_area AS located ON located.area_id = below.area_id
JOIN venue ON venue.venue_pk = located.venue_pk
LEFT JOIN venue_level_span AS span
  ON span.venue_pk = venue.venue_pk
 AND CAST(:day AS date) BETWEEN span.first_day AND span.last_day
WHERE venue.opened_on <= :day
  AND (venue.closed_on IS NULL OR venue.closed_on > :day)
GROUP BY venue.venue_type
ORDER BY count(*) DESC, venue.venue_type
