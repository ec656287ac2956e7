-- Demo submissions with the answers of their pattern, in the order of their keys.
INSERT INTO assessment (
    assessment_pk, venue_pk, set_id, set_version, answers, submitted_at, source
)
SELECT
    assessment_pk,
    venue_pk,
    set_id,
    set_version,
    answers,
    (CAST(:first_day AS date) + day_number + make_interval(mins => minute))
        AT TIME ZONE 'Asia/Ho_Chi_Minh',
    'demo'
FROM demo_submission
JOIN demo_pattern USING (pattern)
ORDER BY assessment_pk
