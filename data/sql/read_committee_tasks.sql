-- Appeals, replies and re-visits that wait in some areas, the one that is due first at the top.
WITH mine AS MATERIALIZED (
    SELECT DISTINCT located.venue_pk
    FROM area
    JOIN venue_area AS located ON located.area_id = area.area_id
    WHERE area.is_leaf AND area.path && CAST(:area_ids AS integer[])
),
task AS (
    SELECT 'appeal' AS kind, venue_pk, appeal_id AS id, filed_at AS asked_at, due_on
    FROM appeal
    WHERE state = 'open'
    UNION ALL
    SELECT 'wish', venue_pk, NULL, asked_at, due_on FROM revisit_request WHERE state = 'open'
    UNION ALL
    SELECT 'reply', venue_pk, NULL, written_at, NULL FROM owner_reply WHERE state = 'waiting'
)
SELECT task.kind, task.id, task.asked_at, task.due_on, venue.venue_id, venue.name AS venue_name
FROM task
JOIN venue ON venue.venue_pk = task.venue_pk
WHERE CAST(:area_ids AS integer[]) IS NULL OR task.venue_pk IN (SELECT venue_pk FROM mine)
ORDER BY task.due_on NULLS LAST, task.asked_at, venue.venue_id, task.kind
LIMIT :most
