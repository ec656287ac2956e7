"""Appeals of owners against inspections and corrections, and what becomes of them."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, sessionmaker

from assessments.appeals import appeal_due_on, last_day_to_appeal
from assessments.levels import VenueLevel
from assessments.spans import LevelSpan
from data.clock import day_of, now
from data.errors import ConflictError, NotFoundError
from data.models import (
    Appeal,
    Assessment,
    AssessmentResult,
    FindingNote,
    InspectionPair,
    Venue,
)
from data.scope import Actor
from data.services import audit
from data.services.counting.level_spans import replace_spans
from data.services.verification.findings import (
    RESTORED_SOURCE,
    counted,
    lock_seen_venue,
    require_words,
)
from data.venue_ids import make_venue_ids

LONGEST_APPEAL = 4_000


class SamePersonError(ConflictError):
    """Whoever made a decision may not judge the appeal against it."""


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
        appeal, venue = _lock(session, appeal_id)
        with counted(session, venue, day_of(moment)):
            _close(appeal, "withdrawn", moment, actor)
        _record(session, actor, "appeal.withdraw", appeal)


def uphold(
    sessions: sessionmaker[Session],
    *,
    appeal_id: str,
    reason: str,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Let the contested decision stand.

    Args:
        sessions: The committee's own.
        appeal_id: The appeal.
        reason: Why, for the owner.
        actor: Who decides; not whoever made the contested decision.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such appeal in the committee's areas.
        SamePersonError: They made the contested decision.
        ConflictError: It is decided already.
        InputError: The reason is missing or too long.
    """
    reason = require_words(reason, "the reason")
    moment = at or now()
    with sessions.begin() as session:
        appeal, venue = _lock(session, appeal_id)
        _require_other_person(session, appeal, actor)
        with counted(session, venue, day_of(moment)):
            _close(appeal, "upheld", moment, actor)
            appeal.decision_reason = reason
        _record(session, actor, "appeal.uphold", appeal)


def overturn(
    sessions: sessionmaker[Session],
    *,
    appeal_id: str,
    reason: str,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Take the contested decision back and restore the result that it replaced.

    The earlier result comes back as a new correction, for as many days as it had left when
    it was replaced: the time of the dispute is not the owner's loss. If the venue has
    submitted again since, that newer word stands and nothing is restored.

    Args:
        sessions: The committee's own.
        appeal_id: The appeal.
        reason: Why, for the owner.
        actor: Who decides; not whoever made the contested decision.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such appeal in the committee's areas.
        SamePersonError: They made the contested decision.
        ConflictError: It is decided already.
        InputError: The reason is missing or too long.
    """
    reason = require_words(reason, "the reason")
    moment = at or now()
    day = day_of(moment)
    with sessions.begin() as session:
        appeal, venue = _lock(session, appeal_id)
        _require_other_person(session, appeal, actor)
        with counted(session, venue, day):
            _close(appeal, "overturned", moment, actor)
            appeal.decision_reason = reason
            session.execute(
                update(InspectionPair)
                .values(overturned_on=day)
                .where(InspectionPair.inspection_pk == appeal.assessment_pk)
                .execution_options(synchronize_session=False)
            )
            restored = _restore(session, venue, appeal, actor)
        _record(session, actor, "appeal.overturn", appeal, restored=restored)


def _restore(session: Session, venue: Venue, appeal: Appeal, actor: Actor) -> int | None:
    """Store the replaced result anew; its key, None where there is nothing to restore."""
    at, reason = appeal.decided_at or now(), appeal.decision_reason or ""
    contested = session.get_one(Assessment, appeal.assessment_pk)
    newer = session.scalar(
        select(Assessment.assessment_pk)
        .where(
            Assessment.venue_pk == venue.venue_pk,
            Assessment.submitted_at > contested.submitted_at,
        )
        .limit(1)
    )
    row = session.execute(
        select(Assessment, AssessmentResult)
        .join(AssessmentResult, AssessmentResult.assessment_pk == Assessment.assessment_pk)
        .where(
            Assessment.venue_pk == venue.venue_pk,
            Assessment.submitted_at < contested.submitted_at,
            AssessmentResult.safety_tenths.is_not(None),
        )
        .order_by(Assessment.submitted_at.desc(), Assessment.assessment_pk.desc())
        .limit(1)
    ).one_or_none()
    if newer is not None or row is None:
        return None
    earlier, result = row
    if result.safety_tenths is None:
        return None
    decided_on, today = day_of(contested.submitted_at), day_of(at)
    left = result.valid_until - decided_on
    if left < timedelta(0):
        return None  # it had expired before it was replaced
    until = today + left
    restored = session.execute(
        insert(Assessment)
        .values(
            venue_pk=venue.venue_pk,
            set_id=earlier.set_id,
            set_version=earlier.set_version,
            answers=earlier.answers,
            submitted_at=at,
            source=RESTORED_SOURCE,
            kind="correction",
            account_pk=actor.account_pk,
        )
        .returning(Assessment.assessment_pk)
    ).scalar_one()
    session.add(_copied_result(restored, result, until))
    session.add(FindingNote(assessment_pk=restored, venue_pk=venue.venue_pk, wording=reason))
    session.flush()
    replace_spans(
        session,
        venue.venue_pk,
        LevelSpan(
            first_day=today,
            last_day=until,
            level=VenueLevel(result.level),
            safety_tenths=result.safety_tenths,
            footfall_per_day=venue.footfall_per_day,
            submitted_at=at,
            assessment_pk=restored,
        ),
    )
    return int(restored)


def _copied_result(assessment_pk: int, result: AssessmentResult, until: date) -> AssessmentResult:
    return AssessmentResult(
        assessment_pk=assessment_pk,
        score=result.score,
        safety_tenths=result.safety_tenths,
        level=result.level,
        set_level=result.set_level,
        points=result.points,
        valid_until=until,
        remedy_due=result.remedy_due,
    )


def _lock(session: Session, appeal_id: str) -> tuple[Appeal, Venue]:
    """The venue before the appeal, as every submission locks them."""
    venue_id = session.scalar(
        select(Venue.venue_id)
        .join(Appeal, Appeal.venue_pk == Venue.venue_pk)
        .where(Appeal.appeal_id == appeal_id)
    )
    if venue_id is None:
        raise NotFoundError("there is no such appeal")
    venue = lock_seen_venue(session, venue_id)
    appeal = session.scalars(
        select(Appeal).where(Appeal.appeal_id == appeal_id).with_for_update()
    ).one()
    if appeal.state != "open":
        raise ConflictError("this appeal is decided already")
    return appeal, venue


def _require_other_person(session: Session, appeal: Appeal, actor: Actor) -> None:
    author = session.scalar(
        select(Assessment.account_pk).where(Assessment.assessment_pk == appeal.assessment_pk)
    )
    if author == actor.account_pk:
        raise SamePersonError("whoever made the contested decision may not judge the appeal")


def _close(appeal: Appeal, state: str, at: datetime, actor: Actor) -> None:
    appeal.state = state
    appeal.decided_at = at
    appeal.decided_by = actor.account_pk


def _record(session: Session, actor: Actor, action: str, appeal: Appeal, **details: Any) -> None:
    audit.record(
        session,
        actor_id=actor.account_id,
        action=action,
        subject_kind="appeal",
        subject_id=appeal.appeal_id,
        details={"assessment": appeal.assessment_pk, **details},
    )
