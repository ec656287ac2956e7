-- Visits of one day by leaf area of an edition and hour of entry, as arrays; private.
SELECT
    coalesce(array_agg(area_id), '{}') AS area_ids,
    coalesce(array_agg(hour), '{}') AS hours,
    coalesce(array_agg(visits), '{}') AS visits
FROM (
    SELECT place.area_id, hourly.hour, sum(hourly.visits)::bigint AS visits
    FROM visit_hourly AS hourly
    JOIN venue_place AS place ON place.venue_pk = hourly.venue_pk
    WHERE hourly.day = :day
      AND place.edition_code = :edition_code
      AND hourly.day BETWEEN place.first_day AND place.last_day
    GROUP BY place.area_id, hourly.hour
    ORDER BY place.area_id, hourly.hour
) AS counted
