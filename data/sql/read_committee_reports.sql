-- Reports of the public about venues of some areas: new ones first, of these what is due first;
-- then those that were looked at, the newest first.
WITH mine AS MATERIALIZED (
    SELECT DISTINCT located.venue_pk
    FROM area
    JOIN venue_area AS located ON located.area_id = area.area_id
    WHERE area.is_leaf AND area.path && CAST(:area_ids AS integer[])
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
FROM venue_report AS report
JOIN venue ON venue.venue_pk = report.venue_pk
LEFT JOIN evidence_file AS evidence
  ON evidence.evidence_pk = report.evidence_pk AND evidence.removed_at IS NULL
WHERE (CAST(:area_ids AS integer[]) IS NULL OR report.venue_pk IN (SELECT venue_pk FROM mine))
  AND (CAST(:begins AS text) IS NULL OR starts_with(report.report_id, :begins))
  AND (CAST(:venue_pk AS bigint) IS NULL OR report.venue_pk = :venue_pk)
ORDER BY
    report.state <> 'new',
    CASE WHEN report.state = 'new' THEN report.reported_at END,
    report.reported_at DESC,
    report.report_pk DESC
LIMIT :most OFFSET :skipped
