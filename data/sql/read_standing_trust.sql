-- Stored trust counts of one edition and a closed range of days; each column as the bytes of
-- whole numbers of 8 bytes, in network order.
SELECT
    string_agg(int8send(daily.area_id), '') AS area_id,
    string_agg(int8send(daily.day - CAST(:first_day AS date)), '') AS place,
    string_agg(int8send(daily.ever_assessed), '') AS ever_assessed,
    string_agg(int8send(daily.documents_checked), '') AS documents_checked,
    string_agg(int8send(daily.inspected), '') AS inspected,
    string_agg(int8send(daily.contested), '') AS contested,
    string_agg(int8send(daily.decisions), '') AS decisions,
    string_agg(int8send(daily.overturned), '') AS overturned,
    string_agg(int8send(daily.safe_safe), '') AS safe_safe,
    string_agg(int8send(daily.safe_at_risk), '') AS safe_at_risk,
    string_agg(int8send(daily.safe_unsafe), '') AS safe_unsafe,
    string_agg(int8send(daily.at_risk_safe), '') AS at_risk_safe,
    string_agg(int8send(daily.at_risk_at_risk), '') AS at_risk_at_risk,
    string_agg(int8send(daily.at_risk_unsafe), '') AS at_risk_unsafe,
    string_agg(int8send(daily.unsafe_safe), '') AS unsafe_safe,
    string_agg(int8send(daily.unsafe_at_risk), '') AS unsafe_at_risk,
    string_agg(int8send(daily.unsafe_unsafe), '') AS unsafe_unsafe
FROM area_trust_daily AS daily
WHERE daily.day BETWEEN :first_day AND :last_day
  AND daily.area_id = ANY (:area_ids)
