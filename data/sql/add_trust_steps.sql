-- Adds steps to the trust counts that stand.
UPDATE area_trust_daily AS standing
SET ever_assessed = standing.ever_assessed + step.ever_assessed,
    documents_checked = standing.documents_checked + step.documents_checked,
    inspected = standing.inspected + step.inspected,
    contested = standing.contested + step.contested,
    decisions = standing.decisions + step.decisions,
    overturned = standing.overturned + step.overturned,
    safe_safe = standing.safe_safe + step.safe_safe,
    safe_at_risk = standing.safe_at_risk + step.safe_at_risk,
    safe_unsafe = standing.safe_unsafe + step.safe_unsafe,
    at_risk_safe = standing.at_risk_safe + step.at_risk_safe,
    at_risk_at_risk = standing.at_risk_at_risk + step.at_risk_at_risk,
    at_risk_unsafe = standing.at_risk_unsafe + step.at_risk_unsafe,
    unsafe_safe = standing.unsafe_safe + step.unsafe_safe,
    unsafe_at_risk = standing.unsafe_at_risk + step.unsafe_at_risk,
    unsafe_unsafe = standing.unsafe_unsafe + step.unsafe_unsafe
FROM trust_correction AS step
WHERE standing.day = step.day AND standing.area_id = step.area_id
