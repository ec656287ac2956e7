-- What demo venues said of themselves on one day each, and how long such results hold.
SELECT
    span.venue_pk,
    span.assessment_pk,
    assessment.set_id,
    span.level,
    assessment.submitted_at,
    result.valid_until - (assessment.submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        AS days_after
FROM unnest(CAST(:venue_pks AS bigint[]), CAST(:days AS date[])) AS given (venue_pk, day)
JOIN venue_level_span AS span
  ON span.venue_pk = given.venue_pk AND given.day BETWEEN span.first_day AND span.last_day
JOIN assessment ON assessment.assessment_pk = span.assessment_pk
JOIN assessment_result AS result ON result.assessment_pk = span.assessment_pk
ORDER BY span.venue_pk
