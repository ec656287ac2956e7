-- New rows that may look like a stored venue, or like an earlier row of the file: same type, within
-- some metres, with letters in common. Their names are compared in `geo.venue_names`.
--
-- The box finds candidates by the spatial index. Crowded rows stand in bulk_crowded_venues.sql:
-- each of the others has some dozens of them at most.
SELECT found.line, found.code, found.name, found.other_line
FROM (
    SELECT input.line, 'like_stored' AS code, near.name, NULL AS other_line, near.distance_m
    FROM bulk_venue_input AS input
    CROSS JOIN LATERAL (
        SELECT venue.name, venue.name_ascii,
               ST_DistanceSphere(venue.point, input.point) AS distance_m
        FROM venue
        WHERE venue.point && ST_Expand(input.point, CAST(:box_degrees AS float8))
          AND venue.venue_type = input.venue_type
          AND (venue.closed_on IS NULL OR venue.closed_on > :today)
        LIMIT :most
    ) AS near
    WHERE input.venue_pk IS NULL AND NOT input.is_crowded
      AND near.distance_m <= :near_m
      AND similarity(near.name_ascii, input.name_ascii) >= :similar
    UNION ALL
    SELECT input.line, 'like_row', near.name, near.line, near.distance_m
    FROM bulk_venue_input AS input
    CROSS JOIN LATERAL (
        SELECT other.name, other.name_ascii, other.line,
               ST_DistanceSphere(other.point, input.point) AS distance_m
        FROM bulk_venue_input AS other
        WHERE other.point && ST_Expand(input.point, CAST(:box_degrees AS float8))
          AND other.venue_type = input.venue_type
          AND other.line < input.line
        LIMIT :most
    ) AS near
    WHERE input.venue_pk IS NULL AND NOT input.is_crowded
      AND near.distance_m <= :near_m
      AND similarity(near.name_ascii, input.name_ascii) >= :similar
) AS found
ORDER BY found.line, found.code DESC, found.distance_m, found.other_line
