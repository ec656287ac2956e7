-- Stores steps as counts where none stand: the first venues of an area bring its row.
--
-- Run after add_level_steps.sql, so that only what stands nowhere is new.
INSERT INTO area_level_daily
    (day, area_id, venues, safe, at_risk, unsafe, footfall, footfall_safety)
SELECT
    step.day, step.area_id, step.venues, step.safe, step.at_risk, step.unsafe, step.footfall,
    step.footfall_safety
FROM level_correction AS step
WHERE step.venues > 0
  AND NOT EXISTS (
      SELECT FROM area_level_daily AS standing
      WHERE standing.day = step.day AND standing.area_id = step.area_id
  )
ORDER BY step.day, step.area_id
