-- How much of each kind waits: in the caller's areas, or in all of them for the ministry.
WITH work AS (
    SELECT kind FROM antoan_waiting() WHERE NOT CAST(:sees_all AS boolean)
    UNION ALL
    SELECT reason FROM review WHERE CAST(:sees_all AS boolean) AND state = 'waiting'
    UNION ALL
    SELECT 'appeal' FROM appeal WHERE CAST(:sees_all AS boolean) AND state = 'open'
    UNION ALL
    SELECT 'new_report' FROM venue_report WHERE CAST(:sees_all AS boolean) AND state = 'new'
    UNION ALL
    SELECT 'reply' FROM owner_reply WHERE CAST(:sees_all AS boolean) AND state = 'waiting'
    UNION ALL
    SELECT 'wish' FROM revisit_request WHERE CAST(:sees_all AS boolean) AND state = 'open'
    UNION ALL
    SELECT 'claim' FROM claim_request WHERE CAST(:sees_all AS boolean) AND answered_at IS NULL
)
SELECT kind, count(*) AS waiting
FROM work
GROUP BY kind
ORDER BY kind
