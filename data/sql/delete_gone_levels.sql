-- Removes the counts of areas that have no venue any more on that day.
DELETE FROM area_level_daily AS daily
USING level_correction AS correction
WHERE correction.venues = 0
  AND daily.day = correction.day
  AND daily.area_id = correction.area_id
