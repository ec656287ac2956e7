-- Remembers where moved venues stood up to a day, if they stood there on any day that counted.
--
-- The same as one venue's move does: see data/services/venues/venue_life.py.
WITH leaving AS (
    SELECT
        venue.venue_pk,
        coalesce(earlier.last_day + 1, '0001-01-01') AS first_day,
        venue.address,
        venue.point
    FROM bulk_venue_input AS input
    JOIN venue ON venue.venue_pk = input.venue_pk
    LEFT JOIN LATERAL (
        SELECT max(place.last_day) AS last_day
        FROM venue_past_place AS place
        WHERE place.venue_pk = venue.venue_pk
    ) AS earlier ON true
    WHERE input.is_moved
      AND greatest(earlier.last_day + 1, venue.opened_on) <= :last_day
),
kept AS (
    INSERT INTO venue_past_place (venue_pk, first_day, last_day, address, point)
    SELECT venue_pk, first_day, :last_day, address, point
    FROM leaving
)
INSERT INTO venue_past_area (venue_pk, first_day, edition_code, area_id)
SELECT leaving.venue_pk, leaving.first_day, located.edition_code, located.area_id
FROM leaving
JOIN venue_area AS located ON located.venue_pk = leaving.venue_pk
