-- Removes the trust counts of areas that lost their last assessed venue by these steps.
DELETE FROM area_trust_daily AS standing
USING trust_correction AS step
WHERE standing.day = step.day
  AND standing.area_id = step.area_id
  AND standing.ever_assessed = 0
