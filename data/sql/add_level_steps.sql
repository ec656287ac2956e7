-- Adds steps to the counts that stand.
UPDATE area_level_daily AS standing
SET venues = standing.venues + step.venues,
    safe = standing.safe + step.safe,
    at_risk = standing.at_risk + step.at_risk,
    unsafe = standing.unsafe + step.unsafe,
    footfall = standing.footfall + step.footfall,
    footfall_safety = standing.footfall_safety + step.footfall_safety
FROM level_correction AS step
WHERE standing.day = step.day AND standing.area_id = step.area_id
