"""Certificates with all that they say, and the submissions that they are of."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from assessments.certificates import CertificateFacts, CertificateState, certificate_state
from assessments.levels import VenueLevel
from data.models import Assessment, AssessmentResult, Certificate, Venue
from data.queries.closures import Closure, closure_on, past_closures_column, read_closures


@dataclass(frozen=True, kw_only=True, slots=True)
class CertifiedSubmission:
    """A submission as a certificate shows it.

    Attributes:
        closures: Days on which the venue was closed, is, or will be.
        kind: Who assessed: `self`, `inspection` or `correction`.
        has_newer: Whether the venue was assessed again since.
    """

    assessment_pk: int
    venue_pk: int
    venue_id: str
    venue_type: str
    name: str
    address: str | None
    is_demo: bool
    closures: tuple[Closure, ...]
    set_id: str
    set_version: str
    score: float
    level: VenueLevel
    set_level: str
    kind: str
    submitted_at: datetime
    valid_until: date
    has_newer: bool

    def closed_on(self, day: date) -> date | None:
        """First day of the closure that holds on a day; None where the venue is open."""
        closure = closure_on(self.closures, day)
        return None if closure is None else closure.first_day


@dataclass(frozen=True, kw_only=True, slots=True)
class CertificateRecord:
    """A certificate; `withdrawn_reason` is written for the public."""

    certificate_id: str
    issued_at: datetime
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    submission: CertifiedSubmission

    def state_on(self, day: date) -> CertificateState:
        """What it says on a day."""
        return certificate_state(
            CertificateFacts(
                valid_until=self.submission.valid_until,
                is_withdrawn=self.withdrawn_at is not None,
                has_newer_submission=self.submission.has_newer,
                closed_on=self.submission.closed_on(day),
            ),
            day,
        )


def find_certificate(session: Session, certificate_id: str) -> CertificateRecord | None:
    """The certificate of an id."""
    return _one(session, _certificates().where(Certificate.certificate_id == certificate_id))


def find_newest_certificate(session: Session, venue_id: str) -> CertificateRecord | None:
    """The certificate of a venue's newest submission that has one."""
    return _one(
        session,
        _certificates()
        .where(Venue.venue_id == venue_id)
        .order_by(Assessment.submitted_at.desc(), Assessment.assessment_pk.desc())
        .limit(1),
    )


def find_newest_submission(session: Session, venue_id: str) -> CertifiedSubmission | None:
    """A venue's newest submission, certified or not."""
    row = session.execute(
        _submissions()
        .where(Venue.venue_id == venue_id)
        .order_by(Assessment.submitted_at.desc(), Assessment.assessment_pk.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _submission(dict(row._mapping))


def _submissions() -> Select[*tuple[Any, ...]]:
    newer = aliased(Assessment)
    return (
        select(
            Assessment.assessment_pk,
            Venue.venue_pk,
            Venue.venue_id,
            Venue.venue_type,
            Venue.name,
            Venue.address,
            Venue.is_demo,
            Venue.closed_on,
            past_closures_column().label("past_closures"),
            Assessment.set_id,
            Assessment.set_version,
            AssessmentResult.score,
            AssessmentResult.level,
            AssessmentResult.set_level,
            Assessment.kind,
            Assessment.submitted_at,
            AssessmentResult.valid_until,
            exists()
            .where(
                newer.venue_pk == Assessment.venue_pk,
                or_(
                    newer.submitted_at > Assessment.submitted_at,
                    and_(
                        newer.submitted_at == Assessment.submitted_at,
                        newer.assessment_pk > Assessment.assessment_pk,
                    ),
                ),
            )
            .label("has_newer"),
        )
        .join(Venue, Venue.venue_pk == Assessment.venue_pk)
        .join(AssessmentResult, AssessmentResult.assessment_pk == Assessment.assessment_pk)
    )


def _certificates() -> Select[*tuple[Any, ...]]:
    return (
        _submissions()
        .join(Certificate, Certificate.assessment_pk == Assessment.assessment_pk)
        .add_columns(
            Certificate.certificate_id,
            Certificate.issued_at,
            Certificate.withdrawn_at,
            Certificate.withdrawn_reason,
        )
    )


def _one(session: Session, query: Select[*tuple[Any, ...]]) -> CertificateRecord | None:
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    facts = dict(row._mapping)
    own = {
        key: facts.pop(key)
        for key in ("certificate_id", "issued_at", "withdrawn_at", "withdrawn_reason")
    }
    return CertificateRecord(**own, submission=_submission(facts))


def _submission(facts: dict[str, Any]) -> CertifiedSubmission:
    closures = read_closures(facts.pop("closed_on"), facts.pop("past_closures"))
    return CertifiedSubmission(
        **{**facts, "level": VenueLevel(facts["level"]), "closures": closures}
    )
