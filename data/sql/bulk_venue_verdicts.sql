-- Why rows cannot be taken as they stand: the first reason of each.
SELECT
    verdict.line,
    verdict.code
FROM (
    SELECT
        input.line,
        CASE
            WHEN input.venue_id IS NOT NULL AND (input.venue_pk IS NULL OR NOT input.is_mine)
                THEN 'venue_unknown'
            WHEN input.venue_pk IS NOT NULL AND NOT input.is_mine THEN 'venue_lost'
            WHEN NOT :is_owner AND input.has_owner THEN 'has_owner'
            WHEN venue.closed_on <= :today THEN 'venue_closed'
            WHEN venue.venue_type <> input.venue_type THEN 'type_changed'
            WHEN input.venue_pk IS NOT NULL
                AND count(*) OVER (PARTITION BY input.venue_pk) > 1 THEN 'venue_twice'
            WHEN :has_edition AND input.area_id IS NULL THEN 'outside'
            WHEN NOT :is_owner AND NOT :is_everywhere
                AND NOT coalesce(area.path && CAST(:area_ids AS integer[]), false)
                THEN 'outside_areas'
        END AS code
    FROM bulk_venue_input AS input
    LEFT JOIN venue ON venue.venue_pk = input.venue_pk
    LEFT JOIN area ON area.area_id = input.area_id
) AS verdict
WHERE verdict.code IS NOT NULL
ORDER BY verdict.line
