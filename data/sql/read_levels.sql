-- Counts of every unit of one level on one day, as arrays in the order of the codes.
--
-- Which units those are: see `data/queries/level_units.py`. Units without a venue are listed
-- with zeros. With a parent code, only what lies below it.
WITH RECURSIVE parent AS (
    SELECT area_id, admin_level
    FROM area
    WHERE edition_code = :edition_code AND code = CAST(:parent_code AS text)
),
below AS (
    SELECT area.area_id, area.admin_level, area.is_leaf
    FROM area
    JOIN parent ON area.parent_id = parent.area_id
    UNION ALL
    SELECT area.area_id, area.admin_level, area.is_leaf
    FROM area
    JOIN below ON area.parent_id = below.area_id
    WHERE below.admin_level < :admin_level
),
listed AS (
    SELECT area_id FROM below
    WHERE admin_level <= :admin_level AND (admin_level = :admin_level OR is_leaf)
    UNION ALL
    SELECT area_id FROM area
    WHERE CAST(:parent_code AS text) IS NULL
      AND edition_code = :edition_code
      AND admin_level <= :admin_level
      AND (admin_level = :admin_level OR is_leaf)
),
ordered AS (
    SELECT
        area.code,
        coalesce(daily.venues, 0) AS venues,
        coalesce(daily.safe, 0) AS safe,
        coalesce(daily.at_risk, 0) AS at_risk,
        coalesce(daily.unsafe, 0) AS unsafe,
        coalesce(daily.footfall, 0) AS footfall,
        coalesce(daily.footfall_safety, 0) AS footfall_safety
    FROM listed
    JOIN area ON area.area_id = listed.area_id
    LEFT JOIN area_level_daily AS daily
      ON daily.day = :day AND daily.area_id = listed.area_id
    ORDER BY area.code COLLATE "C"
)
SELECT
    (SELECT count(*) FROM parent) AS parents,
    (SELECT generation FROM level_generation
     WHERE edition_code = :edition_code AND day = :day) AS generation,
    (SELECT computed_at FROM level_generation
     WHERE edition_code = :edition_code AND day = :day) AS computed_at,
    (SELECT count(*) FROM boundary_edition WHERE code = :edition_code) AS editions,
    coalesce(array_agg(code), '{}') AS codes,
    coalesce(array_agg(venues), '{}') AS venues,
    coalesce(array_agg(safe), '{}') AS safe,
    coalesce(array_agg(at_risk), '{}') AS at_risk,
    coalesce(array_agg(unsafe), '{}') AS unsafe,
    coalesce(array_agg(footfall), '{}') AS footfall,
    coalesce(array_agg(footfall_safety), '{}') AS footfall_safety
FROM ordered
