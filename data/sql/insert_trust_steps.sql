-- Stores steps as trust counts where none stand: the first assessed venue brings an area's row.
--
-- Run after add_trust_steps.sql, so that only what stands nowhere is new.
INSERT INTO area_trust_daily (
    day, area_id, ever_assessed, documents_checked, inspected, contested, decisions, overturned,
    safe_safe, safe_at_risk, safe_unsafe, at_risk_safe, at_risk_at_risk, at_risk_unsafe,
    unsafe_safe, unsafe_at_risk, unsafe_unsafe
)
SELECT
    step.day, step.area_id, step.ever_assessed, step.documents_checked, step.inspected,
    step.contested, step.decisions, step.overturned, step.safe_safe, step.safe_at_risk,
    step.safe_unsafe, step.at_risk_safe, step.at_risk_at_risk, step.at_risk_unsafe,
    step.unsafe_safe, step.unsafe_at_risk, step.unsafe_unsafe
FROM trust_correction AS step
WHERE step.ever_assessed > 0
  AND NOT EXISTS (
      SELECT FROM area_trust_daily AS standing
      WHERE standing.day = step.day AND standing.area_id = step.area_id
  )
ORDER BY step.day, step.area_id
