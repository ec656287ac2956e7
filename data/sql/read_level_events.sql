-- From when to when venues and their levels count, by leaf area, for one edition and a closed
-- range of days; each column as the bytes of whole numbers of 8 bytes, in network order.
--
-- Days are places in the range, from 0. What begins or ends outside is cut to the range, so
-- that one day of a million venues comes out as one or two rows for each leaf area.
-- A venue that moved counts on each day where it stood then. Days on which it was closed for a
-- time are counted first and taken off again: few venues have any. With `venue_pks` only these
-- venues are read.
WITH present AS (
    SELECT
        place.venue_pk,
        place.area_id,
        greatest(venue.opened_on, place.first_day, CAST(:first_day AS date)) AS first_day,
        least(venue.closed_on - 1, place.last_day, CAST(:last_day AS date)) AS last_day
    FROM venue_place AS place
    JOIN venue ON venue.venue_pk = place.venue_pk
    WHERE place.edition_code = :edition_code
      AND (CAST(:venue_pks AS bigint[]) IS NULL
           OR place.venue_pk = ANY (CAST(:venue_pks AS bigint[])))
      AND greatest(venue.opened_on, place.first_day) <= :last_day
      AND place.last_day >= :first_day
      AND place.last_day >= venue.opened_on
      AND (
          venue.closed_on IS NULL
          OR (
              venue.closed_on > :first_day
              AND venue.closed_on > venue.opened_on
              AND venue.closed_on > place.first_day
          )
      )
),
opened AS (
    SELECT venue_pk, area_id, first_day, last_day, 1 AS sign FROM present
    UNION ALL
    SELECT
        present.venue_pk,
        present.area_id,
        greatest(present.first_day, closure.first_day),
        least(present.last_day, closure.last_day),
        -1
    FROM venue_closure AS closure
    JOIN present ON present.venue_pk = closure.venue_pk
    WHERE closure.first_day <= present.last_day AND closure.last_day >= present.first_day
),
event AS (
    SELECT area_id, first_day, last_day, sum(sign) AS venues,
           0 AS safe, 0 AS at_risk, 0 AS unsafe, 0 AS footfall, 0 AS footfall_safety
    FROM opened
    GROUP BY area_id, first_day, last_day
    UNION ALL
    SELECT
        opened.area_id,
        greatest(opened.first_day, span.first_day),
        least(opened.last_day, span.last_day),
        0,
        coalesce(sum(opened.sign) FILTER (WHERE span.level = 'safe'), 0),
        coalesce(sum(opened.sign) FILTER (WHERE span.level = 'at_risk'), 0),
        coalesce(sum(opened.sign) FILTER (WHERE span.level = 'unsafe'), 0),
        sum(opened.sign * span.footfall_per_day::bigint)::bigint,
        sum(opened.sign * span.footfall_per_day::bigint * span.safety_tenths)::bigint
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
