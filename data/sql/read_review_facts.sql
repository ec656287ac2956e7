-- What the choice of reviews knows of some submissions; those that hold no longer are left out.
SELECT
    this.assessment_pk,
    this.venue_pk,
    result.level,
    result.safety_tenths,
    result.valid_until - (this.submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 1
        AS validity_days,
    venue.footfall_per_day,
    antoan_review_draw(this.assessment_pk) AS draw,
    earlier.level AS earlier_level,
    earlier.safety_tenths AS earlier_tenths,
    (this.submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        - (earlier.submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS days_ago,
    (
        SELECT found.level
        FROM assessment AS finding
        JOIN assessment_result AS found ON found.assessment_pk = finding.assessment_pk
        WHERE finding.venue_pk = this.venue_pk
          AND finding.kind <> 'self'
          AND finding.set_id = this.set_id
          AND finding.submitted_at < this.submitted_at
          AND found.level <> 'not_assessed'
        ORDER BY finding.submitted_at DESC, finding.assessment_pk DESC
        LIMIT 1
    ) AS found_level,
    EXISTS (
        SELECT FROM review AS asked
        WHERE asked.venue_pk = this.venue_pk
          AND asked.state = 'asked_again'
          AND asked.decided_at < this.submitted_at
          AND NOT EXISTS (
              SELECT FROM assessment AS between_them
              WHERE between_them.venue_pk = this.venue_pk
                AND between_them.submitted_at > asked.decided_at
                AND between_them.submitted_at < this.submitted_at
          )
    ) AS is_answer,
    EXISTS (
        SELECT FROM assessment AS finding
        WHERE finding.venue_pk = this.venue_pk
          AND finding.kind <> 'self'
          AND finding.submitted_at BETWEEN this.submitted_at - interval '90 days'
              AND this.submitted_at
    )
    OR EXISTS (
        SELECT FROM review AS looked
        WHERE looked.venue_pk = this.venue_pk
          AND looked.state IN ('confirmed', 'corrected')
          AND looked.decided_at > this.submitted_at - interval '90 days'
    ) AS was_checked,
    waiting.review_pk AS waiting_pk,
    waiting.priority AS waiting_priority,
    NOT EXISTS (
        SELECT FROM assessment AS later
        WHERE later.venue_pk = this.venue_pk
          AND later.kind = 'self'
          AND (later.submitted_at, later.assessment_pk) > (this.submitted_at, this.assessment_pk)
    ) AS is_newest
FROM assessment AS this
JOIN assessment_result AS result ON result.assessment_pk = this.assessment_pk
JOIN venue ON venue.venue_pk = this.venue_pk
LEFT JOIN LATERAL (
    SELECT before.submitted_at, found.level, found.safety_tenths
    FROM assessment AS before
    JOIN assessment_result AS found ON found.assessment_pk = before.assessment_pk
    WHERE before.venue_pk = this.venue_pk
      AND before.set_id = this.set_id
      AND (before.submitted_at, before.assessment_pk) < (this.submitted_at, this.assessment_pk)
      AND found.level <> 'not_assessed'
    ORDER BY before.submitted_at DESC, before.assessment_pk DESC
    LIMIT 1
) AS earlier ON true
LEFT JOIN LATERAL (
    SELECT review.review_pk, review.priority
    FROM review
    WHERE review.venue_pk = this.venue_pk AND review.state = 'waiting'
    ORDER BY review.priority, review.review_pk
    LIMIT 1
) AS waiting ON true
WHERE this.assessment_pk = ANY (CAST(:assessment_pks AS bigint[]))
  AND this.kind = 'self'
  AND result.valid_until >= :today
ORDER BY this.venue_pk, this.submitted_at, this.assessment_pk
