-- Reviews that wait, the most urgent first: of the caller's areas, or of all for the ministry.
--
-- A page of keys comes first. A committee finds them among what waits in its own areas, since
-- row-level security would have to be asked of all that waits in the country; it is asked of the
-- rows of the page. Of the two branches only that of the caller is run. The type is compared with
-- a scalar: as EXISTS it made PostgreSQL read all venues of the type first.
WITH page AS MATERIALIZED (
    (
        SELECT work.row_pk AS review_pk
        FROM antoan_waiting() AS work
        WHERE NOT CAST(:sees_all AS boolean)
          AND work.task = 'review'
          AND (CAST(:reason AS text) IS NULL OR work.kind = :reason)
          AND (CAST(:venue_type AS text) IS NULL OR (
              SELECT venue.venue_type FROM venue WHERE venue.venue_pk = work.venue_pk
          ) = :venue_type)
        ORDER BY work.priority, work.asked_at, work.row_pk
        LIMIT :most OFFSET :skipped
    )
    UNION ALL
    (
        SELECT review.review_pk
        FROM review
        WHERE CAST(:sees_all AS boolean)
          AND review.state = 'waiting'
          AND (CAST(:reason AS text) IS NULL OR review.reason = :reason)
          AND (CAST(:venue_type AS text) IS NULL OR (
              SELECT venue.venue_type FROM venue WHERE venue.venue_pk = review.venue_pk
          ) = :venue_type)
        ORDER BY review.priority, review.created_at, review.review_pk
        LIMIT :most OFFSET :skipped
    )
)
SELECT
    review.review_id,
    review.reason,
    review.created_at,
    venue.venue_id,
    venue.name AS venue_name,
    venue.venue_type,
    venue.address,
    venue.footfall_per_day,
    result.level,
    assessment.submitted_at,
    (
        SELECT count(*) FROM venue_report
        WHERE venue_report.venue_pk = review.venue_pk AND venue_report.state = 'new'
    ) AS reports
FROM page
JOIN review ON review.review_pk = page.review_pk
JOIN venue ON venue.venue_pk = review.venue_pk
JOIN assessment ON assessment.assessment_pk = review.assessment_pk
JOIN assessment_result AS result ON result.assessment_pk = review.assessment_pk
WHERE review.state = 'waiting'
ORDER BY review.priority, review.created_at, review.review_pk
