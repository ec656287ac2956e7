-- The newest submission of each of some venues.
SELECT newest.assessment_pk
FROM unnest(CAST(:venue_pks AS bigint[])) AS given (venue_pk)
CROSS JOIN LATERAL (
    SELECT assessment.assessment_pk
    FROM assessment
    WHERE assessment.venue_pk = given.venue_pk AND assessment.kind = 'self'
    ORDER BY assessment.submitted_at DESC, assessment.assessment_pk DESC
    LIMIT 1
) AS newest
ORDER BY given.venue_pk
