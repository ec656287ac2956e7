-- Stored counts of some areas at the top on one day, by type.
SELECT
    venue_type,
    sum(venues) AS venues,
    sum(safe) AS safe,
    sum(at_risk) AS at_risk,
    sum(unsafe) AS unsafe
FROM area_type_daily
WHERE day = :day AND area_id = ANY (CAST(:area_ids AS integer[]))
GROUP BY venue_type
ORDER BY sum(venues) DESC, venue_type
