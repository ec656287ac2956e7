-- Puts corrected counts in the place of those that stand.
UPDATE area_level_daily AS daily
SET venues = correction.venues,
    safe = correction.safe,
    at_risk = correction.at_risk,
    unsafe = correction.unsafe,
    footfall = correction.footfall,
    footfall_safety = correction.footfall_safety
FROM level_correction AS correction
WHERE correction.venues > 0
  AND daily.day = correction.day
  AND daily.area_id = correction.area_id
