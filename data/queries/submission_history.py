"""A venue's submissions: the newest, one of them, and all of them in the order of time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session, aliased

from data.models import Account, Assessment, AssessmentResult, Venue

PAGE_SIZE = 60


@dataclass(frozen=True, kw_only=True)
class StoredSubmission:
    """One submission as stored: answers and what the rules then said.

    Attributes:
        safety_tenths: 0 … 1000 on one scale for all sets; None where the set gives no level.
        points: Points, maximum and reason by criterion, as they were scored.
        kind: `self`, `inspection` or `correction`.
        author: Name of the account that sent it; empty where none did.
    """

    assessment_pk: int
    submission_key: str | None
    set_id: str
    set_version: str
    answers: Mapping[str, Any]
    submitted_at: datetime
    kind: str
    declared_name: str | None
    author: str
    score: float
    safety_tenths: int | None
    level: str
    set_level: str
    points: Mapping[str, Any]
    valid_until: date
    remedy_due: date | None


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One submission as the history lists it."""

    assessment_pk: int
    set_id: str
    set_version: str
    submitted_at: datetime
    kind: str
    score: float
    safety_tenths: int | None
    level: str
    set_level: str
    valid_until: date
    remedy_due: date | None


def read_submission(session: Session, venue_id: str, assessment_pk: int) -> StoredSubmission | None:
    """One submission of a venue; None where the venue has no such one."""
    return _one(session, _submissions(venue_id).where(Assessment.assessment_pk == assessment_pk))


def read_latest_submission(session: Session, venue_id: str) -> StoredSubmission | None:
    """The venue's newest submission; None where there is none."""
    return _one(session, _submissions(venue_id).limit(1))


def read_history(
    session: Session, venue_id: str, *, before: int | None = None, limit: int = PAGE_SIZE
) -> list[HistoryLine]:
    """Submissions of a venue, newest first.

    Args:
        session: Of a person who may see the venue.
        venue_id: Public id of the venue.
        before: Only those that are older than this submission.
        limit: Most lines.
    """
    statement = (
        select(*_line_columns())
        .join(AssessmentResult, AssessmentResult.assessment_pk == Assessment.assessment_pk)
        .join(Venue, Venue.venue_pk == Assessment.venue_pk)
        .where(Venue.venue_id == venue_id)
        .order_by(Assessment.submitted_at.desc(), Assessment.assessment_pk.desc())
        .limit(limit)
    )
    if before is not None:
        mark = aliased(Assessment)
        statement = statement.join(mark, mark.assessment_pk == before).where(
            tuple_(Assessment.submitted_at, Assessment.assessment_pk)
            < tuple_(mark.submitted_at, mark.assessment_pk)
        )
    return [HistoryLine(**row._mapping) for row in session.execute(statement)]


def _line_columns() -> tuple[Any, ...]:
    return (
        Assessment.assessment_pk,
        Assessment.set_id,
        Assessment.set_version,
        Assessment.submitted_at,
        Assessment.kind,
        AssessmentResult.score,
        AssessmentResult.safety_tenths,
        AssessmentResult.level,
        AssessmentResult.set_level,
        AssessmentResult.valid_until,
        AssessmentResult.remedy_due,
    )


def _submissions(venue_id: str) -> Select[Any]:
    return (
        select(
            *_line_columns(),
            Assessment.submission_key,
            Assessment.answers,
            Assessment.declared_name,
            AssessmentResult.points,
            Account.name.label("author"),
        )
        .join(AssessmentResult, AssessmentResult.assessment_pk == Assessment.assessment_pk)
        .join(Venue, Venue.venue_pk == Assessment.venue_pk)
        .outerjoin(Account, Account.account_pk == Assessment.account_pk)
        .where(Venue.venue_id == venue_id)
        .order_by(Assessment.submitted_at.desc(), Assessment.assessment_pk.desc())
    )


def _one(session: Session, statement: Select[Any]) -> StoredSubmission | None:
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    return StoredSubmission(**{**row._mapping, "author": row.author or ""})
