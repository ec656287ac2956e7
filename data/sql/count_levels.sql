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
        sum(venues) AS venues,
        sum(safe) AS safe,
        sum(at_risk) AS at_risk,
        sum(unsafe) AS unsafe,
        sum(footfall) AS footfall,
        sum(footfall_safety) AS footfall_safety
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
    SELECT
        grid.day,
        grid.area_id,
        sum(coalesce(event.venues, 0)) OVER so_far AS venues,
        sum(coalesce(event.safe, 0)) OVER so_far AS safe,
        sum(coalesce(event.at_risk, 0)) OVER so_far AS at_risk,
        sum(coalesce(event.unsafe, 0)) OVER so_far AS unsafe,
        sum(coalesce(event.footfall, 0)) OVER so_far AS footfall,
        sum(coalesce(event.footfall_safety, 0)) OVER so_far AS footfall_safety
    FROM grid
    LEFT JOIN event ON event.area_id = grid.area_id AND event.day = grid.day
    WINDOW so_far AS (PARTITION BY grid.area_id ORDER BY grid.day)
),
gone AS (
    DELETE FROM area_level_daily AS standing
    USING area
    WHERE area.area_id = standing.area_id
      AND area.edition_code = :edition_code
      AND standing.day BETWEEN :first_day AND :last_day
      AND NOT EXISTS (
          SELECT FROM counted
          WHERE counted.day = standing.day
            AND counted.area_id = standing.area_id
            AND counted.venues > 0
      )
)
INSERT INTO area_level_daily AS standing
    (day, area_id, venues, safe, at_risk, unsafe, footfall, footfall_safety)
SELECT day, area_id, venues, safe, at_risk, unsafe, footfall, footfall_safety
FROM counted
WHERE venues > 0
ON CONFLICT (day, area_id) DO UPDATE SET
    venues = excluded.venues,
    safe = excluded.safe,
    at_risk = excluded.at_risk,
    unsafe = excluded.unsafe,
    footfall = excluded.footfall,
    footfall_safety = excluded.footfall_safety
WHERE (standing.venues, standing.safe, standing.at_risk, standing.unsafe,
       standing.footfall, standing.footfall_safety)
   IS DISTINCT FROM
      (excluded.venues, excluded.safe, excluded.at_risk, excluded.unsafe,
       excluded.footfall, excluded.footfall_safety)
