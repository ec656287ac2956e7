"""A venue as its owner sees it, with its area."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import NotFoundError
from data.models import Area, BoundaryEdition, Venue, VenueArea, VenueStaff
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


def read_staff_role(session: Session, venue_id: str, account_pk: int) -> str | None:
    """What a person may do for a venue, `owner` or `editor`; None where it is not theirs."""
    return session.scalar(
        select(VenueStaff.role)
        .join(Venue, Venue.venue_pk == VenueStaff.venue_pk)
        .where(Venue.venue_id == venue_id, VenueStaff.account_pk == account_pk)
    )
