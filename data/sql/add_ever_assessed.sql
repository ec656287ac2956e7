-- Lets a venue be assessed for the first time on a day, or earlier than it was, and counts it as
-- ever assessed on the counted days from that day to the day before the one known so far
-- (`known_day`, NULL for none). Nothing else of its trust changes: nobody but the venue itself
-- had a say in its level. Where and when it is counted is said as in read_venue_counts.sql.
WITH first AS (
    UPDATE venue
    SET first_assessed_on = :first_day
    WHERE venue_pk = :venue_pk
    RETURNING venue_pk, opened_on, closed_on
)
INSERT INTO area_trust_daily AS standing (
    day, area_id, ever_assessed, documents_checked, inspected, contested, decisions, overturned,
    safe_safe, safe_at_risk, safe_unsafe, at_risk_safe, at_risk_at_risk, at_risk_unsafe,
    unsafe_safe, unsafe_at_risk, unsafe_unsafe
)
SELECT counted.day, part.area_id, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM first
JOIN venue_place AS place ON place.venue_pk = first.venue_pk
JOIN level_generation AS counted
  ON counted.edition_code = place.edition_code
 AND counted.day BETWEEN place.first_day AND place.last_day
JOIN area ON area.area_id = place.area_id
CROSS JOIN LATERAL unnest(area.path) AS part (area_id)
WHERE place.venue_pk = :venue_pk  -- said of the view too, which would be read whole
  AND counted.day >= :first_day
  AND counted.day >= first.opened_on
  AND (CAST(:known_day AS date) IS NULL OR counted.day < CAST(:known_day AS date))
  AND (first.closed_on IS NULL OR counted.day < first.closed_on)
  AND NOT EXISTS (
      SELECT FROM venue_closure AS closure
      WHERE closure.venue_pk = first.venue_pk
        AND counted.day BETWEEN closure.first_day AND closure.last_day
  )
ORDER BY counted.day, part.area_id
ON CONFLICT (day, area_id) DO UPDATE SET ever_assessed = standing.ever_assessed + 1
