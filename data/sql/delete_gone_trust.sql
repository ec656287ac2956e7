-- Removes the trust counts of areas where no venue was ever assessed any more on that day.
DELETE FROM area_trust_daily AS daily
USING trust_correction AS correction
WHERE correction.ever_assessed = 0
  AND daily.day = correction.day
  AND daily.area_id = correction.area_id
