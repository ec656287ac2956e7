-- Puts corrected trust counts in the place of those that stand.
UPDATE area_trust_daily AS daily
SET ever_assessed = correction.ever_assessed,
    documents_checked = correction.documents_checked,
    inspected = correction.inspected,
    contested = correction.contested,
    decisions = correction.decisions,
    overturned = correction.overturned,
    safe_safe = correction.safe_safe,
    safe_at_risk = correction.safe_at_risk,
    safe_unsafe = correction.safe_unsafe,
    at_risk_safe = correction.at_risk_safe,
    at_risk_at_risk = correction.at_risk_at_risk,
    at_risk_unsafe = correction.at_risk_unsafe,
    unsafe_safe = correction.unsafe_safe,
    unsafe_at_risk = correction.unsafe_at_risk,
    unsafe_unsafe = correction.unsafe_unsafe
FROM trust_correction AS correction
WHERE correction.ever_assessed > 0
  AND daily.day = correction.day
  AND daily.area_id = correction.area_id
