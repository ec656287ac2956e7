"""All that the desk of one venue shows to its staff."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from assessments.levels import VenueLevel
from data.errors import NotFoundError
from data.models import (
    Area,
    Assessment,
    BoundaryEdition,
    Venue,
    VenueArea,
    VenueClosure,
    VenueContact,
    VenueLevelSpan,
    VenueStaff,
)


@dataclass(frozen=True, kw_only=True)
class HoldingLevel:
    """The assessment that gives a venue's level on a day."""

    level: VenueLevel
    set_id: str
    set_version: str
    submitted_at: datetime
    valid_until: date


@dataclass(frozen=True, kw_only=True)
class VenueDesk:
    """One venue as its staff see it on a day.

    Attributes:
        lon, lat: Its point in degrees (EPSG:4326); None where it has none.
        province_code: The area above all of them, in the active edition.
        area_names: Areas of the active edition that hold it, from the lowest up; empty
            outside all.
        is_address_in_area: Whether the address names that area; None where it names none.
        phone, email: Its own contacts; None where its owners' are used.
        closed_on: First day on which it is closed, until it is opened again; may lie ahead.
        closed_until: Last day of a closure that holds on the day and has an end.
        holding: What gives its level on the day; None where it is not assessed.
        last_submitted_at: When it was last assessed, whether that still holds or not.
    """

    venue_pk: int
    venue_id: str
    venue_type: str
    name: str
    address: str | None
    lon: float | None
    lat: float | None
    footfall_per_day: int
    capacity: int | None
    opened_on: date
    is_demo: bool
    area_code: str | None
    province_code: str | None
    area_names: tuple[str, ...]
    is_address_in_area: bool | None
    phone: str | None
    email: str | None
    closed_on: date | None
    closed_until: date | None
    holding: HoldingLevel | None
    last_submitted_at: datetime | None
    people: int
    day: date

    @property
    def level(self) -> VenueLevel:
        """The venue's level on the day."""
        return self.holding.level if self.holding else VenueLevel.NOT_ASSESSED

    @property
    def is_closed(self) -> bool:
        """Whether it is closed on the day."""
        return self.closed_until is not None or (
            self.closed_on is not None and self.closed_on <= self.day
        )


def read_venue_desk(session: Session, venue_id: str, day: date) -> VenueDesk:
    """The desk of a venue on a calendar day in Asia/Ho_Chi_Minh.

    Raises:
        NotFoundError: There is no such venue.
    """
    row = session.execute(
        select(
            Venue.venue_pk,
            Venue.venue_id,
            Venue.venue_type,
            Venue.name,
            Venue.address,
            func.ST_X(Venue.point).label("lon"),
            func.ST_Y(Venue.point).label("lat"),
            Venue.footfall_per_day,
            Venue.capacity,
            Venue.opened_on,
            Venue.is_demo,
            Venue.closed_on,
            VenueContact.phone,
            VenueContact.email,
        )
        .outerjoin(VenueContact, VenueContact.venue_pk == Venue.venue_pk)
        .where(Venue.venue_id == venue_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no venue {venue_id!r}")
    area = _read_area(session, row.venue_pk)
    above = _read_above(session, area.path) if area else ()
    return VenueDesk(
        **row._mapping,
        area_code=area.code if area else None,
        province_code=above[-1][0] if above else None,
        area_names=tuple(name for _, name in above),
        is_address_in_area=area.is_address_in_area if area else None,
        closed_until=_closed_until(session, row.venue_pk, day),
        holding=_read_holding(session, row.venue_pk, day),
        last_submitted_at=session.scalar(
            select(func.max(Assessment.submitted_at)).where(Assessment.venue_pk == row.venue_pk)
        ),
        people=session.scalar(select(func.count()).where(VenueStaff.venue_pk == row.venue_pk)) or 0,
        day=day,
    )


def _read_area(session: Session, venue_pk: int) -> Row[str, list[int], bool | None] | None:
    return session.execute(
        select(Area.code, Area.path, VenueArea.is_address_in_area)
        .join(VenueArea, VenueArea.area_id == Area.area_id)
        .join(BoundaryEdition, BoundaryEdition.code == VenueArea.edition_code)
        .where(BoundaryEdition.is_active, VenueArea.venue_pk == venue_pk)
    ).one_or_none()


def _read_above(session: Session, path: list[int]) -> tuple[tuple[str, str], ...]:
    """Code and name of an area and of all areas above it, from the lowest up."""
    found = session.execute(
        select(Area.area_id, Area.code, Area.name)
        .where(Area.area_id.in_(path))
        .order_by(Area.area_id)
    )
    known = {row.area_id: (row.code, row.name) for row in found}
    return tuple(known[area_id] for area_id in reversed(path))


def _closed_until(session: Session, venue_pk: int, day: date) -> date | None:
    return session.scalar(
        select(func.max(VenueClosure.last_day)).where(
            VenueClosure.venue_pk == venue_pk,
            VenueClosure.first_day <= day,
            VenueClosure.last_day >= day,
        )
    )


def _read_holding(session: Session, venue_pk: int, day: date) -> HoldingLevel | None:
    row = session.execute(
        select(
            VenueLevelSpan.level,
            Assessment.set_id,
            Assessment.set_version,
            Assessment.submitted_at,
            VenueLevelSpan.last_day.label("valid_until"),
        )
        .join(Assessment, Assessment.assessment_pk == VenueLevelSpan.assessment_pk)
        .where(
            VenueLevelSpan.venue_pk == venue_pk,
            VenueLevelSpan.first_day <= day,
            VenueLevelSpan.last_day >= day,
        )
    ).one_or_none()
    if row is None:
        return None
    return HoldingLevel(**{**row._mapping, "level": VenueLevel(row.level)})
