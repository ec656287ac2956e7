"""Writes one assessment with its result: a venue's own, an inspection or a correction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from assessments.criteria import CriteriaSet
from assessments.scoring import ScoreResult, score
from assessments.spans import LevelSpan
from assessments.validity import remedy_due, valid_until
from data.clock import day_of
from data.models import Assessment, AssessmentResult, Venue


@dataclass(frozen=True, kw_only=True)
class StoredAssessment:
    """What was written.

    Attributes:
        span: Days on which it would give the venue's level; None where the set gives none.
    """

    assessment_pk: int
    result: ScoreResult
    valid_until: date
    remedy_due: date | None
    span: LevelSpan | None


def store_assessment(
    session: Session,
    venue: Venue,
    criteria_set: CriteriaSet,
    *,
    answers: Mapping[str, object],
    head: Mapping[str, Any],
    last_day: date | None = None,
) -> StoredAssessment:
    """Score answers and write them with their result; the venue's days are not touched.

    Args:
        session: The transaction.
        venue: The venue, locked.
        criteria_set: The version that scores them.
        answers: Answer by criterion id.
        head: Columns of `Assessment` that say when, by whom and how it came; `submitted_at`
            and `kind` at least.
        last_day: Last day on which the result holds; None takes the set's validity.

    Raises:
        AnswersError: Answers are unknown, missing or out of range.
    """
    submitted_at: datetime = head["submitted_at"]
    day = day_of(submitted_at)
    result = score(criteria_set, answers)
    until = last_day or valid_until(criteria_set, day)
    mend_by = remedy_due(criteria_set, result.set_level, day)
    assessment_pk = session.execute(
        insert(Assessment)
        .values(
            venue_pk=venue.venue_pk,
            set_id=criteria_set.id,
            set_version=criteria_set.version,
            answers=result.answers,
            **head,
        )
        .returning(Assessment.assessment_pk)
    ).scalar_one()
    session.execute(
        insert(AssessmentResult).values(
            assessment_pk=assessment_pk,
            score=result.score,
            safety_tenths=result.safety_tenths,
            level=result.level.value,
            set_level=result.set_level,
            points=points_json(result),
            valid_until=until,
            remedy_due=mend_by,
        )
    )
    span = None
    if result.safety_tenths is not None:  # without a level it colours no day
        span = LevelSpan(
            first_day=day,
            last_day=until,
            level=result.level,
            safety_tenths=result.safety_tenths,
            footfall_per_day=venue.footfall_per_day,
            submitted_at=submitted_at,
            assessment_pk=assessment_pk,
        )
    return StoredAssessment(
        assessment_pk=assessment_pk,
        result=result,
        valid_until=until,
        remedy_due=mend_by,
        span=span,
    )


def points_json(result: ScoreResult) -> dict[str, Any]:
    """Points and reason of every criterion, as stored in `assessment_result.points`."""
    return {
        item.id: {"points": item.points, "max_points": item.max_points, "reason": item.reason}
        for item in result.criteria
    }
