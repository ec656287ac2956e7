-- Keys of the stored venues that the rows of a file name, by public id or by the uploader's own code.
--
-- One look into an index for each word: LIMIT keeps the planner from joining the whole table.
SELECT 'venue_id' AS key, given.word, venue.venue_pk
FROM unnest(CAST(:venue_ids AS text[])) AS given (word)
CROSS JOIN LATERAL (
    SELECT one.venue_pk FROM venue AS one WHERE one.venue_id = given.word LIMIT 1
) AS venue
UNION ALL
SELECT 'external_id', given.word, venue.venue_pk
FROM unnest(CAST(:external_ids AS text[])) AS given (word)
CROSS JOIN LATERAL (
    SELECT one.venue_pk
    FROM venue AS one
    WHERE one.source = :source AND one.external_id = given.word
    LIMIT 1
) AS venue
ORDER BY venue_pk
