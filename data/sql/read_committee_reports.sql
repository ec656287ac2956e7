-- Reports of the public: new ones first, of these what is due first; then those that were looked
-- at, the newest first. Of the caller's areas, of all for the ministry, or of one venue.
--
-- As in the queue a page of keys comes first. Where row-level security is asked but once, or of
-- one venue only, the table itself gives them: as many of each state as the page can need.
WITH key AS (
    SELECT own.row_pk AS report_pk, own.is_waiting AS is_new, own.asked_at AS reported_at
    FROM antoan_reports(CAST(:begins AS text), CAST(:most AS bigint) + CAST(:skipped AS bigint))
        AS own
    WHERE NOT CAST(:is_direct AS boolean)
    UNION ALL
    (
        SELECT report_pk, true, reported_at
        FROM venue_report
        WHERE CAST(:is_direct AS boolean)
          AND state = 'new'
          AND (CAST(:begins AS text) IS NULL OR starts_with(report_id, :begins))
          AND (CAST(:venue_pk AS bigint) IS NULL OR venue_pk = :venue_pk)
        ORDER BY reported_at, report_pk DESC
        LIMIT CAST(:most AS bigint) + CAST(:skipped AS bigint)
    )
    UNION ALL
    (
        SELECT report_pk, false, reported_at
        FROM venue_report
        WHERE CAST(:is_direct AS boolean)
          AND state <> 'new'
          AND (CAST(:begins AS text) IS NULL OR starts_with(report_id, :begins))
          AND (CAST(:venue_pk AS bigint) IS NULL OR venue_pk = :venue_pk)
        ORDER BY reported_at DESC, report_pk DESC
        LIMIT CAST(:most AS bigint) + CAST(:skipped AS bigint)
    )
),
page AS MATERIALIZED (
    SELECT report_pk
    FROM key
    ORDER BY
        NOT is_new, CASE WHEN is_new THEN reported_at END, reported_at DESC, report_pk DESC
    LIMIT :most OFFSET :skipped
)
SELECT
    report.report_id,
    report.reason,
    report.wording,
    report.reported_at,
    report.state,
    evidence.evidence_id,
    venue.venue_id,
    venue.name AS venue_name
FROM page
JOIN venue_report AS report ON report.report_pk = page.report_pk
JOIN venue ON venue.venue_pk = report.venue_pk
LEFT JOIN evidence_file AS evidence
  ON evidence.evidence_pk = report.evidence_pk AND evidence.removed_at IS NULL
ORDER BY
    report.state <> 'new',
    CASE WHEN report.state = 'new' THEN report.reported_at END,
    report.reported_at DESC,
    report.report_pk DESC
