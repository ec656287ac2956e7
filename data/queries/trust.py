"""How far levels can be believed: one venue on one day, and areas."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.orm import Session

from assessments.trust import Trust
from data.errors import NotFoundError
from data.models import OwnerReply, Venue, VenueLevelSpan, VenueTrustSpan


@dataclass(frozen=True, kw_only=True)
class VenueTrust:
    """A venue's trust grade on a day.

    Attributes:
        trust: None where the venue was never assessed up to the day.
        since: First day of the span of days with this grade, as far as it is known; None for
            `expired` and None.
    """

    trust: Trust | None
    since: date | None


def trust_column(day: date) -> ColumnElement[str | None]:
    """The grade as a column beside `Venue`, `VenueLevelSpan` and `VenueTrustSpan` of a day."""
    return case(
        (
            VenueLevelSpan.venue_pk.is_not(None),
            func.coalesce(VenueTrustSpan.trust, Trust.SELF_DECLARED.value),
        ),
        (Venue.first_assessed_on <= day, literal(Trust.EXPIRED.value)),
        else_=None,
    )


def trust_holds_on(day: date) -> ColumnElement[bool]:
    """Joins `VenueTrustSpan` to `Venue` on a day."""
    return and_(
        VenueTrustSpan.venue_pk == Venue.venue_pk,
        VenueTrustSpan.first_day <= day,
        VenueTrustSpan.last_day >= day,
    )


def read_trust(session: Session, venue_pk: int, day: date) -> VenueTrust:
    """The trust grade of a venue on a day, whatever its area.

    Args:
        session: Open session; the grade is public, so that any will do.
        venue_pk: The venue.
        day: Calendar day in Asia/Ho_Chi_Minh.

    Raises:
        NotFoundError: There is no such venue.
    """
    row = session.execute(
        select(
            trust_column(day).label("trust"),
            func.coalesce(VenueTrustSpan.first_day, VenueLevelSpan.first_day).label("since"),
        )
        .select_from(Venue)
        .outerjoin(
            VenueLevelSpan,
            and_(
                VenueLevelSpan.venue_pk == Venue.venue_pk,
                VenueLevelSpan.first_day <= day,
                VenueLevelSpan.last_day >= day,
            ),
        )
        .outerjoin(VenueTrustSpan, trust_holds_on(day))
        .where(Venue.venue_pk == venue_pk)
    ).one_or_none()
    if row is None:
        raise NotFoundError("there is no such venue")
    return VenueTrust(trust=None if row.trust is None else Trust(row.trust), since=row.since)


@dataclass(frozen=True, kw_only=True)
class PublicReply:
    """What an owner says publicly to a committee's decision, after moderation."""

    wording: str
    published_on: date


def read_public_reply(session: Session, venue_pk: int, day: date) -> PublicReply | None:
    """The newest published reply of a venue to the committee; None where there is none.

    A reply is shown for a year, as long as the decisions that it speaks of are counted.
    """
    at = func.timezone("Asia/Ho_Chi_Minh", OwnerReply.decided_at)
    row = session.execute(
        select(OwnerReply.wording, func.date(at).label("published_on"))
        .where(
            OwnerReply.venue_pk == venue_pk,
            OwnerReply.state == "published",
            func.date(at) <= day,
            func.date(at) > day - timedelta(days=365),
        )
        .order_by(OwnerReply.decided_at.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else PublicReply(**row._mapping)
