-- Days for which each demo result holds.
INSERT INTO venue_level_span (
    venue_pk, first_day, last_day, level, safety_tenths, footfall_per_day, assessment_pk
)
SELECT
    venue_pk,
    CAST(:first_day AS date) + day_number,
    CAST(:first_day AS date) + span_end_number,
    level,
    safety_tenths,
    footfall,
    assessment_pk
FROM demo_submission
JOIN demo_pattern USING (pattern)
ORDER BY assessment_pk
