"""The days on which a venue's level is checked, inspected or contested: made from its history."""

from collections.abc import Iterable
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from assessments.trust import Check, Contest, HeldLevel, trust_spans
from data.models import Venue, VenueLevelSpan, VenueTrustSpan
from data.sql_files import read_sql

_HELD: Final = TypeAdapter(tuple[HeldLevel, ...])
_CHECKS: Final = TypeAdapter(tuple[Check, ...])
_CONTESTS: Final = TypeAdapter(tuple[Contest, ...])


def has_trust_history(session: Session, venue_pk: int) -> bool:
    """Whether anybody but the venue itself ever had a say in its level."""
    return bool(session.scalar(read_sql("has_trust_history"), {"venue_pk": venue_pk}))


def renew_trust(session: Session, venue_pk: int) -> None:
    """Make a venue's trust spans, and the day of its first level, again from its history.

    The caller holds the venue's row, and wraps the change that made this necessary together
    with this call in `changing_counts`.

    Args:
        session: The transaction.
        venue_pk: The venue.
    """
    session.flush()
    session.execute(
        update(Venue)
        .values(
            first_assessed_on=select(func.min(VenueLevelSpan.first_day))
            .where(VenueLevelSpan.venue_pk == venue_pk)
            .scalar_subquery()
        )
        .where(Venue.venue_pk == venue_pk)
        .execution_options(synchronize_session=False)
    )
    if has_trust_history(session, venue_pk):
        _store(session, venue_pk, *_read(session, venue_pk))


def renew_trust_of_many(session: Session, venue_pks: Iterable[int]) -> None:
    """The same for venues that a file changed; those without a history cost one statement.

    The caller holds `own_levels`, and counts the days of these venues again.
    """
    pks = sorted(venue_pks)
    session.flush()
    session.execute(read_sql("renew_first_assessed"), {"venue_pks": pks})
    for venue_pk in session.scalars(read_sql("find_trust_histories"), {"venue_pks": pks}).all():
        _store(session, venue_pk, *_read(session, venue_pk))


def _read(
    session: Session, venue_pk: int
) -> tuple[tuple[HeldLevel, ...], tuple[Check, ...], tuple[Contest, ...]]:
    row = session.execute(read_sql("read_trust_history"), {"venue_pk": venue_pk}).one()
    return (
        _HELD.validate_python(row.held),
        _CHECKS.validate_python(row.checks),
        _CONTESTS.validate_python(row.contests),
    )


def _store(
    session: Session,
    venue_pk: int,
    held: tuple[HeldLevel, ...],
    checks: tuple[Check, ...],
    contests: tuple[Contest, ...],
) -> None:
    wanted = {span.first_day: span for span in trust_spans(held, checks, contests)}
    standing = {
        row.first_day: row
        for row in session.execute(
            select(VenueTrustSpan.first_day, VenueTrustSpan.last_day, VenueTrustSpan.trust)
            .where(VenueTrustSpan.venue_pk == venue_pk)
            .order_by(VenueTrustSpan.first_day)
        )
    }
    gone = [
        day
        for day, row in standing.items()
        if day not in wanted
        or (wanted[day].last_day, wanted[day].trust.value) != (row.last_day, row.trust)
    ]
    new: list[dict[str, Any]] = [
        {
            "venue_pk": venue_pk,
            "first_day": day,
            "last_day": span.last_day,
            "trust": span.trust.value,
        }
        for day, span in wanted.items()
        if day not in standing or day in gone
    ]
    if gone:
        session.execute(
            delete(VenueTrustSpan)
            .where(VenueTrustSpan.venue_pk == venue_pk, VenueTrustSpan.first_day.in_(gone))
            .execution_options(synchronize_session=False)
        )
    if new:
        session.execute(insert(VenueTrustSpan), new)
