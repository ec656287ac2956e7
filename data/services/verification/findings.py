"""What a committee finds: a result of its own with a reason, and corrections of others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assessments.criteria import CriteriaSet, criteria_set_version
from assessments.levels import VenueLevel
from data.clock import day_of
from data.errors import ConflictError
from data.models import (
    Assessment,
    AssessmentResult,
    FindingNote,
    Venue,
    VenueLevelSpan,
    VenueReport,
)
from data.scope import Actor
from data.services.assessing.assessment_store import StoredAssessment, store_assessment
from data.services.counting.level_spans import replace_spans

CORRECTION_SOURCE: Final = "review"
RESTORED_SOURCE: Final = "appeal"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """An inspection or correction as stored."""

    assessment_pk: int
    level: VenueLevel
    valid_until: date


def correct_in(
    session: Session,
    venue: Venue,
    *,
    assessment_pk: int,
    answers: Mapping[str, object],
    note: str,
    actor: Actor,
    at: datetime,
) -> Finding:
    """Store a correction of the assessment that gives the venue's level now.

    It is scored by the same version of the set and holds for as long as what it corrects
    would have held: a correction is no new start. The caller counts (`counted`).

    Args:
        session: The committee's transaction.
        venue: The venue, locked.
        assessment_pk: What is corrected.
        answers: All answers as they should have been.
        note: Why, for the owner.
        actor: Who corrects.
        at: The moment.

    Raises:
        ConflictError: It gives the level no longer, its set is gone, or nothing is changed.
        AnswersError: Answers are unknown, missing or out of range.
    """
    day = day_of(at)
    corrected, until = _in_force(session, venue.venue_pk, day)
    if corrected is None or corrected.assessment_pk != assessment_pk:
        raise ConflictError("the assessment gives the venue's level no longer")
    criteria_set = criteria_set_version(corrected.set_id, corrected.set_version)
    if criteria_set is None:
        raise ConflictError("the criteria set of this assessment is not installed any more")
    stored = store_finding(
        session,
        venue,
        criteria_set,
        answers=answers,
        head={
            "submitted_at": at,
            "kind": "correction",
            "source": CORRECTION_SOURCE,
            "account_pk": actor.account_pk,
        },
        note=note,
        last_day=until,
    )
    if (
        session.scalar(
            select(Assessment.answers).where(Assessment.assessment_pk == stored.assessment_pk)
        )
        == corrected.answers
    ):
        raise ConflictError("no answer was changed; confirm the assessment instead")
    return Finding(
        assessment_pk=stored.assessment_pk,
        level=stored.result.level,
        valid_until=stored.valid_until,
    )


def store_finding(
    session: Session,
    venue: Venue,
    criteria_set: CriteriaSet,
    *,
    answers: Mapping[str, object],
    head: Mapping[str, Any],
    note: str,
    last_day: date | None = None,
) -> StoredAssessment:
    """Write a finding with its reason and let it give the venue's level; the caller counts."""
    stored = store_assessment(
        session, venue, criteria_set, answers=answers, head=head, last_day=last_day
    )
    session.add(
        FindingNote(assessment_pk=stored.assessment_pk, venue_pk=venue.venue_pk, wording=note)
    )
    if stored.span is not None:
        replace_spans(session, venue.venue_pk, stored.span)
    return stored


def _in_force(session: Session, venue_pk: int, day: date) -> tuple[Assessment | None, date]:
    row = session.execute(
        select(Assessment, AssessmentResult.valid_until)
        .join(VenueLevelSpan, VenueLevelSpan.assessment_pk == Assessment.assessment_pk)
        .join(AssessmentResult, AssessmentResult.assessment_pk == Assessment.assessment_pk)
        .where(
            VenueLevelSpan.venue_pk == venue_pk,
            VenueLevelSpan.first_day <= day,
            VenueLevelSpan.last_day >= day,
        )
    ).one_or_none()
    return (None, day) if row is None else (row[0], row[1])


def close_reports(session: Session, venue_pk: int, at: datetime, actor: Actor) -> None:
    """Reports of a venue that a committee has looked at now are no longer new."""
    session.execute(
        update(VenueReport)
        .values(state="checked", decided_at=at, decided_by=actor.account_pk)
        .where(VenueReport.venue_pk == venue_pk, VenueReport.state == "new")
        .execution_options(synchronize_session=False)
    )
