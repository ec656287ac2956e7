-- How many rows of the file are stored already: the same answers, by their key.
SELECT count(*)
FROM assessment_input AS input
JOIN assessment ON assessment.submission_key = input.submission_key
