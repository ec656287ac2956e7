-- Removes the counts by type of one edition on a closed range of days.
DELETE FROM area_type_daily AS daily
USING area
WHERE area.edition_code = :edition_code
  AND area.parent_id IS NULL
  AND daily.area_id = area.area_id
  AND daily.day BETWEEN :first_day AND :last_day
