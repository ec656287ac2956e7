-- Stores the assessments of the file that are not stored yet; insert_results.sql comes after.
INSERT INTO assessment
    (venue_pk, set_id, set_version, answers, submitted_at, source, submission_key, account_pk,
     declared_name)
SELECT venue_pk, set_id, set_version, answers, submitted_at, :source, submission_key,
       CAST(:account_pk AS bigint), CAST(:declared_name AS text)
FROM assessment_input
ORDER BY submitted_at, line_number
ON CONFLICT (submission_key) DO NOTHING
