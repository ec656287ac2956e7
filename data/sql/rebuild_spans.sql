-- Makes the spans of some venues again from all their results.
--
-- The last submission of each day holds from that day to the end of its validity, or to the
-- day before the venue's next submission. A span that stays keeps its weight; a new one takes
-- the venue's weight of now. What was submitted before the venue's type changed holds no
-- longer than to the day before that change.
WITH latest AS (
    SELECT DISTINCT ON (assessment.venue_pk, submitted.day)
        assessment.venue_pk,
        submitted.day AS first_day,
        assessment.submitted_at,
        result.valid_until,
        result.level,
        result.safety_tenths,
        assessment.assessment_pk
    FROM assessment
    JOIN assessment_result AS result ON result.assessment_pk = assessment.assessment_pk
    CROSS JOIN LATERAL (
        SELECT (assessment.submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day
    ) AS submitted
    WHERE assessment.venue_pk = ANY (CAST(:venue_pks AS bigint[]))
      -- Where the criteria set gives no level, the submission colours no day.
      AND result.level <> 'not_assessed'
    ORDER BY
        assessment.venue_pk, submitted.day,
        assessment.submitted_at DESC, assessment.assessment_pk DESC
),
held AS (
    SELECT
        latest.*,
        least(
            valid_until,
            lead(first_day) OVER (PARTITION BY venue_pk ORDER BY first_day) - 1,
            (
                SELECT min((past.changed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) - 1
                FROM venue_past_type AS past
                WHERE past.venue_pk = latest.venue_pk AND past.changed_at > latest.submitted_at
            )
        ) AS last_day
    FROM latest
),
placed AS (
    SELECT * FROM held WHERE last_day >= first_day
),
gone AS (
    DELETE FROM venue_level_span AS standing
    WHERE standing.venue_pk = ANY (CAST(:venue_pks AS bigint[]))
      AND NOT EXISTS (
          SELECT FROM placed
          WHERE placed.venue_pk = standing.venue_pk AND placed.first_day = standing.first_day
      )
)
INSERT INTO venue_level_span AS standing
    (venue_pk, first_day, last_day, level, safety_tenths, footfall_per_day, assessment_pk)
SELECT
    placed.venue_pk, placed.first_day, placed.last_day, placed.level, placed.safety_tenths,
    venue.footfall_per_day, placed.assessment_pk
FROM placed
JOIN venue ON venue.venue_pk = placed.venue_pk
ORDER BY placed.venue_pk, placed.first_day
ON CONFLICT (venue_pk, first_day) DO UPDATE SET
    last_day = excluded.last_day,
    level = excluded.level,
    safety_tenths = excluded.safety_tenths,
    footfall_per_day = CASE
        WHEN standing.assessment_pk = excluded.assessment_pk THEN standing.footfall_per_day
        ELSE excluded.footfall_per_day
    END,
    assessment_pk = excluded.assessment_pk
