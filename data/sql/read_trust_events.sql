-- From when to when venues count by trust grade, and decisions and pairs of inspections, by leaf
-- area, for one edition and a closed range of days; each column as the bytes of whole numbers
-- of 8 bytes, in network order.
--
-- Where and when a venue is counted at all is said as in read_level_events.sql. Decisions and
-- pairs count for 365 days, their own day included. With `venue_pks` only these venues are read.
WITH present AS (
    SELECT
        place.venue_pk,
        place.area_id,
        -- Before its first assessment a venue has no trust to count.
        greatest(
            venue.opened_on, venue.first_assessed_on, place.first_day, CAST(:first_day AS date)
        ) AS first_day,
        least(venue.closed_on - 1, place.last_day, CAST(:last_day AS date)) AS last_day
    FROM venue_place AS place
    JOIN venue ON venue.venue_pk = place.venue_pk
    WHERE place.edition_code = :edition_code
      AND (CAST(:venue_pks AS bigint[]) IS NULL
           OR place.venue_pk = ANY (CAST(:venue_pks AS bigint[])))
      AND venue.first_assessed_on IS NOT NULL
),
opened AS (
    SELECT venue_pk, area_id, first_day, last_day, 1 AS sign
    FROM present
    WHERE first_day <= last_day
    UNION ALL
    SELECT
        present.venue_pk,
        present.area_id,
        greatest(present.first_day, closure.first_day),
        least(present.last_day, closure.last_day),
        -1
    FROM venue_closure AS closure
    JOIN present ON present.venue_pk = closure.venue_pk
    WHERE present.first_day <= present.last_day
      AND closure.first_day <= present.last_day
      AND closure.last_day >= present.first_day
),
said AS (
    SELECT venue_pk, trust AS what, first_day, last_day
    FROM venue_trust_span
    WHERE first_day <= :last_day AND last_day >= :first_day
    UNION ALL
    SELECT finding.venue_pk, 'decisions', made.day, made.day + 364
    FROM assessment AS finding
    JOIN assessment_result AS result ON result.assessment_pk = finding.assessment_pk
    CROSS JOIN LATERAL (
        SELECT (finding.submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day
    ) AS made
    WHERE finding.kind <> 'self'
      AND finding.source <> 'appeal'
      AND result.level <> 'not_assessed'
      AND finding.submitted_at >= CAST(:first_day AS date) - 366
      AND finding.submitted_at < CAST(:last_day AS date) + 2
    UNION ALL
    SELECT appeal.venue_pk, 'overturned', made.day, made.day + 364
    FROM appeal
    CROSS JOIN LATERAL (
        SELECT (appeal.decided_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day
    ) AS made
    WHERE appeal.state = 'overturned'
      AND appeal.decided_at >= CAST(:first_day AS date) - 366
      AND appeal.decided_at < CAST(:last_day AS date) + 2
    UNION ALL
    SELECT
        venue_pk, self_level || '_' || inspected_level, day, least(day + 364, overturned_on - 1)
    FROM inspection_pair
    WHERE day BETWEEN CAST(:first_day AS date) - 364 AND :last_day
),
event AS (
    SELECT area_id, 'ever_assessed' AS what, first_day, last_day, sum(sign) AS size
    FROM opened
    GROUP BY area_id, first_day, last_day
    UNION ALL
    SELECT
        opened.area_id,
        said.what,
        greatest(opened.first_day, said.first_day),
        least(opened.last_day, said.last_day),
        sum(opened.sign)
    FROM said
    JOIN opened ON opened.venue_pk = said.venue_pk
    WHERE said.first_day <= opened.last_day
      AND said.last_day >= opened.first_day
    GROUP BY 1, 2, 3, 4
)
SELECT
    string_agg(int8send(area_id), '') AS area_id,
    string_agg(int8send(first_day - CAST(:first_day AS date)), '') AS first_place,
    string_agg(int8send(last_day - CAST(:first_day AS date)), '') AS last_place,
    string_agg(int8send(CASE what WHEN 'ever_assessed' THEN size ELSE 0 END::bigint), '')
        AS ever_assessed,
    string_agg(int8send(CASE what WHEN 'documents_checked' THEN size ELSE 0 END::bigint), '')
        AS documents_checked,
    string_agg(int8send(CASE what WHEN 'inspected' THEN size ELSE 0 END::bigint), '') AS inspected,
    string_agg(int8send(CASE what WHEN 'contested' THEN size ELSE 0 END::bigint), '') AS contested,
    string_agg(int8send(CASE what WHEN 'decisions' THEN size ELSE 0 END::bigint), '') AS decisions,
    string_agg(int8send(CASE what WHEN 'overturned' THEN size ELSE 0 END::bigint), '')
        AS overturned,
    string_agg(int8send(CASE what WHEN 'safe_safe' THEN size ELSE 0 END::bigint), '') AS safe_safe,
    string_agg(int8send(CASE what WHEN 'safe_at_risk' THEN size ELSE 0 END::bigint), '')
        AS safe_at_risk,
    string_agg(int8send(CASE what WHEN 'safe_unsafe' THEN size ELSE 0 END::bigint), '')
        AS safe_unsafe,
    string_agg(int8send(CASE what WHEN 'at_risk_safe' THEN size ELSE 0 END::bigint), '')
        AS at_risk_safe,
    string_agg(int8send(CASE what WHEN 'at_risk_at_risk' THEN size ELSE 0 END::bigint), '')
        AS at_risk_at_risk,
    string_agg(int8send(CASE what WHEN 'at_risk_unsafe' THEN size ELSE 0 END::bigint), '')
        AS at_risk_unsafe,
    string_agg(int8send(CASE what WHEN 'unsafe_safe' THEN size ELSE 0 END::bigint), '')
        AS unsafe_safe,
    string_agg(int8send(CASE what WHEN 'unsafe_at_risk' THEN size ELSE 0 END::bigint), '')
        AS unsafe_at_risk,
    string_agg(int8send(CASE what WHEN 'unsafe_unsafe' THEN size ELSE 0 END::bigint), '')
        AS unsafe_unsafe
FROM event
