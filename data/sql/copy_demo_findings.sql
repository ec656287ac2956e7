-- Stores demo inspections with the answers of another submission of the same set.
WITH given AS (
    SELECT *
    FROM unnest(
        CAST(:assessment_pks AS bigint[]),
        CAST(:venue_pks AS bigint[]),
        CAST(:samples AS bigint[]),
        CAST(:moments AS timestamptz[]),
        CAST(:until AS date[])
    ) AS one (assessment_pk, venue_pk, sample, at, valid_until)
),
stored AS (
    INSERT INTO assessment (
        assessment_pk, venue_pk, set_id, set_version, answers, submitted_at, source, kind
    )
    OVERRIDING SYSTEM VALUE
    SELECT
        given.assessment_pk, given.venue_pk, sample.set_id, sample.set_version, sample.answers,
        given.at, 'demo', 'inspection'
    FROM given
    JOIN assessment AS sample ON sample.assessment_pk = given.sample
    ORDER BY given.assessment_pk
)
INSERT INTO assessment_result (
    assessment_pk, score, safety_tenths, level, set_level, points, valid_until, scored_at
)
SELECT
    given.assessment_pk, result.score, result.safety_tenths, result.level, result.set_level,
    result.points, given.valid_until, given.at
FROM given
JOIN assessment_result AS result ON result.assessment_pk = given.sample
ORDER BY given.assessment_pk
