-- Raises the change number of every counted day from one day on, in every edition, and so locks
-- these days in one fixed order before the counts of any venue change on them.
UPDATE level_generation AS standing
SET generation = standing.generation + 1, computed_at = clock_timestamp()
FROM (
    SELECT counted.edition_code, counted.day
    FROM level_generation AS counted
    WHERE counted.day >= :first_day
    ORDER BY counted.edition_code, counted.day
    FOR UPDATE OF counted
) AS locked
WHERE standing.edition_code = locked.edition_code AND standing.day = locked.day
RETURNING standing.day
