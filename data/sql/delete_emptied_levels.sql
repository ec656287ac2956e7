-- Removes the counts of areas that lost their last venue by these steps.
DELETE FROM area_level_daily AS standing
USING level_correction AS step
WHERE standing.day = step.day AND standing.area_id = step.area_id AND standing.venues = 0
