-- Visits of one day by leaf area of an edition and hour of entry, as arrays; private.
SELECT
    coalesce(array_agg(area_id), '{}') AS area_ids,
    coalesce(array_agg(hour), '{}') AS hours,
    coalesce(array_agg(visits), '{}') AS visits
FROM (
    SELECT venue_area.area_id, hourly.hour, sum(hourly.visits)::bigint AS visits
    FROM visit_hourly AS hourly
    JOIN venue_area ON venue_area.venue_pk = hourly.venue_pk
    WHERE hourly.day = :day AND venue_area.edition_code = :edition_code
    GROUP BY venue_area.area_id, hourly.hour
    ORDER BY venue_area.area_id, hourly.hour
) AS counted
