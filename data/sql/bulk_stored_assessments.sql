-- How many rows of the file are stored already: the same answers, by their key.
--
-- Key by key: under row-level security reading all assessments would ask of each whose it is.
SELECT count(*)
FROM assessment_input AS input
CROSS JOIN LATERAL (
    SELECT assessment.assessment_pk
    FROM assessment
    WHERE assessment.submission_key = input.submission_key
    LIMIT 1
) AS stored
