"""What committees decided on one venue, and what its owner and the public said."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from assessments.appeals import last_day_to_appeal
from data.clock import day_of
from data.models import (
    Appeal,
    Assessment,
    AssessmentResult,
    FindingNote,
    OwnerReply,
    Review,
    RevisitRequest,
    VenueReport,
)

MOST_DECISIONS = 20


@dataclass(frozen=True, kw_only=True)
class Decision:
    """An inspection or correction as the venue sees it.

    Attributes:
        is_restored: Made by overturning an appeal; there is nothing to appeal against.
        last_day_to_appeal: The owner's last day.
        appeal_id, appeal_state, appeal_due_on, appeal_reason: The newest appeal against it;
            None where there is none.
    """

    assessment_pk: int
    kind: str
    is_restored: bool
    decided_at: datetime
    level: str
    valid_until: date
    note: str | None
    last_day_to_appeal: date
    appeal_id: str | None
    appeal_state: str | None
    appeal_wording: str | None
    appeal_due_on: date | None
    appeal_reason: str | None


@dataclass(frozen=True, kw_only=True)
class Look:
    """A look at documents: confirmed, or asked again with a question."""

    state: str
    decided_at: datetime
    question: str | None
    is_answered: bool


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An owner's reply to a decision."""

    assessment_pk: int
    wording: str
    state: str
    written_at: datetime
    refusal_reason: str | None


@dataclass(frozen=True, kw_only=True)
class Wish:
    """An owner's wish for a re-visit."""

    wording: str
    state: str
    asked_at: datetime
    due_on: date
    decision_reason: str | None


@dataclass(frozen=True, kw_only=True)
class Verification:
    """All that was decided on one venue, the newest first."""

    decisions: tuple[Decision, ...]
    looks: tuple[Look, ...]
    reply: Reply | None
    wish: Wish | None


def read_verification(session: Session, venue_pk: int) -> Verification:
    """What committees decided on a venue, and what its owner said to that.

    Args:
        session: Of a person who may see the venue.
        venue_pk: The venue.
    """
    return Verification(
        decisions=_decisions(session, venue_pk),
        looks=_looks(session, venue_pk),
        reply=_reply(session, venue_pk),
        wish=_wish(session, venue_pk),
    )


def _decisions(session: Session, venue_pk: int) -> tuple[Decision, ...]:
    newest = (
        select(Appeal)
        .where(Appeal.assessment_pk == Assessment.assessment_pk)
        .order_by(Appeal.filed_at.desc())
        .limit(1)
        .lateral()
    )
    rows = session.execute(
        select(
            Assessment.assessment_pk,
            Assessment.kind,
            (Assessment.source == "appeal").label("is_restored"),
            Assessment.submitted_at.label("decided_at"),
            AssessmentResult.level,
            AssessmentResult.valid_until,
            FindingNote.wording.label("note"),
            newest.c.appeal_id,
            newest.c.state.label("appeal_state"),
            newest.c.wording.label("appeal_wording"),
            newest.c.due_on.label("appeal_due_on"),
            newest.c.decision_reason.label("appeal_reason"),
        )
        .join(AssessmentResult, AssessmentResult.assessment_pk == Assessment.assessment_pk)
        .outerjoin(FindingNote, FindingNote.assessment_pk == Assessment.assessment_pk)
        .outerjoin(newest, newest.c.assessment_pk == Assessment.assessment_pk)
        .where(Assessment.venue_pk == venue_pk, Assessment.kind != "self")
        .order_by(Assessment.submitted_at.desc(), Assessment.assessment_pk.desc())
        .limit(MOST_DECISIONS)
    )
    return tuple(
        Decision(**row._mapping, last_day_to_appeal=last_day_to_appeal(day_of(row.decided_at)))
        for row in rows
    )


def _looks(session: Session, venue_pk: int) -> tuple[Look, ...]:
    later = aliased(Assessment)
    is_answered = (
        select(later.assessment_pk)
        .where(later.venue_pk == venue_pk, later.submitted_at > Review.decided_at)
        .exists()
    )
    rows = session.execute(
        select(
            Review.state,
            Review.decided_at,
            Review.decision_reason.label("question"),
            is_answered.label("is_answered"),
        )
        .where(Review.venue_pk == venue_pk, Review.state.in_(("confirmed", "asked_again")))
        .order_by(Review.decided_at.desc(), Review.review_pk.desc())
        .limit(MOST_DECISIONS)
    )
    return tuple(Look(**row._mapping) for row in rows)


def _reply(session: Session, venue_pk: int) -> Reply | None:
    row = session.execute(
        select(
            OwnerReply.assessment_pk,
            OwnerReply.wording,
            OwnerReply.state,
            OwnerReply.written_at,
            OwnerReply.refusal_reason,
        )
        .where(OwnerReply.venue_pk == venue_pk)
        .order_by(OwnerReply.written_at.desc(), OwnerReply.reply_pk.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Reply(**row._mapping)


def _wish(session: Session, venue_pk: int) -> Wish | None:
    row = session.execute(
        select(
            RevisitRequest.wording,
            RevisitRequest.state,
            RevisitRequest.asked_at,
            RevisitRequest.due_on,
            RevisitRequest.decision_reason,
        )
        .where(RevisitRequest.venue_pk == venue_pk)
        .order_by(RevisitRequest.asked_at.desc(), RevisitRequest.revisit_pk.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Wish(**row._mapping)


@dataclass(frozen=True, kw_only=True)
class ReportTally:
    """Reports about a venue of one reason, as its owner may know of them."""

    reason: str
    state: str
    count: int


def read_report_tally(session: Session, venue_pk: int) -> tuple[ReportTally, ...]:
    """How many reports of which reason there are: nothing of their words.

    Args:
        session: The site's own; a person's sees no reports of their venues.
        venue_pk: A venue that the person who asks may see.
    """
    rows = session.execute(
        select(VenueReport.reason, VenueReport.state, func.count().label("count"))
        .where(VenueReport.venue_pk == venue_pk)
        .group_by(VenueReport.reason, VenueReport.state)
        .order_by(VenueReport.state, VenueReport.reason)
    )
    return tuple(ReportTally(**row._mapping) for row in rows)


def read_open_question(session: Session, venue_pk: int) -> str | None:
    """What a committee asked and the venue has not answered yet, for the venue's desk."""
    for look in _looks(session, venue_pk):
        if look.state == "asked_again":
            return None if look.is_answered else look.question
    return None
