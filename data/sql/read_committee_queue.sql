-- Reviews that wait in some areas, the most urgent first; `area_ids` NULL stands for all.
--
-- The venues of the areas come first and narrow the rest down: row-level security, which
-- guards the same rows once more, is asked for few of them only.
WITH mine AS MATERIALIZED (
    SELECT DISTINCT located.venue_pk
    FROM area
    JOIN venue_area AS located ON located.area_id = area.area_id
    WHERE area.is_leaf AND area.path && CAST(:area_ids AS integer[])
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
FROM review
JOIN venue ON venue.venue_pk = review.venue_pk
JOIN assessment ON assessment.assessment_pk = review.assessment_pk
JOIN assessment_result AS result ON result.assessment_pk = review.assessment_pk
WHERE review.state = 'waiting'
  AND (CAST(:area_ids AS integer[]) IS NULL OR review.venue_pk IN (SELECT venue_pk FROM mine))
  AND (CAST(:reason AS text) IS NULL OR review.reason = :reason)
  AND (CAST(:venue_type AS text) IS NULL OR venue.venue_type = :venue_type)
ORDER BY review.priority, review.created_at, review.review_pk
LIMIT :most OFFSET :skipped
