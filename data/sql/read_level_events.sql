-- From when to when venues and their levels count, by leaf area, for one edition and a closed
-- range of days; each column as the bytes of whole numbers of 8 bytes, in network order.
--
-- Days are places in the range, from 0. What begins or ends outside is cut to the range, so
-- that one day of a million venues comes out as one or two rows for each leaf area.
WITH opened AS (
    SELECT
        located.venue_pk,
        located.area_id,
        greatest(venue.opened_on, CAST(:first_day AS date)) AS first_day,
        least(venue.closed_on - 1, CAST(:last_day AS date)) AS last_day
    FROM venue_area AS located
    JOIN venue ON venue.venue_pk = located.venue_pk
    WHERE located.edition_code = :edition_code
      AND venue.opened_on <= :last_day
      AND (venue.closed_on IS NULL OR (venue.closed_on > :first_day AND venue.closed_on > venue.opened_on))
),
event AS (
    SELECT area_id, first_day, last_day, count(*) AS venues,
           0 AS safe, 0 AS at_risk, 0 AS unsafe, 0 AS footfall, 0 AS footfall_safety
    FROM opened
    GROUP BY area_id, first_day, last_day
    UNION ALL
    SELECT
        opened.area_id,
        greatest(opened.first_day, span.first_day),
        least(opened.last_day, span.last_day),
        0,
        count(*) FILTER (WHERE span.level = 'safe'),
        count(*) FILTER (WHERE span.level = 'at_risk'),
        count(*) FILTER (WHERE span.level = 'unsafe'),
        sum(span.footfall_per_day),
        sum(span.footfall_per_day::bigint * span.safety_tenths)::bigint
    FROM opened
    JOIN venue_level_span AS span ON span.venue_pk = opened.venue_pk
    WHERE span.first_day <= opened.last_day
      AND span.last_day >= opened.first_day
      -- Said again with constants, so that other spans are left out before the join.
      AND span.first_day <= :last_day
      AND span.last_day >= :first_day
    GROUP BY 1, 2, 3
)
SELECT
    string_agg(int8send(area_id), '') AS area_id,
    string_agg(int8send(first_day - CAST(:first_day AS date)), '') AS first_place,
    string_agg(int8send(last_day - CAST(:first_day AS date)), '') AS last_place,
    string_agg(int8send(venues), '') AS venues,
    string_agg(int8send(safe), '') AS safe,
    string_agg(int8send(at_risk), '') AS at_risk,
    string_agg(int8send(unsafe), '') AS unsafe,
    string_agg(int8send(footfall), '') AS footfall,
    string_agg(int8send(footfall_safety), '') AS footfall_safety
FROM event
