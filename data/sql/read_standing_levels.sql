-- Stored counts of one edition and a closed range of days; each column as the bytes of whole
-- numbers of 8 bytes, in network order.
SELECT
    string_agg(int8send(daily.area_id), '') AS area_id,
    string_agg(int8send(daily.day - CAST(:first_day AS date)), '') AS place,
    string_agg(int8send(daily.venues), '') AS venues,
    string_agg(int8send(daily.safe), '') AS safe,
    string_agg(int8send(daily.at_risk), '') AS at_risk,
    string_agg(int8send(daily.unsafe), '') AS unsafe,
    string_agg(int8send(daily.footfall), '') AS footfall,
    string_agg(int8send(daily.footfall_safety), '') AS footfall_safety
FROM area_level_daily AS daily
WHERE daily.day BETWEEN :first_day AND :last_day
  AND daily.area_id = ANY (:area_ids)
