-- Counts venues by area, day and level, for one edition and a closed range of days,
-- and puts the counts in the place of those that stood there.
--
-- Each venue and each span gives a plus on the first day on which it counts and a
-- minus on the day after its last; running sums over the days then give the counts.
-- One pass over venues and spans therefore does for one day or for sixty.
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
spanned AS (
    SELECT
        opened.area_id,
        greatest(opened.first_day, span.first_day) AS first_day,
        least(opened.last_day, span.last_day) AS last_day,
        (span.level = 'safe')::integer AS safe,
        (span.level = 'at_risk')::integer AS at_risk,
        (span.level = 'unsafe')::integer AS unsafe,
        span.footfall_per_day::bigint AS footfall,
        span.footfall_per_day::bigint * span.safety_tenths AS footfall_safety
    FROM opened
    JOIN venue_level_span AS span ON span.venue_pk = opened.venue_pk
    WHERE span.first_day <= opened.last_day
      AND span.last_day >= opened.first_day
      -- Said again with constants, so that other spans are left out before the join.
      AND span.first_day <= :last_day
      AND span.last_day >= :first_day
),
leaf_event AS (
    SELECT area_id, first_day AS day, count(*) AS venues,
           0 AS safe, 0 AS at_risk, 0 AS unsafe, 0 AS footfall, 0 AS footfall_safety
    FROM opened
    GROUP BY area_id, first_day
    UNION ALL
    SELECT area_id, last_day + 1, -count(*), 0, 0, 0, 0, 0
    FROM opened
    WHERE last_day < :last_day
    GROUP BY area_id, last_day
    UNION ALL
    SELECT area_id, first_day, 0,
           sum(safe), sum(at_risk), sum(unsafe), sum(footfall), sum(footfall_safety)
    FROM spanned
    GROUP BY area_id, first_day
    UNION ALL
    SELECT area_id, last_day + 1, 0,
           -sum(safe), -sum(at_risk), -sum(unsafe), -sum(footfall), -sum(footfall_safety)
    FROM spanned
    WHERE last_day < :last_day
    GROUP BY area_id, last_day
),
event AS (
    SELECT
        part.area_id,
        leaf_event.day,
        sum(venues)::integer AS venues,
        sum(safe)::integer AS safe,
        sum(at_risk)::integer AS at_risk,
        sum(unsafe)::integer AS unsafe,
        sum(footfall)::bigint AS footfall,
        sum(footfall_safety)::bigint AS footfall_safety
    FROM leaf_event
    JOIN area ON area.area_id = leaf_event.area_id
    CROSS JOIN LATERAL unnest(area.path) AS part (area_id)
    GROUP BY part.area_id, leaf_event.day
),
grid AS (
    SELECT present.area_id, series.day::date AS day
    FROM (SELECT DISTINCT area_id FROM event) AS present
    CROSS JOIN generate_series(
        CAST(:first_day AS timestamp), CAST(:last_day AS timestamp), interval '1 day'
    ) AS series (day)
),
counted AS MATERIALIZED (
    SELECT *
    FROM (
        SELECT
            grid.day,
            grid.area_id,
            (sum(event.venues) OVER so_far)::integer AS venues,
            coalesce(sum(event.safe) OVER so_far, 0)::integer AS safe,
            coalesce(sum(event.at_risk) OVER so_far, 0)::integer AS at_risk,
            coalesce(sum(event.unsafe) OVER so_far, 0)::integer AS unsafe,
            coalesce(sum(event.footfall) OVER so_far, 0)::bigint AS footfall,
            coalesce(sum(event.footfall_safety) OVER so_far, 0)::bigint AS footfall_safety
        FROM grid
        LEFT JOIN event ON event.area_id = grid.area_id AND event.day = grid.day
        WINDOW so_far AS (
            PARTITION BY grid.area_id ORDER BY grid.day
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        )
    ) AS summed
    WHERE venues > 0
),
standing AS MATERIALIZED (
    SELECT daily.*
    FROM area_level_daily AS daily
    JOIN area ON area.area_id = daily.area_id
    WHERE area.edition_code = :edition_code
      AND daily.day BETWEEN :first_day AND :last_day
),
gone AS (
    DELETE FROM area_level_daily AS daily
    USING (
        SELECT day, area_id FROM standing
        EXCEPT
        SELECT day, area_id FROM counted
    ) AS left_over
    WHERE daily.day = left_over.day
      AND daily.area_id = left_over.area_id
      AND daily.day BETWEEN :first_day AND :last_day
),
changed AS (
    UPDATE area_level_daily AS daily
    SET venues = counted.venues,
        safe = counted.safe,
        at_risk = counted.at_risk,
        unsafe = counted.unsafe,
        footfall = counted.footfall,
        footfall_safety = counted.footfall_safety
    FROM counted
    JOIN standing ON standing.day = counted.day AND standing.area_id = counted.area_id
    WHERE daily.day = counted.day
      AND daily.area_id = counted.area_id
      AND daily.day BETWEEN :first_day AND :last_day
      AND (standing.venues, standing.safe, standing.at_risk, standing.unsafe,
           standing.footfall, standing.footfall_safety)
          IS DISTINCT FROM
          (counted.venues, counted.safe, counted.at_risk, counted.unsafe,
           counted.footfall, counted.footfall_safety)
)
INSERT INTO area_level_daily
    (day, area_id, venues, safe, at_risk, unsafe, footfall, footfall_safety)
SELECT day, area_id, venues, safe, at_risk, unsafe, footfall, footfall_safety
FROM counted
WHERE NOT EXISTS (
    SELECT FROM standing
    WHERE standing.day = counted.day AND standing.area_id = counted.area_id
)
ORDER BY day, area_id
