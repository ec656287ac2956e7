-- One demo submission of each set and level, whose answers an inspection can repeat.
SELECT DISTINCT ON (assessment.set_id, result.level)
    assessment.set_id, result.level, assessment.assessment_pk
FROM assessment
JOIN assessment_result AS result ON result.assessment_pk = assessment.assessment_pk
WHERE result.level <> 'not_assessed'
ORDER BY assessment.set_id, result.level, assessment.assessment_pk
