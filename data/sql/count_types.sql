-- Open venues of the areas at the top, by day, type and level, for one edition and a closed range
-- of days. What has no venue on a day has no row.
--
-- Where and when a venue is counted at all is said as in read_level_events.sql; its type is that
-- of the day. Each day is the running sum of what began and ended up to it, so that a range of
-- days costs little more than one. With `venue_pks` only these venues are read.
WITH present AS (
    SELECT
        place.venue_pk,
        area.path[1] AS area_id,
        coalesce(typed.venue_type, venue.venue_type) AS venue_type,
        greatest(
            venue.opened_on, place.first_day, typed.first_day, CAST(:first_day AS date)
        ) AS first_day,
        least(
            venue.closed_on - 1, place.last_day, typed.last_day, CAST(:last_day AS date)
        ) AS last_day
    FROM venue_place AS place
    JOIN venue ON venue.venue_pk = place.venue_pk
    LEFT JOIN venue_type_span AS typed ON typed.venue_pk = place.venue_pk
    JOIN area ON area.area_id = place.area_id
    WHERE place.edition_code = :edition_code
      AND (CAST(:venue_pks AS bigint[]) IS NULL
           OR place.venue_pk = ANY (CAST(:venue_pks AS bigint[])))
),
opened AS (
    SELECT venue_pk, area_id, venue_type, first_day, last_day, 1 AS sign
    FROM present
    WHERE first_day <= last_day
    UNION ALL
    SELECT
        present.venue_pk,
        present.area_id,
        present.venue_type,
        greatest(present.first_day, closure.first_day),
        least(present.last_day, closure.last_day),
        -1
    FROM venue_closure AS closure
    JOIN present ON present.venue_pk = closure.venue_pk
    WHERE present.first_day <= present.last_day
      AND closure.first_day <= present.last_day
      AND closure.last_day >= present.first_day
),
event AS (
    SELECT area_id, venue_type, first_day, last_day, sum(sign) AS venues,
           0 AS safe, 0 AS at_risk, 0 AS unsafe
    FROM opened
    GROUP BY area_id, venue_type, first_day, last_day
    UNION ALL
    SELECT
        opened.area_id,
        opened.venue_type,
        greatest(opened.first_day, span.first_day),
        least(opened.last_day, span.last_day),
        0,
        coalesce(sum(opened.sign) FILTER (WHERE span.level = 'safe'), 0),
        coalesce(sum(opened.sign) FILTER (WHERE span.level = 'at_risk'), 0),
        coalesce(sum(opened.sign) FILTER (WHERE span.level = 'unsafe'), 0)
    FROM opened
    JOIN venue_level_span AS span ON span.venue_pk = opened.venue_pk
    WHERE span.first_day <= opened.last_day
      AND span.last_day >= opened.first_day
      -- Said again with constants, so that other spans are left out before the join.
      AND span.first_day <= :last_day
      AND span.last_day >= :first_day
    GROUP BY 1, 2, 3, 4
),
step AS (
    SELECT area_id, venue_type, day, sum(venues) AS venues, sum(safe) AS safe,
           sum(at_risk) AS at_risk, sum(unsafe) AS unsafe
    FROM (
        SELECT area_id, venue_type, first_day AS day, venues, safe, at_risk, unsafe FROM event
        UNION ALL
        SELECT area_id, venue_type, last_day + 1, -venues, -safe, -at_risk, -unsafe FROM event
    ) AS one
    GROUP BY area_id, venue_type, day
),
held AS (
    SELECT
        series.day::date AS day,
        cell.area_id,
        cell.venue_type,
        sum(step.venues) OVER so_far AS venues,
        sum(step.safe) OVER so_far AS safe,
        sum(step.at_risk) OVER so_far AS at_risk,
        sum(step.unsafe) OVER so_far AS unsafe
    FROM (SELECT DISTINCT area_id, venue_type FROM step) AS cell
    CROSS JOIN generate_series(
        CAST(:first_day AS timestamp), CAST(:last_day AS timestamp), interval '1 day'
    ) AS series (day)
    LEFT JOIN step
      ON step.area_id = cell.area_id
     AND step.venue_type = cell.venue_type
     AND step.day = series.day::date
    WINDOW so_far AS (PARTITION BY cell.area_id, cell.venue_type ORDER BY series.day)
)
SELECT
    day,
    area_id,
    venue_type,
    venues::integer AS venues,
    safe::integer AS safe,
    at_risk::integer AS at_risk,
    unsafe::integer AS unsafe
FROM held
WHERE venues > 0
ORDER BY day, area_id, venue_type
