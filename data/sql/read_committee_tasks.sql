-- Appeals, replies and re-visits that wait, the one that is due first at the top: of the caller's
-- areas, or of all for the ministry.
WITH task AS MATERIALIZED (
    SELECT work.task AS kind, work.row_pk, work.venue_pk, work.asked_at, work.due_on
    FROM antoan_waiting() AS work
    WHERE NOT CAST(:sees_all AS boolean) AND work.task IN ('appeal', 'wish', 'reply')
    UNION ALL
    SELECT 'appeal', appeal_pk, venue_pk, filed_at, due_on
    FROM appeal
    WHERE CAST(:sees_all AS boolean) AND state = 'open'
    UNION ALL
    SELECT 'wish', revisit_pk, venue_pk, asked_at, due_on
    FROM revisit_request
    WHERE CAST(:sees_all AS boolean) AND state = 'open'
    UNION ALL
    SELECT 'reply', reply_pk, venue_pk, written_at, NULL
    FROM owner_reply
    WHERE CAST(:sees_all AS boolean) AND state = 'waiting'
),
page AS MATERIALIZED (
    SELECT task.*, venue.venue_id, venue.name AS venue_name
    FROM task
    JOIN venue ON venue.venue_pk = task.venue_pk
    ORDER BY task.due_on NULLS LAST, task.asked_at, venue.venue_id, task.kind
    LIMIT :most
)
SELECT page.kind, appeal.appeal_id AS id, page.asked_at, page.due_on, page.venue_id, page.venue_name
FROM page
LEFT JOIN appeal ON page.kind = 'appeal' AND appeal.appeal_pk = page.row_pk
ORDER BY page.due_on NULLS LAST, page.asked_at, page.venue_id, page.kind
