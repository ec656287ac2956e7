-- Results of demo submissions, as the rules scored their pattern.
INSERT INTO assessment_result (
    assessment_pk, score, safety_tenths, level, set_level, points, valid_until, scored_at
)
SELECT
    assessment_pk,
    score,
    safety_tenths,
    level,
    set_level,
    points,
    CAST(:first_day AS date) + until_number,
    (CAST(:first_day AS date) + day_number + make_interval(mins => minute))
        AT TIME ZONE 'Asia/Ho_Chi_Minh'
FROM demo_submission
JOIN demo_pattern USING (pattern)
ORDER BY assessment_pk
