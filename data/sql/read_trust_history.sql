-- What decides the trust of some venues: their levels, checks and disputes, as JSON documents,
-- and the spans that are stored.
SELECT
    given.venue_pk,
    (
        SELECT coalesce(json_agg(json_build_object(
            'first_day', span.first_day,
            'last_day', span.last_day,
            'assessment_pk', span.assessment_pk,
            'set_id', assessment.set_id,
            'level', span.level
        ) ORDER BY span.first_day), '[]')
        FROM venue_level_span AS span
        JOIN assessment ON assessment.assessment_pk = span.assessment_pk
        WHERE span.venue_pk = given.venue_pk
    ) AS held,
    (
        SELECT coalesce(json_agg(json_build_object(
            'assessment_pk', found.assessment_pk,
            'trust', found.trust,
            'is_finding', found.is_finding,
            'first_day', (found.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
            'last_day', (found.overturned_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 1,
            'set_id', found.set_id,
            'level', found.level
        ) ORDER BY found.at, found.assessment_pk), '[]')
        FROM (
            SELECT
                finding.assessment_pk,
                CASE finding.kind
                    WHEN 'inspection' THEN 'inspected' ELSE 'documents_checked'
                END AS trust,
                true AS is_finding,
                finding.submitted_at AS at,
                appeal.decided_at AS overturned_at,
                finding.set_id,
                result.level
            FROM assessment AS finding
            JOIN assessment_result AS result ON result.assessment_pk = finding.assessment_pk
            LEFT JOIN appeal
              ON appeal.assessment_pk = finding.assessment_pk AND appeal.state = 'overturned'
            WHERE finding.venue_pk = given.venue_pk
              AND finding.kind <> 'self'
              AND result.level <> 'not_assessed'
            UNION ALL
            SELECT
                review.assessment_pk, 'documents_checked', false, review.decided_at, NULL,
                looked_at.set_id, result.level
            FROM review
            JOIN assessment AS looked_at ON looked_at.assessment_pk = review.assessment_pk
            JOIN assessment_result AS result ON result.assessment_pk = review.assessment_pk
            WHERE review.venue_pk = given.venue_pk
              AND review.state = 'confirmed'
              AND result.level <> 'not_assessed'
        ) AS found
    ) AS checks,
    (
        SELECT coalesce(json_agg(json_build_object(
            'first_day', (dispute.began_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
            'last_day', (dispute.ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 1
        ) ORDER BY dispute.began_at), '[]')
        FROM (
            SELECT filed_at AS began_at, decided_at AS ended_at
            FROM appeal
            WHERE venue_pk = given.venue_pk
            UNION ALL
            SELECT
                review.decided_at,
                (
                    SELECT min(answer.submitted_at)
                    FROM assessment AS answer
                    WHERE answer.venue_pk = review.venue_pk
                      AND answer.submitted_at > review.decided_at
                )
            FROM review
            WHERE review.venue_pk = given.venue_pk AND review.state = 'asked_again'
        ) AS dispute
    ) AS contests,
    (
        SELECT coalesce(json_agg(json_build_object(
            'first_day', standing.first_day,
            'last_day', standing.last_day,
            'trust', standing.trust
        ) ORDER BY standing.first_day), '[]')
        FROM venue_trust_span AS standing
        WHERE standing.venue_pk = given.venue_pk
    ) AS standing
FROM unnest(CAST(:venue_pks AS bigint[])) AS given (venue_pk)
ORDER BY given.venue_pk
