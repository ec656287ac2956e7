-- Those of some venues in whose level anybody but themselves ever had a say.
SELECT given.venue_pk
FROM unnest(CAST(:venue_pks AS bigint[])) AS given (venue_pk)
WHERE EXISTS (
        SELECT FROM assessment
        WHERE assessment.venue_pk = given.venue_pk AND assessment.kind <> 'self'
    )
    OR EXISTS (
        SELECT FROM review
        WHERE review.venue_pk = given.venue_pk AND review.state IN ('confirmed', 'asked_again')
    )
    OR EXISTS (
        SELECT FROM venue_trust_span WHERE venue_trust_span.venue_pk = given.venue_pk
    )
ORDER BY given.venue_pk
