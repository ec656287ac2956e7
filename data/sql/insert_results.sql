-- Stores the results of the file's assessments that have none yet: those that are new.
--
-- A statement of its own: row-level security of a result asks for its assessment first.
WITH stored AS (
    INSERT INTO assessment_result
        (assessment_pk, score, safety_tenths, level, set_level, points, valid_until, remedy_due)
    SELECT
        assessment.assessment_pk, input.score, input.safety_tenths, input.level, input.set_level,
        input.points, input.valid_until, input.remedy_due
    FROM assessment_input AS input
    JOIN assessment ON assessment.submission_key = input.submission_key
    ORDER BY assessment.assessment_pk
    ON CONFLICT (assessment_pk) DO NOTHING
    RETURNING assessment_pk
)
SELECT
    count(*) AS stored,
    min((assessment.submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS first_day,
    coalesce(array_agg(DISTINCT assessment.venue_pk), '{}') AS venue_pks
FROM stored
JOIN assessment ON assessment.assessment_pk = stored.assessment_pk
