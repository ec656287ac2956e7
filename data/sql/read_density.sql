-- Released visits of every unit of one level on one day, as arrays in the order of the codes.
--
-- Which units those are: see `data/queries/level_units.py`. With a parent code, only what lies below it. Place 25 of the array is the whole day.
WITH listed AS (
    SELECT area.code, area.area_km2, daily.area_id IS NOT NULL AS is_released,
        daily.visits[:place] AS visits
    FROM area
    LEFT JOIN area_density_daily AS daily
      ON daily.day = :day AND daily.area_id = area.area_id
    WHERE area.edition_code = :edition_code
      AND area.admin_level <= :admin_level
      AND (area.admin_level = :admin_level OR area.is_leaf)
      AND (
          CAST(:parent_code AS text) IS NULL
          OR (
              area.code <> :parent_code
              AND (
                  SELECT parent.area_id FROM area AS parent
                  WHERE parent.edition_code = :edition_code AND parent.code = :parent_code
              ) = ANY (area.path)
          )
      )
    ORDER BY area.code COLLATE "C"
)
SELECT
    (SELECT count(*) FROM boundary_edition WHERE code = :edition_code) AS editions,
    (SELECT count(*) FROM area
     WHERE edition_code = :edition_code AND code = :parent_code) AS parents,
    (SELECT generation FROM density_generation
     WHERE edition_code = :edition_code AND day = :day) AS generation,
    (SELECT computed_at FROM density_generation
     WHERE edition_code = :edition_code AND day = :day) AS computed_at,
    coalesce(array_agg(code), '{}') AS codes,
    coalesce(array_agg(area_km2), '{}') AS area_km2,
    coalesce(array_agg(is_released), '{}') AS is_released,
    coalesce(array_agg(visits), '{}') AS visits
FROM listed
