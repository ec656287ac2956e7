"""What happened to a venue: kept in its own history, and in the audit."""

from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from data.models import Venue, VenueEvent
from data.scope import Actor
from data.services import audit


def record_venue_event(
    session: Session,
    venue: Venue,
    *,
    kind: str,
    actor: Actor | None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add one event, in the caller's transaction. Call it last, as `audit.record` asks.

    Args:
        session: The transaction that acts.
        venue: The venue; it has its key already.
        kind: What was done: registered, claimed, edited, moved, closed, reopened and the like.
        actor: Who did it; None for a command.
        details: Plain values without personal data; days and moments as text.
    """
    session.execute(
        insert(VenueEvent).values(
            venue_pk=venue.venue_pk,
            kind=kind,
            account_pk=None if actor is None else actor.account_pk,
            details=details or {},
        )
    )
    audit.record(
        session,
        actor_id=None if actor is None else actor.account_id,
        action=f"venue.{kind}",
        subject_kind="venue",
        subject_id=venue.venue_id,
        details=details,
    )
