-- Marks a closed range of days as counted in one edition.
--
-- A day that is counted for the first time starts from the clock, in milliseconds, so that a
-- day whose counts were thrown away and made again never gets a number that a cache has seen.
INSERT INTO level_generation AS standing (edition_code, day, generation, computed_at)
SELECT
    :edition_code,
    series.day::date,
    (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
    clock_timestamp()
FROM generate_series(
    CAST(:first_day AS timestamp), CAST(:last_day AS timestamp), interval '1 day'
) AS series (day)
ORDER BY series.day
ON CONFLICT (edition_code, day) DO UPDATE SET
    generation = standing.generation + 1,
    computed_at = excluded.computed_at
