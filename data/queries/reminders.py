"""Whom to remind of what: results that end soon and deadlines that are near."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from data.models import (
    Account,
    Assessment,
    AssessmentResult,
    ExpiryReminder,
    Venue,
    VenueLevelSpan,
    VenueStaff,
)


@dataclass(frozen=True, kw_only=True)
class Ending:
    """A result that ends, or whose deadline does.

    Attributes:
        last_day: Last day of the result or of the deadline.
        sent: Days of the reminders of this kind that were sent already.
    """

    assessment_pk: int
    venue_pk: int
    venue_id: str
    venue_name: str
    submitted_at: datetime
    set_id: str
    set_version: str
    set_level: str
    last_day: date
    sent: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """An owner's confirmed contact."""

    language: str
    email: str | None
    phone: str | None


def read_expiring(
    session: Session, *, first_day: date, last_day: date, after: int, limit: int
) -> list[Ending]:
    """Results whose level ends within some days, of open venues with an owner.

    Found by the last days of spans, so that a venue that was assessed again since, and a
    result without a level, are left out.

    Args:
        session: The site's own.
        first_day: First of the days.
        last_day: Last of them.
        after: Only results with a higher key: pages through them.
        limit: Most results.
    """
    later = aliased(VenueLevelSpan)
    statement = (
        _endings(VenueLevelSpan.last_day, kind="expiry")
        .join(VenueLevelSpan, VenueLevelSpan.assessment_pk == Assessment.assessment_pk)
        .where(
            VenueLevelSpan.last_day.between(first_day, last_day),
            VenueLevelSpan.last_day == AssessmentResult.valid_until,
            ~select(later.venue_pk)
            .where(
                later.venue_pk == VenueLevelSpan.venue_pk,
                later.first_day > VenueLevelSpan.last_day,
            )
            .exists(),
        )
    )
    return _page(session, statement, first_day, after, limit)


def read_near_deadlines(
    session: Session, *, first_day: date, last_day: date, after: int, limit: int
) -> list[Ending]:
    """Deadlines for mending within some days, of a venue's newest submission.

    Arguments as for `read_expiring`.
    """
    newer = aliased(Assessment)
    statement = _endings(AssessmentResult.remedy_due, kind="remedy").where(
        AssessmentResult.remedy_due.between(first_day, last_day),
        ~select(newer.assessment_pk)
        .where(newer.venue_pk == Assessment.venue_pk, newer.submitted_at > Assessment.submitted_at)
        .exists(),
    )
    return _page(session, statement, first_day, after, limit)


def read_recipients(session: Session, venue_pks: Sequence[int]) -> dict[int, list[Recipient]]:
    """The owners of venues who confirmed a contact and may sign in."""
    found: dict[int, list[Recipient]] = {}
    rows = session.execute(
        select(VenueStaff.venue_pk, Account.language, Account.email, Account.phone)
        .join(Account, Account.account_pk == VenueStaff.account_pk)
        .where(
            VenueStaff.venue_pk.in_(venue_pks),
            VenueStaff.role == "owner",
            Account.confirmed_at.is_not(None),
            Account.disabled_at.is_(None),
        )
        .order_by(VenueStaff.venue_pk, Account.account_pk)
    )
    for venue_pk, language, email, phone in rows:
        found.setdefault(venue_pk, []).append(
            Recipient(language=language, email=email, phone=phone)
        )
    return found


def _endings(last_day: Any, *, kind: str) -> Select[Any]:
    sent = (
        select(func.array_agg(ExpiryReminder.days_before))
        .where(
            ExpiryReminder.assessment_pk == Assessment.assessment_pk, ExpiryReminder.kind == kind
        )
        .correlate(Assessment)
        .scalar_subquery()
    )
    return (
        select(
            Assessment.assessment_pk,
            Assessment.venue_pk,
            Venue.venue_id,
            Venue.name.label("venue_name"),
            Assessment.submitted_at,
            Assessment.set_id,
            Assessment.set_version,
            AssessmentResult.set_level,
            last_day.label("last_day"),
            sent.label("sent"),
        )
        .select_from(Assessment)
        .join(AssessmentResult, AssessmentResult.assessment_pk == Assessment.assessment_pk)
        .join(Venue, Venue.venue_pk == Assessment.venue_pk)
    )


def _page(
    session: Session, statement: Select[Any], day: date, after: int, limit: int
) -> list[Ending]:
    has_owner = (
        select(VenueStaff.venue_pk)
        .where(VenueStaff.venue_pk == Assessment.venue_pk, VenueStaff.role == "owner")
        .exists()
    )
    rows = session.execute(
        statement.where(
            Assessment.assessment_pk > after,
            Venue.closed_on.is_(None) | (Venue.closed_on > day),
            has_owner,
        )
        .order_by(Assessment.assessment_pk)
        .limit(limit)
    )
    return [Ending(**{**row._mapping, "sent": tuple(row.sent or ())}) for row in rows]
