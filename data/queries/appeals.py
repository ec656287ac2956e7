"""One appeal, and the assessment of the venue that the contested decision replaced."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from data.errors import NotFoundError
from data.models import Account, Appeal, Assessment, FindingNote, Venue


@dataclass(frozen=True, kw_only=True)
class AppealPage:
    """An appeal and the decision that it contests.

    Attributes:
        author_pk: Account of whoever made that decision.
        author: Their name.
    """

    appeal_id: str
    state: str
    wording: str
    filed_at: datetime
    due_on: date
    decided_at: datetime | None
    decision_reason: str | None
    venue_pk: int
    venue_id: str
    assessment_pk: int
    kind: str
    decided_on_at: datetime
    note: str | None
    author_pk: int | None
    author: str | None


def read_appeal(session: Session, appeal_id: str) -> AppealPage:
    """An appeal of the committee's areas.

    Raises:
        NotFoundError: There is none.
    """
    row = session.execute(
        select(
            Appeal.appeal_id,
            Appeal.state,
            Appeal.wording,
            Appeal.filed_at,
            Appeal.due_on,
            Appeal.decided_at,
            Appeal.decision_reason,
            Appeal.venue_pk,
            Venue.venue_id,
            Appeal.assessment_pk,
            Assessment.kind,
            Assessment.submitted_at.label("decided_on_at"),
            FindingNote.wording.label("note"),
            Assessment.account_pk.label("author_pk"),
            Account.name.label("author"),
        )
        .join(Venue, Venue.venue_pk == Appeal.venue_pk)
        .join(Assessment, Assessment.assessment_pk == Appeal.assessment_pk)
        .outerjoin(FindingNote, FindingNote.assessment_pk == Appeal.assessment_pk)
        .outerjoin(Account, Account.account_pk == Assessment.account_pk)
        .where(Appeal.appeal_id == appeal_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("there is no such appeal")
    return AppealPage(**row._mapping)


def find_declared_before(session: Session, venue_pk: int, assessment_pk: int) -> int | None:
    """The venue's own assessment before one of a committee; None where there is none."""
    finding = aliased(Assessment)
    return session.scalar(
        select(Assessment.assessment_pk)
        .join(finding, finding.assessment_pk == assessment_pk)
        .where(
            Assessment.venue_pk == venue_pk,
            Assessment.kind == "self",
            Assessment.submitted_at <= finding.submitted_at,
        )
        .order_by(Assessment.submitted_at.desc(), Assessment.assessment_pk.desc())
        .limit(1)
    )
