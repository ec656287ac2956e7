-- Trust counts of some areas on one day beside their assessed venues, so that both are of one
-- moment; as arrays in the order of the codes. Areas without counts are left out.
SELECT
    coalesce(array_agg(area.code), '{}') AS codes,
    coalesce(array_agg(level.safe + level.at_risk + level.unsafe), '{}') AS assessed,
    coalesce(array_agg(trust.ever_assessed), '{}') AS ever_assessed,
    coalesce(array_agg(trust.documents_checked), '{}') AS documents_checked,
    coalesce(array_agg(trust.inspected), '{}') AS inspected,
    coalesce(array_agg(trust.contested), '{}') AS contested,
    coalesce(array_agg(trust.decisions), '{}') AS decisions,
    coalesce(array_agg(trust.overturned), '{}') AS overturned,
    coalesce(array_agg(trust.safe_safe), '{}') AS safe_safe,
    coalesce(array_agg(trust.safe_at_risk), '{}') AS safe_at_risk,
    coalesce(array_agg(trust.safe_unsafe), '{}') AS safe_unsafe,
    coalesce(array_agg(trust.at_risk_safe), '{}') AS at_risk_safe,
    coalesce(array_agg(trust.at_risk_at_risk), '{}') AS at_risk_at_risk,
    coalesce(array_agg(trust.at_risk_unsafe), '{}') AS at_risk_unsafe,
    coalesce(array_agg(trust.unsafe_safe), '{}') AS unsafe_safe,
    coalesce(array_agg(trust.unsafe_at_risk), '{}') AS unsafe_at_risk,
    coalesce(array_agg(trust.unsafe_unsafe), '{}') AS unsafe_unsafe
FROM unnest(CAST(:codes AS text[])) AS given (code)
JOIN area ON area.edition_code = :edition_code AND area.code = given.code
JOIN area_trust_daily AS trust ON trust.day = :day AND trust.area_id = area.area_id
JOIN area_level_daily AS level ON level.day = :day AND level.area_id = area.area_id
