-- Whether anybody but the venue itself ever had a say in its level.
SELECT
    EXISTS (SELECT FROM assessment WHERE venue_pk = :venue_pk AND kind <> 'self')
    OR EXISTS (
        SELECT FROM review
        WHERE venue_pk = :venue_pk AND state IN ('confirmed', 'asked_again')
    )
    OR EXISTS (SELECT FROM venue_trust_span WHERE venue_pk = :venue_pk)
