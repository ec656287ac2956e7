"""What all decisions on a venue share: its lock, its counts, and who decided what when."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.errors import ConflictError, InputError, NotFoundError
from data.models import Appeal, OwnerReply, Review, RevisitRequest, Venue, VenueReport
from data.scope import Actor
from data.services import audit
from data.services.counting.count_changes import changing_counts
from data.services.venues.venue_life import lock_venue
from data.services.verification.venue_trust import renew_trust

LONGEST_NOTE: Final = 4_000

Row = TypeVar("Row", Review, Appeal)


def require_words(words: str, what: str, *, longest: int = LONGEST_NOTE) -> str:
    """The text without spaces around it.

    Raises:
        InputError: It is empty or too long.
    """
    words = words.strip()
    if not words:
        raise InputError(f"{what} is missing")
    if len(words) > longest:
        raise InputError(f"{what} is longer than {longest} signs")
    return words


@contextmanager
def counted(session: Session, venue: Venue, day: date) -> Iterator[None]:
    """What is decided within changes the venue's trust, and with it the counts of its areas."""
    with changing_counts(session, venue.venue_pk, day):
        yield
        renew_trust(session, venue.venue_pk)


def lock_seen_venue(session: Session, venue_id: str) -> Venue:
    """A venue that the person may see, locked.

    Raises:
        NotFoundError: There is none, or it lies in other areas.
    """
    venue = lock_venue(session, venue_id)
    if not session.scalar(select(func.antoan_sees_venue(venue.venue_pk))):
        raise NotFoundError(f"there is no venue {venue_id!r}")
    return venue


def lock_waiting(session: Session, model: type[Row], public_id: str) -> tuple[Row, Venue]:
    """A review or an appeal that waits, and its venue, both locked.

    The venue before the other, as every submission locks them.

    Raises:
        NotFoundError: There is none that the person may see.
        ConflictError: It is decided already.
    """
    column, waits, what = (
        (Review.review_id, "waiting", "review")
        if model is Review
        else (Appeal.appeal_id, "open", "appeal")
    )
    venue_id = session.scalar(
        select(Venue.venue_id)
        .join(model, model.venue_pk == Venue.venue_pk)
        .where(column == public_id)
    )
    if venue_id is None:
        raise NotFoundError(f"there is no such {what}")
    venue = lock_seen_venue(session, venue_id)
    found = session.scalars(select(model).where(column == public_id).with_for_update()).one()
    if found.state != waits:
        raise ConflictError(f"this {what} is decided already")
    return found, venue


def decide(
    row: Review | Appeal | OwnerReply | RevisitRequest | VenueReport,
    state: str,
    *,
    at: datetime,
    actor: Actor,
) -> None:
    """Write down what was decided, when, and by whom."""
    row.state = state
    row.decided_at = at
    row.decided_by = actor.account_pk


def record(
    session: Session, actor: Actor, action: str, row: Review | Appeal, **details: Any
) -> None:
    """Put a decision on a review or an appeal into the audit; call it last."""
    kind, public_id = (
        ("review", row.review_id) if isinstance(row, Review) else ("appeal", row.appeal_id)
    )
    audit.record(
        session,
        actor_id=actor.account_id,
        action=action,
        subject_kind=kind,
        subject_id=public_id,
        details={"assessment": row.assessment_pk, **details},
    )
