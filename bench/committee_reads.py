"""A committee's reads, beside the plain queries: under the policies, and without them."""

from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from data.queries.committee import count_work, read_queue, read_reports
from data.scope import Actor, scoped_sessions

Sessions = sessionmaker[Session]
Measure = Callable[[Sessions, Callable[[Session], object]], float]
Read = tuple[str, str, float, float, float]
"""What, its peer, milliseconds of ours and of the peer, and the largest ratio that will do."""

OF_AREAS = """
WITH mine AS MATERIALIZED (
    SELECT DISTINCT place.venue_pk
    FROM area JOIN venue_area AS place ON place.area_id = area.area_id
    WHERE area.is_leaf AND area.path && CAST(:area_ids AS integer[])
)
"""
PLAIN_QUEUE = f"""
{OF_AREAS}
SELECT review.review_id, venue.name, result.level
FROM review
JOIN venue ON venue.venue_pk = review.venue_pk
JOIN assessment_result AS result ON result.assessment_pk = review.assessment_pk
WHERE review.state = 'waiting' AND review.venue_pk IN (SELECT venue_pk FROM mine)
ORDER BY review.priority, review.created_at, review.review_pk
LIMIT 26
"""
PLAIN_COUNT = f"""
{OF_AREAS}
SELECT reason, count(*) FROM review
WHERE state = 'waiting' AND venue_pk IN (SELECT venue_pk FROM mine)
GROUP BY reason
UNION ALL
SELECT 'new_report', count(*) FROM venue_report
WHERE state = 'new' AND venue_pk IN (SELECT venue_pk FROM mine)
ORDER BY 1
"""
PLAIN_REPORTS = f"""
{OF_AREAS}
SELECT report.report_id, report.wording, venue.name
FROM venue_report AS report
JOIN venue ON venue.venue_pk = report.venue_pk
WHERE report.venue_pk IN (SELECT venue_pk FROM mine)
ORDER BY report.state <> 'new', report.reported_at, report.report_pk DESC
LIMIT 26
"""


def committee_reads(sessions: Sessions, committee: Actor, measure: Measure) -> list[Read]:
    """Queue, counts and reports of one committee.

    Args:
        sessions: The site's.
        committee: Whose areas; all else that waits should cost nothing.
        measure: Median milliseconds of a read in sessions of one kind.
    """
    scoped = scoped_sessions(sessions, committee)
    areas = {"area_ids": list(committee.area_ids)}
    found: list[Read] = []
    cases: tuple[tuple[str, Callable[[Session], object], str], ...] = (
        ("queue", lambda session: read_queue(session, committee), PLAIN_QUEUE),
        ("counts", lambda session: count_work(session, committee), PLAIN_COUNT),
        ("reports", lambda session: read_reports(session, committee), PLAIN_REPORTS),
    )
    for name, ours, plain in cases:

        def plainly(session: Session, plain: str = plain) -> object:
            return session.execute(text(plain), areas).all()

        what = f"a province committee's {name}, under row-level security"
        taken = measure(scoped, ours)
        found += [
            (
                what,
                "a plain query under the same policies, as it was",
                taken,
                measure(scoped, plainly),
                1 / 5,
            ),
            (what, "the plain query without any policy", taken, measure(sessions, plainly), 1),
        ]
    return found
