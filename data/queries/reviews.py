"""One review of a submission."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import NotFoundError
from data.models import Review, Venue, VenueLevelSpan


@dataclass(frozen=True, kw_only=True)
class ReviewPage:
    """A review with the venue and the submission that it is about."""

    review_id: str
    reason: str
    state: str
    created_at: datetime
    decided_at: datetime | None
    decision_reason: str | None
    venue_pk: int
    venue_id: str
    assessment_pk: int


def read_review(session: Session, review_id: str) -> ReviewPage:
    """A review of the committee's areas.

    Raises:
        NotFoundError: There is none.
    """
    row = session.execute(
        select(
            Review.review_id,
            Review.reason,
            Review.state,
            Review.created_at,
            Review.decided_at,
            Review.decision_reason,
            Review.venue_pk,
            Venue.venue_id,
            Review.assessment_pk,
        )
        .join(Venue, Venue.venue_pk == Review.venue_pk)
        .where(Review.review_id == review_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("there is no such review")
    return ReviewPage(**row._mapping)


def find_waiting_review(session: Session, venue_pk: int) -> str | None:
    """Id of the review of a venue that waits; None where none does."""
    return session.scalar(
        select(Review.review_id)
        .where(Review.venue_pk == venue_pk, Review.state == "waiting")
        .order_by(Review.priority)
        .limit(1)
    )


def gives_level(session: Session, assessment_pk: int, day: date) -> bool:
    """Whether an assessment gives its venue's level on a day."""
    found = session.scalar(
        select(VenueLevelSpan.venue_pk).where(
            VenueLevelSpan.assessment_pk == assessment_pk,
            VenueLevelSpan.first_day <= day,
            VenueLevelSpan.last_day >= day,
        )
    )
    return found is not None
