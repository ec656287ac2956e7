"""What the owner of one venue sees: the venue, its area, and its own submissions."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from data.errors import NotFoundError
from data.models import Area, Assessment, AssessmentResult, BoundaryEdition, Venue, VenueArea
from data.queries.provinces import province_code_column


@dataclass(frozen=True, kw_only=True)
class OwnerVenue:
    """One venue as its owner sees it.

    Attributes:
        area_code: Code of the lowest area that holds it, in the active edition; None
            outside every area or without an active edition.
        area_name: Name of that area.
        province_code: Code of the topmost area that holds it, which decides whether a
            provincial criteria set is its own.
    """

    venue_id: str
    venue_type: str
    name: str
    address: str | None
    is_demo: bool
    closed_on: date | None
    area_code: str | None
    area_name: str | None
    province_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class StoredSubmission:
    """One submission as stored: answers and what the rules then said."""

    submission_key: str | None
    set_id: str
    set_version: str
    answers: dict[str, Any]
    submitted_at: datetime
    score: float
    level: str
    set_level: str
    valid_until: date


def read_owner_venue(session: Session, venue_id: str) -> OwnerVenue:
    """The venue of a public id.

    Raises:
        NotFoundError: There is none.
    """
    area = (
        select(VenueArea.venue_pk, Area.code, Area.name)
        .join(Area, Area.area_id == VenueArea.area_id)
        .join(BoundaryEdition, BoundaryEdition.code == VenueArea.edition_code)
        .where(BoundaryEdition.is_active)
        .subquery()
    )
    row = session.execute(
        select(
            Venue.venue_id,
            Venue.venue_type,
            Venue.name,
            Venue.address,
            Venue.is_demo,
            Venue.closed_on,
            area.c.code.label("area_code"),
            area.c.name.label("area_name"),
            province_code_column().label("province_code"),
        )
        .outerjoin(area, area.c.venue_pk == Venue.venue_pk)
        .where(Venue.venue_id == venue_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no venue {venue_id!r}")
    return OwnerVenue(**row._mapping)


def read_submission(
    session: Session, venue_id: str, submission_key: str
) -> StoredSubmission | None:
    """The submission that a venue sent with a key; None where it sent none."""
    return _one(
        session,
        _submissions(venue_id).where(Assessment.submission_key == submission_key),
    )


def read_latest_submission(session: Session, venue_id: str) -> StoredSubmission | None:
    """The venue's newest submission; None where there is none."""
    return _one(session, _submissions(venue_id))


def _submissions(venue_id: str) -> Select[Any]:
    return (
        select(
            Assessment.submission_key,
            Assessment.set_id,
            Assessment.set_version,
            Assessment.answers,
            Assessment.submitted_at,
            AssessmentResult.score,
            AssessmentResult.level,
            AssessmentResult.set_level,
            AssessmentResult.valid_until,
        )
        .join(AssessmentResult, AssessmentResult.assessment_pk == Assessment.assessment_pk)
        .join(Venue, Venue.venue_pk == Assessment.venue_pk)
        .where(Venue.venue_id == venue_id)
        .order_by(Assessment.submitted_at.desc(), Assessment.assessment_pk.desc())
        .limit(1)
    )


def _one(session: Session, statement: Select[Any]) -> StoredSubmission | None:
    row = session.execute(statement).one_or_none()
    return None if row is None else StoredSubmission(**row._mapping)
