-- Days with any visit, found by one index step for each day however many rows a day has.
WITH RECURSIVE step AS (
    (SELECT day FROM visit_hourly ORDER BY day LIMIT 1)
    UNION ALL
    SELECT (SELECT later.day FROM visit_hourly AS later
            WHERE later.day > step.day ORDER BY later.day LIMIT 1)
    FROM step
    WHERE step.day IS NOT NULL
)
SELECT day FROM step
WHERE day IS NOT NULL
ORDER BY day
