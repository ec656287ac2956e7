-- What one venue adds to the counts of each of its areas, on every counted day from one day on.
-- `venue_type` is its type of the day at the topmost area, which alone counts types; NULL below.
SELECT
    counted.day,
    part.area_id,
    CASE WHEN part.place = 1 THEN coalesce(typed.venue_type, venue.venue_type) END AS venue_type,
    1 AS venues,
    coalesce(CAST(span.level = 'safe' AS integer), 0) AS safe,
    coalesce(CAST(span.level = 'at_risk' AS integer), 0) AS at_risk,
    coalesce(CAST(span.level = 'unsafe' AS integer), 0) AS unsafe,
    coalesce(CAST(span.footfall_per_day AS bigint), 0) AS footfall,
    coalesce(CAST(span.footfall_per_day AS bigint) * span.safety_tenths, 0) AS footfall_safety
FROM venue
JOIN venue_place AS place ON place.venue_pk = venue.venue_pk
JOIN level_generation AS counted
  ON counted.edition_code = place.edition_code
 AND counted.day BETWEEN place.first_day AND place.last_day
LEFT JOIN venue_type_span AS typed
  ON typed.venue_pk = venue.venue_pk
 AND counted.day BETWEEN typed.first_day AND typed.last_day
JOIN area ON area.area_id = place.area_id
CROSS JOIN LATERAL unnest(area.path) WITH ORDINALITY AS part (area_id, place)
LEFT JOIN venue_level_span AS span
  ON span.venue_pk = venue.venue_pk AND counted.day BETWEEN span.first_day AND span.last_day
WHERE venue.venue_pk = :venue_pk
  AND counted.day >= :first_day
  AND counted.day >= venue.opened_on
  AND (venue.closed_on IS NULL OR counted.day < venue.closed_on)
  AND NOT EXISTS (
      SELECT FROM venue_closure AS closure
      WHERE closure.venue_pk = venue.venue_pk
        AND counted.day BETWEEN closure.first_day AND closure.last_day
  )
ORDER BY counted.day, part.area_id
