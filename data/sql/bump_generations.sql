-- Raises the change number of every counted day between two days, in every edition that
-- places the venue, and so locks these days in one fixed order before their counts change.
UPDATE level_generation AS standing
SET generation = standing.generation + 1, computed_at = clock_timestamp()
FROM (
    SELECT counted.edition_code, counted.day
    FROM level_generation AS counted
    WHERE counted.day BETWEEN :first_day AND :last_day
      AND EXISTS (
          SELECT FROM venue_place AS place
          WHERE place.venue_pk = :venue_pk AND place.edition_code = counted.edition_code
      )
    ORDER BY counted.edition_code, counted.day
    FOR UPDATE OF counted
) AS locked
WHERE standing.edition_code = locked.edition_code AND standing.day = locked.day
RETURNING standing.edition_code, standing.day
