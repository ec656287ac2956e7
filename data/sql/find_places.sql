-- The lowest area that holds a point, in every edition; NULLs where an edition has none there.
--
-- A point on a shared border goes to the lowest area id, as when all venues are located at once.
SELECT
    edition.code AS edition_code,
    edition.is_active,
    found.area_id,
    found.code AS area_code,
    (SELECT top.code FROM area AS top WHERE top.area_id = found.path[1]) AS province_code,
    ARRAY(
        SELECT above.name
        FROM unnest(found.path) WITH ORDINALITY AS part (area_id, place)
        JOIN area AS above ON above.area_id = part.area_id
        ORDER BY part.place
    ) AS names
FROM boundary_edition AS edition
LEFT JOIN LATERAL (
    SELECT area.area_id, area.code, area.path
    FROM area
    WHERE area.edition_code = edition.code
      AND area.is_leaf
      AND ST_Intersects(
          area.geom,
          ST_SetSRID(
              ST_MakePoint(CAST(:lon AS double precision), CAST(:lat AS double precision)), 4326
          )
      )
    ORDER BY area.area_id
    LIMIT 1
) AS found ON true
ORDER BY edition.code
