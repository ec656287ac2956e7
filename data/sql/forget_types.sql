-- Removes the counts by type of one edition, and those of areas that are in no edition any more.
DELETE FROM area_type_daily AS daily
WHERE NOT EXISTS (
    SELECT FROM area
    WHERE area.area_id = daily.area_id AND area.edition_code <> :edition_code
)
