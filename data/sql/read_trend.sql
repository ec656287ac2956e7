-- Counts of one area, or of the whole edition, on the last days; days that are not counted
-- have a NULL generation.
SELECT
    series.day::date AS day,
    counted.generation,
    coalesce(sum(daily.venues), 0)::bigint AS venues,
    coalesce(sum(daily.safe), 0)::bigint AS safe,
    coalesce(sum(daily.at_risk), 0)::bigint AS at_risk,
    coalesce(sum(daily.unsafe), 0)::bigint AS unsafe,
    coalesce(sum(daily.footfall), 0)::bigint AS footfall,
    coalesce(sum(daily.footfall_safety), 0)::bigint AS footfall_safety
FROM generate_series(
    CAST(:first_day AS timestamp), CAST(:last_day AS timestamp), interval '1 day'
) AS series (day)
LEFT JOIN level_generation AS counted
  ON counted.edition_code = :edition_code AND counted.day = series.day::date
LEFT JOIN area_level_daily AS daily
  ON daily.day = series.day::date AND daily.area_id = ANY (CAST(:area_ids AS integer[]))
GROUP BY series.day, counted.generation
ORDER BY series.day
