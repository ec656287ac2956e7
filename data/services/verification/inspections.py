"""Inspections on site: an assessment of the committee's own, and what it answers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from data.clock import day_of, now
from data.errors import ConflictError
from data.models import Assessment, InspectionPair, Review, RevisitRequest, VenueLevelSpan
from data.queries.provinces import read_province_code
from data.scope import Actor
from data.services import audit
from data.services.accounts.owner_notices import tell_owners
from data.services.assessing.submissions import choose_set
from data.services.venues.open_days import require_open
from data.services.verification.decisions import (
    counted,
    lock_seen_venue,
    require_words,
)
from data.services.verification.findings import Finding, close_reports, store_finding

INSPECTION_SOURCE: Final = "inspection"


def inspect_venue(
    sessions: sessionmaker[Session],
    *,
    venue_id: str,
    answers: Mapping[str, object],
    note: str,
    actor: Actor,
    set_version: str,
    at: datetime | None = None,
) -> Finding:
    """Store what was found on site; it gives the venue's level from its day on.

    The self-assessment in force, if there is one, becomes its pair, from which the agreement
    of the area is measured. What waited for a look at the venue is answered by it.

    Args:
        sessions: The committee's own, so that venues of other areas are not there.
        venue_id: Public id of the venue.
        answers: Answer by criterion id.
        note: What was seen, for the owner.
        actor: Who inspected.
        set_version: Version of the criteria set that the form showed.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such venue in the committee's areas.
        ConflictError: The venue is closed, no set fits its type, or the set has changed.
        InputError: The note is missing or too long.
        AnswersError: Answers are unknown, missing or out of range.
    """
    note = require_words(note, "the note")
    moment = at or now()
    day = day_of(moment)
    with sessions.begin() as session:
        venue = lock_seen_venue(session, venue_id)
        require_open(session, venue.venue_id, day)
        criteria_set = choose_set(
            venue.venue_type, day, None, province_code=read_province_code(session, venue.venue_pk)
        )
        if criteria_set.version != set_version:
            raise ConflictError("the criteria set has changed since the form was opened")
        declared = _declared_on(session, venue.venue_pk, day)
        with counted(session, venue, day):
            stored = store_finding(
                session,
                venue,
                criteria_set,
                answers=answers,
                head={
                    "submitted_at": moment,
                    "kind": "inspection",
                    "source": INSPECTION_SOURCE,
                    "account_pk": actor.account_pk,
                },
                note=note,
            )
            if declared is not None and stored.span is not None:
                session.add(
                    InspectionPair(
                        inspection_pk=stored.assessment_pk,
                        self_assessment_pk=declared[0],
                        venue_pk=venue.venue_pk,
                        day=day,
                        self_level=declared[1],
                        inspected_level=stored.result.level.value,
                    )
                )
            _answer_what_waits(session, venue.venue_pk, moment, actor)
            close_reports(session, venue.venue_pk, moment, actor)
        tell_owners(session, venue.venue_pk, "inspected", at=moment)
        audit.record(
            session,
            actor_id=actor.account_id,
            action="venue.inspect",
            subject_kind="venue",
            subject_id=venue_id,
            details={
                "assessment": stored.assessment_pk,
                "level": stored.result.level.value,
                "declared": None if declared is None else declared[1],
            },
        )
        return Finding(
            assessment_pk=stored.assessment_pk,
            level=stored.result.level,
            valid_until=stored.valid_until,
        )


def _declared_on(session: Session, venue_pk: int, day: date) -> tuple[int, str] | None:
    """The self-assessment that gives the level on a day, and that level."""
    row = session.execute(
        select(Assessment.assessment_pk, VenueLevelSpan.level)
        .join(VenueLevelSpan, VenueLevelSpan.assessment_pk == Assessment.assessment_pk)
        .where(
            VenueLevelSpan.venue_pk == venue_pk,
            VenueLevelSpan.first_day <= day,
            VenueLevelSpan.last_day >= day,
            Assessment.kind == "self",
        )
    ).one_or_none()
    return None if row is None else (row.assessment_pk, row.level)


def _answer_what_waits(session: Session, venue_pk: int, at: datetime, actor: Actor) -> None:
    session.execute(
        update(Review)
        .values(state="superseded", decided_at=at, decided_by=actor.account_pk)
        .where(Review.venue_pk == venue_pk, Review.state == "waiting")
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(RevisitRequest)
        .values(state="done", decided_at=at, decided_by=actor.account_pk)
        .where(RevisitRequest.venue_pk == venue_pk, RevisitRequest.state == "open")
        .execution_options(synchronize_session=False)
    )
