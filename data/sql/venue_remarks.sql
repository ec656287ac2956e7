-- Rows of the file that were kept although something about their place is doubtful.
SELECT
    input.line_number,
    edition.code AS edition_code,
    venue.venue_id,
    venue.external_id,
    venue.name,
    venue.address,
    venue.point IS NULL AS is_without_point,
    located.area_id IS NULL AS is_outside,
    array_to_string(ARRAY(
        SELECT above.name
        FROM unnest(area.path) WITH ORDINALITY AS part (area_id, place)
        JOIN area AS above ON above.area_id = part.area_id
        ORDER BY part.place DESC
    ), ', ') AS area_name
FROM venue_input AS input
JOIN venue ON venue.source = :source AND venue.external_id = input.external_id
CROSS JOIN boundary_edition AS edition
LEFT JOIN venue_area AS located
  ON located.venue_pk = venue.venue_pk AND located.edition_code = edition.code
LEFT JOIN area ON area.area_id = located.area_id
WHERE located.area_id IS NULL OR located.is_address_in_area IS FALSE
ORDER BY input.line_number, edition.code
