-- Stored submissions and results, oldest first; the days of validity and for mending count
-- from the day of the submission. Read by the driver itself, hence its form of parameters.
SELECT
    assessment.assessment_pk,
    assessment.set_id,
    assessment.set_version,
    CAST(assessment.answers AS text),
    result.score,
    result.safety_tenths,
    result.level,
    result.set_level,
    result.valid_until - submitted.day,
    result.remedy_due - submitted.day,
    CAST(result.points AS text)
FROM assessment
JOIN assessment_result AS result ON result.assessment_pk = assessment.assessment_pk
CROSS JOIN LATERAL (
    SELECT CAST(assessment.submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date) AS day
) AS submitted
WHERE CAST(%(set_id)s AS text) IS NULL OR assessment.set_id = %(set_id)s
ORDER BY assessment.assessment_pk
