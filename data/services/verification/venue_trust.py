"""The days on which a venue's level is checked, inspected or contested: made from its history."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from assessments.trust import Check, Contest, HeldLevel, TrustSpan, trust_spans
from data.models import Venue, VenueLevelSpan, VenueTrustSpan
from data.sql_files import read_sql

BATCH: Final = 1_000

_HELD: Final = TypeAdapter(tuple[HeldLevel, ...])
_CHECKS: Final = TypeAdapter(tuple[Check, ...])
_CONTESTS: Final = TypeAdapter(tuple[Contest, ...])
_STANDING: Final = TypeAdapter(tuple[TrustSpan, ...])


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
        _renew(session, [venue_pk])


def renew_trust_of_many(session: Session, venue_pks: Iterable[int]) -> None:
    """The same for venues that a file changed; those without a history cost one statement.

    The caller holds `own_levels`, and counts the days of these venues again.
    """
    pks = sorted(venue_pks)
    session.flush()
    session.execute(read_sql("renew_first_assessed"), {"venue_pks": pks})
    checked = session.scalars(read_sql("find_trust_histories"), {"venue_pks": pks}).all()
    for start in range(0, len(checked), BATCH):
        _renew(session, checked[start : start + BATCH])


def _renew(session: Session, venue_pks: Sequence[int]) -> None:
    """Bring the stored spans to what the rule says; those that are right already stay."""
    gone: list[tuple[int, Any]] = []
    new: list[dict[str, Any]] = []
    for row in session.execute(read_sql("read_trust_history"), {"venue_pks": list(venue_pks)}):
        wanted = set(
            trust_spans(
                _HELD.validate_python(row.held),
                _CHECKS.validate_python(row.checks),
                _CONTESTS.validate_python(row.contests),
            )
        )
        standing = set(_STANDING.validate_python(row.standing))
        gone += [(row.venue_pk, span.first_day) for span in standing - wanted]
        new += [
            {
                "venue_pk": row.venue_pk,
                "first_day": span.first_day,
                "last_day": span.last_day,
                "trust": span.trust.value,
            }
            for span in wanted - standing
        ]
    if gone:
        session.execute(
            delete(VenueTrustSpan)
            .where(tuple_(VenueTrustSpan.venue_pk, VenueTrustSpan.first_day).in_(gone))
            .execution_options(synchronize_session=False)
        )
    if new:
        session.execute(insert(VenueTrustSpan), new)
