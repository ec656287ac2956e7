-- How much of each kind waits in some areas; `area_ids` NULL stands for all.
WITH mine AS MATERIALIZED (
    SELECT DISTINCT located.venue_pk
    FROM area
    JOIN venue_area AS located ON located.area_id = area.area_id
    WHERE area.is_leaf AND area.path && CAST(:area_ids AS integer[])
),
work AS (
    SELECT venue_pk, reason AS kind FROM review WHERE state = 'waiting'
    UNION ALL
    SELECT venue_pk, 'appeal' FROM appeal WHERE state = 'open'
    UNION ALL
    SELECT venue_pk, 'new_report' FROM venue_report WHERE state = 'new'
    UNION ALL
    SELECT venue_pk, 'reply' FROM owner_reply WHERE state = 'waiting'
    UNION ALL
    SELECT venue_pk, 'wish' FROM revisit_request WHERE state = 'open'
    UNION ALL
    SELECT venue_pk, 'claim' FROM claim_request WHERE answered_at IS NULL
)
SELECT kind, count(*) AS waiting
FROM work
WHERE CAST(:area_ids AS integer[]) IS NULL OR venue_pk IN (SELECT venue_pk FROM mine)
GROUP BY kind
ORDER BY kind
