"""Appeals of owners against inspections and corrections."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from assessments.appeals import appeal_due_on, last_day_to_appeal
from data.clock import day_of, now
from data.errors import ConflictError, NotFoundError
from data.models import Appeal, Assessment
from data.scope import Actor
from data.services import audit
from data.services.verification.decisions import (
    counted,
    decide,
    lock_seen_venue,
    lock_waiting,
    record,
    require_words,
)
from data.services.verification.findings import RESTORED_SOURCE
from data.venue_ids import make_venue_ids

LONGEST_APPEAL: Final = 4_000


def file_appeal(
    sessions: sessionmaker[Session],
    *,
    venue_id: str,
    assessment_pk: int,
    wording: str,
    actor: Actor,
    at: datetime | None = None,
) -> str:
    """Contest an inspection or correction; the level stays, its trust is contested.

    Args:
        sessions: The owner's own.
        venue_id: Public id of the venue.
        assessment_pk: The decision.
        wording: Why it is wrong.
        actor: Who appeals.
        at: The moment; None asks the clock.

    Returns:
        The appeal's public id.

    Raises:
        NotFoundError: There is no such venue or decision of it.
        ConflictError: The time is over, or the decision was appealed against already.
        InputError: The wording is missing or too long.
    """
    wording = require_words(wording, "the appeal", longest=LONGEST_APPEAL)
    moment = at or now()
    day = day_of(moment)
    with sessions.begin() as session:
        venue = lock_seen_venue(session, venue_id)
        decision = session.scalar(
            select(Assessment).where(
                Assessment.assessment_pk == assessment_pk,
                Assessment.venue_pk == venue.venue_pk,
                Assessment.kind != "self",
                Assessment.source != RESTORED_SOURCE,
            )
        )
        if decision is None:
            raise NotFoundError("there is no such decision")
        last_day = last_day_to_appeal(day_of(decision.submitted_at))
        if day > last_day:
            raise ConflictError(f"the time to appeal ended on {last_day}")
        states = session.scalars(
            select(Appeal.state).where(Appeal.assessment_pk == assessment_pk)
        ).all()
        if any(state != "withdrawn" for state in states):
            raise ConflictError("an appeal against this decision was filed already")
        appeal_id = make_venue_ids(1)[0]
        with counted(session, venue, day):
            session.add(
                Appeal(
                    appeal_id=appeal_id,
                    venue_pk=venue.venue_pk,
                    assessment_pk=assessment_pk,
                    filed_at=moment,
                    filed_by=actor.account_pk,
                    wording=wording,
                    due_on=appeal_due_on(day),
                )
            )
        audit.record(
            session,
            actor_id=actor.account_id,
            action="appeal.file",
            subject_kind="appeal",
            subject_id=appeal_id,
            details={"assessment": assessment_pk},
        )
    return appeal_id


def withdraw_appeal(
    sessions: sessionmaker[Session], *, appeal_id: str, actor: Actor, at: datetime | None = None
) -> None:
    """Take an open appeal back; the decision stands, and can be appealed against in time again.

    Args:
        sessions: The owner's own.
        appeal_id: The appeal.
        actor: Who takes it back.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such appeal of a venue of theirs.
        ConflictError: It is decided already.
    """
    moment = at or now()
    with sessions.begin() as session:
        appeal, venue = lock_waiting(session, Appeal, appeal_id)
        with counted(session, venue, day_of(moment)):
            decide(appeal, "withdrawn", at=moment, actor=actor)
        record(session, actor, "appeal.withdraw", appeal)
