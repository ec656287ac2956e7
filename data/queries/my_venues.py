"""The venues of one person, page by page: an account of a chain may hold 10,000."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session

from assessments.levels import VenueLevel
from data.models import (
    Area,
    BoundaryEdition,
    Venue,
    VenueArea,
    VenueClosure,
    VenueLevelSpan,
    VenueStaff,
)
from data.queries.areas import contains_words


@dataclass(frozen=True, kw_only=True, slots=True)
class MyVenue:
    """One venue as the list of its staff shows it.

    Attributes:
        role: What the person is there: `owner` or `editor`.
        area_name: The lowest area of the active edition that holds it; None outside all.
        valid_until: Last day of the level that holds on the day asked for.
        is_closed: Whether it is closed on that day.
    """

    venue_pk: int
    venue_id: str
    name: str
    venue_type: str
    address: str | None
    role: str
    area_name: str | None
    level: VenueLevel
    valid_until: date | None
    is_closed: bool


def list_my_venues(
    session: Session,
    account_pk: int,
    *,
    day: date,
    folded: str = "",
    before_pk: int | None = None,
    limit: int,
) -> list[MyVenue]:
    """Venues that a person acts for, the newest registered first.

    Args:
        session: Of the person.
        account_pk: Their account.
        day: Calendar day of the levels, in Asia/Ho_Chi_Minh.
        folded: Words that the folded name must hold; empty for all.
        before_pk: Key of the last venue of the page before.
        limit: Most venues given.
    """
    area = (
        select(VenueArea.venue_pk, Area.name)
        .join(Area, Area.area_id == VenueArea.area_id)
        .join(BoundaryEdition, BoundaryEdition.code == VenueArea.edition_code)
        .where(BoundaryEdition.is_active, VenueArea.venue_pk == Venue.venue_pk)
        .lateral()
    )
    query = (
        _of_account(
            account_pk,
            Venue.venue_pk,
            Venue.venue_id,
            Venue.name,
            Venue.venue_type,
            Venue.address,
            VenueStaff.role,
            area.c.name.label("area_name"),
            func.coalesce(VenueLevelSpan.level, VenueLevel.NOT_ASSESSED.value).label("level"),
            VenueLevelSpan.last_day.label("valid_until"),
            is_closed_on(day).label("is_closed"),
        )
        .outerjoin(
            VenueLevelSpan,
            and_(
                VenueLevelSpan.venue_pk == Venue.venue_pk,
                VenueLevelSpan.first_day <= day,
                VenueLevelSpan.last_day >= day,
            ),
        )
        .outerjoin(area, area.c.venue_pk == Venue.venue_pk)
    )
    if folded:
        query = query.where(*contains_words(Venue.name_ascii, folded))
    if before_pk is not None:
        query = query.where(VenueStaff.venue_pk < before_pk)
    rows = session.execute(query.order_by(VenueStaff.venue_pk.desc()).limit(limit))
    return [MyVenue(**{**row._mapping, "level": VenueLevel(row.level)}) for row in rows]


def count_my_venues(session: Session, account_pk: int, *, folded: str = "") -> int:
    """How many venues a person acts for, or how many of them have a name with these words."""
    query = select(func.count()).select_from(VenueStaff).where(VenueStaff.account_pk == account_pk)
    if folded:
        # Looked up venue by venue: as a join, it was merged from the first venue of all on.
        name = (
            select(Venue.name_ascii).where(Venue.venue_pk == VenueStaff.venue_pk).scalar_subquery()
        )
        query = query.where(*contains_words(name, folded))
    return session.scalar(query) or 0


def is_closed_on(day: date) -> ColumnElement[bool]:
    """Whether a venue is closed on a day: since then, or for a time that ended later."""
    return case(
        (and_(Venue.closed_on.is_not(None), Venue.closed_on <= day), True),
        else_=exists().where(
            VenueClosure.venue_pk == Venue.venue_pk,
            VenueClosure.first_day <= day,
            VenueClosure.last_day >= day,
        ),
    )


def _of_account(account_pk: int, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .join(VenueStaff, VenueStaff.venue_pk == Venue.venue_pk)
        .where(VenueStaff.account_pk == account_pk)
    )
