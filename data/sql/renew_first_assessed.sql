-- Brings the day of the first level of some venues up to date.
UPDATE venue
SET first_assessed_on = first.day
FROM (
    SELECT given.venue_pk, min(span.first_day) AS day
    FROM unnest(CAST(:venue_pks AS bigint[])) AS given (venue_pk)
    LEFT JOIN venue_level_span AS span ON span.venue_pk = given.venue_pk
    GROUP BY given.venue_pk
) AS first
WHERE venue.venue_pk = first.venue_pk
  AND venue.first_assessed_on IS DISTINCT FROM first.day
