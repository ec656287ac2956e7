"""What becomes of appeals: the decision stands, or what it replaced comes back."""

from datetime import date, datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, sessionmaker

from assessments.levels import VenueLevel
from assessments.spans import LevelSpan
from data.clock import day_of, now
from data.errors import ConflictError
from data.models import (
    Appeal,
    Assessment,
    AssessmentResult,
    FindingNote,
    InspectionPair,
    Venue,
)
from data.scope import Actor
from data.services.accounts.owner_notices import tell_owners
from data.services.counting.level_spans import replace_spans
from data.services.verification.decisions import (
    counted,
    decide,
    lock_waiting,
    record,
    require_words,
)
from data.services.verification.findings import RESTORED_SOURCE


class SamePersonError(ConflictError):
    """Whoever made a decision may not judge the appeal against it."""


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
        appeal, venue = lock_waiting(session, Appeal, appeal_id)
        _require_other_person(session, appeal, actor)
        with counted(session, venue, day_of(moment)):
            decide(appeal, "upheld", at=moment, actor=actor)
            appeal.decision_reason = reason
        tell_owners(session, venue.venue_pk, "upheld", at=moment)
        record(session, actor, "appeal.uphold", appeal)


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
        appeal, venue = lock_waiting(session, Appeal, appeal_id)
        _require_other_person(session, appeal, actor)
        with counted(session, venue, day):
            decide(appeal, "overturned", at=moment, actor=actor)
            appeal.decision_reason = reason
            session.execute(
                update(InspectionPair)
                .values(overturned_on=day)
                .where(InspectionPair.inspection_pk == appeal.assessment_pk)
                .execution_options(synchronize_session=False)
            )
            restored = _restore(session, venue, appeal, actor)
        tell_owners(session, venue.venue_pk, "overturned", at=moment)
        record(session, actor, "appeal.overturn", appeal, restored=restored)


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


def _require_other_person(session: Session, appeal: Appeal, actor: Actor) -> None:
    author = session.scalar(
        select(Assessment.account_pk).where(Assessment.assessment_pk == appeal.assessment_pk)
    )
    if author == actor.account_pk:
        raise SamePersonError("whoever made the contested decision may not judge the appeal")
