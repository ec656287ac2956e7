-- Stores the assessments of the file that are not stored yet, with their results.
WITH stored AS (
    INSERT INTO assessment
        (venue_pk, set_id, set_version, answers, submitted_at, source, submission_key,
         account_pk, declared_name)
    SELECT venue_pk, set_id, set_version, answers, submitted_at, :source, submission_key,
           CAST(:account_pk AS bigint), CAST(:declared_name AS text)
    FROM assessment_input
    ORDER BY submitted_at, line_number
    ON CONFLICT (submission_key) DO NOTHING
    RETURNING assessment_pk, venue_pk, submitted_at, submission_key
),
result AS (
    INSERT INTO assessment_result
        (assessment_pk, score, safety_tenths, level, set_level, points, valid_until,
         remedy_due)
    SELECT
        stored.assessment_pk, input.score, input.safety_tenths, input.level, input.set_level,
        input.points, input.valid_until, input.remedy_due
    FROM stored
    JOIN assessment_input AS input ON input.submission_key = stored.submission_key
)
SELECT
    count(*) AS stored,
    min((submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS first_day,
    coalesce(array_agg(DISTINCT venue_pk), '{}') AS venue_pks
FROM stored
