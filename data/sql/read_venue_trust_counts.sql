-- What one venue adds to the trust counts of each of its areas, on every counted day from one
-- day on. Where and when it is counted is said as in read_venue_counts.sql.
SELECT
    counted.day,
    part.area_id,
    1 AS ever_assessed,
    coalesce(CAST(span.trust = 'documents_checked' AS integer), 0) AS documents_checked,
    coalesce(CAST(span.trust = 'inspected' AS integer), 0) AS inspected,
    coalesce(CAST(span.trust = 'contested' AS integer), 0) AS contested,
    made.decisions,
    overturned.decisions AS overturned,
    pair.safe_safe,
    pair.safe_at_risk,
    pair.safe_unsafe,
    pair.at_risk_safe,
    pair.at_risk_at_risk,
    pair.at_risk_unsafe,
    pair.unsafe_safe,
    pair.unsafe_at_risk,
    pair.unsafe_unsafe
FROM venue
JOIN venue_place AS place ON place.venue_pk = venue.venue_pk
JOIN level_generation AS counted
  ON counted.edition_code = place.edition_code
 AND counted.day BETWEEN place.first_day AND place.last_day
JOIN area ON area.area_id = place.area_id
CROSS JOIN LATERAL unnest(area.path) AS part (area_id)
LEFT JOIN venue_trust_span AS span
  ON span.venue_pk = venue.venue_pk AND counted.day BETWEEN span.first_day AND span.last_day
CROSS JOIN LATERAL (
    SELECT count(*) AS decisions
    FROM assessment AS finding
    JOIN assessment_result AS result ON result.assessment_pk = finding.assessment_pk
    WHERE finding.venue_pk = venue.venue_pk
      AND finding.kind <> 'self'
      AND finding.source <> 'appeal'
      AND result.level <> 'not_assessed'
      AND counted.day - (finding.submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
          BETWEEN 0 AND 364
) AS made
CROSS JOIN LATERAL (
    SELECT count(*) AS decisions
    FROM appeal
    WHERE appeal.venue_pk = venue.venue_pk
      AND appeal.state = 'overturned'
      AND counted.day - (appeal.decided_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
          BETWEEN 0 AND 364
) AS overturned
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE self_level = 'safe' AND inspected_level = 'safe') AS safe_safe,
        count(*) FILTER (WHERE self_level = 'safe' AND inspected_level = 'at_risk')
            AS safe_at_risk,
        count(*) FILTER (WHERE self_level = 'safe' AND inspected_level = 'unsafe') AS safe_unsafe,
        count(*) FILTER (WHERE self_level = 'at_risk' AND inspected_level = 'safe')
            AS at_risk_safe,
        count(*) FILTER (WHERE self_level = 'at_risk' AND inspected_level = 'at_risk')
            AS at_risk_at_risk,
        count(*) FILTER (WHERE self_level = 'at_risk' AND inspected_level = 'unsafe')
            AS at_risk_unsafe,
        count(*) FILTER (WHERE self_level = 'unsafe' AND inspected_level = 'safe') AS unsafe_safe,
        count(*) FILTER (WHERE self_level = 'unsafe' AND inspected_level = 'at_risk')
            AS unsafe_at_risk,
        count(*) FILTER (WHERE self_level = 'unsafe' AND inspected_level = 'unsafe')
            AS unsafe_unsafe
    FROM inspection_pair
    WHERE inspection_pair.venue_pk = venue.venue_pk
      AND counted.day - inspection_pair.day BETWEEN 0 AND 364
      AND (inspection_pair.overturned_on IS NULL OR counted.day < inspection_pair.overturned_on)
) AS pair
WHERE venue.venue_pk = :venue_pk
  AND counted.day >= :first_day
  AND counted.day >= greatest(venue.opened_on, venue.first_assessed_on)
  AND venue.first_assessed_on IS NOT NULL
  AND (venue.closed_on IS NULL OR counted.day < venue.closed_on)
  AND NOT EXISTS (
      SELECT FROM venue_closure AS closure
      WHERE closure.venue_pk = venue.venue_pk
        AND counted.day BETWEEN closure.first_day AND closure.last_day
  )
ORDER BY counted.day, part.area_id
