-- Graded, self-declared and inspected venues of some areas on one day, as arrays in one order.
-- Areas without counts are left out.
SELECT
    coalesce(array_agg(area.code), '{}') AS codes,
    coalesce(array_agg(trust.ever_assessed), '{}') AS graded,
    coalesce(
        array_agg(
            level.safe + level.at_risk + level.unsafe
            - trust.documents_checked - trust.inspected - trust.contested
        ),
        '{}'
    ) AS self_declared,
    coalesce(array_agg(trust.inspected), '{}') AS inspected
FROM unnest(CAST(:codes AS text[])) AS given (code)
JOIN area ON area.edition_code = :edition_code AND area.code = given.code
JOIN area_trust_daily AS trust ON trust.day = :day AND trust.area_id = area.area_id
JOIN area_level_daily AS level ON level.day = :day AND level.area_id = area.area_id
