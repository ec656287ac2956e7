-- Adds the difference that one venue's changed spans make to the counts of its area and of
-- all areas above it, and to those of its type at the top, on the days that are counted and on
-- which the venue is open.
--
-- Every such row is there: the venue itself is counted in it. The days were locked by
-- bump_generations.sql, so no two submissions change the same rows at once.
WITH change AS (
    SELECT *
    FROM unnest(
        CAST(:sign AS integer[]),
        CAST(:first_day AS date[]),
        CAST(:last_day AS date[]),
        CAST(:level AS text[]),
        CAST(:safety_tenths AS integer[]),
        CAST(:footfall AS bigint[])
    ) AS given (sign, first_day, last_day, level, safety_tenths, footfall)
),
difference AS (
    SELECT
        counted.day,
        area.path,
        coalesce(typed.venue_type, venue.venue_type) AS venue_type,
        sum(change.sign) FILTER (WHERE change.level = 'safe') AS safe,
        sum(change.sign) FILTER (WHERE change.level = 'at_risk') AS at_risk,
        sum(change.sign) FILTER (WHERE change.level = 'unsafe') AS unsafe,
        sum(change.sign * change.footfall) AS footfall,
        sum(change.sign * change.footfall * change.safety_tenths) AS footfall_safety
    FROM venue
    JOIN venue_place AS place ON place.venue_pk = venue.venue_pk
    JOIN area ON area.area_id = place.area_id
    JOIN level_generation AS counted
      ON counted.edition_code = place.edition_code
     AND counted.day BETWEEN place.first_day AND place.last_day
    LEFT JOIN venue_type_span AS typed
      ON typed.venue_pk = venue.venue_pk
     AND counted.day BETWEEN typed.first_day AND typed.last_day
    JOIN change ON counted.day BETWEEN change.first_day AND change.last_day
    WHERE venue.venue_pk = :venue_pk
      AND counted.day >= venue.opened_on
      AND (venue.closed_on IS NULL OR counted.day < venue.closed_on)
      AND NOT EXISTS (
          SELECT FROM venue_closure AS closure
          WHERE closure.venue_pk = venue.venue_pk
            AND counted.day BETWEEN closure.first_day AND closure.last_day
      )
    GROUP BY counted.day, area.area_id, coalesce(typed.venue_type, venue.venue_type)
),
by_type AS (
    UPDATE area_type_daily AS standing
    SET safe = standing.safe + coalesce(difference.safe, 0),
        at_risk = standing.at_risk + coalesce(difference.at_risk, 0),
        unsafe = standing.unsafe + coalesce(difference.unsafe, 0)
    FROM difference
    WHERE standing.day = difference.day
      AND standing.area_id = difference.path[1]
      AND standing.venue_type = difference.venue_type
)
UPDATE area_level_daily AS standing
SET safe = standing.safe + coalesce(difference.safe, 0),
    at_risk = standing.at_risk + coalesce(difference.at_risk, 0),
    unsafe = standing.unsafe + coalesce(difference.unsafe, 0),
    footfall = standing.footfall + difference.footfall,
    footfall_safety = standing.footfall_safety + difference.footfall_safety
FROM difference
CROSS JOIN LATERAL unnest(difference.path) AS part (area_id)
WHERE standing.day = difference.day AND standing.area_id = part.area_id
