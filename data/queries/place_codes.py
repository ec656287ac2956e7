"""What place codes lead to, and which codes a venue has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, any_, func, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.types import ARRAY, Text

from data.models import PlaceCode, PlaceZone, Venue, VenueStaff


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a code leads.

    Attributes:
        zone_name: Part of the venue; None for the venue itself.
        zone_removed_at: When its owner gave the zone up.
        retired_at: When the code was replaced by another; None while it is the current one.
    """

    code: str
    short_code: str
    venue_pk: int
    venue_id: str
    name: str
    address: str | None
    is_demo: bool
    closed_on: date | None
    zone_pk: int | None
    zone_name: str | None
    zone_removed_at: datetime | None
    issued_at: datetime
    retired_at: datetime | None


def find_place(session: Session, code: str) -> Place | None:
    """The place of a long code, current or not; None where no such code was ever given out."""
    row = session.execute(_places().where(PlaceCode.code == code)).one_or_none()
    return None if row is None else Place(**row._mapping)


def find_code(session: Session, short_code: str) -> str | None:
    """The long code of a short one, current or not."""
    return session.scalar(select(PlaceCode.code).where(PlaceCode.short_code == short_code))


def list_places(session: Session, venue_pk: int) -> list[Place]:
    """The current codes of a venue: its own first, then its zones in the order of their names."""
    rows = session.execute(
        _places()
        .where(PlaceCode.venue_pk == venue_pk, PlaceCode.retired_at.is_(None))
        .order_by(PlaceZone.name.nulls_first(), PlaceCode.zone_pk)
    )
    return [Place(**row._mapping) for row in rows]


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnVenue:
    """A venue that a person may print posters for."""

    venue_pk: int
    venue_id: str
    external_id: str | None
    name: str


def list_own_venues(session: Session, account_pk: int, *, limit: int) -> list[OwnVenue]:
    """Open venues of a person, in the order of their registration."""
    rows = session.execute(_own_venues(account_pk).order_by(Venue.venue_pk).limit(limit))
    return [OwnVenue(**row._mapping) for row in rows]


def find_own_venues(
    session: Session, account_pk: int, names: Sequence[str]
) -> dict[str, list[OwnVenue]]:
    """Open venues of a person by what names them: public id or the owner's own key.

    Args:
        session: Open session.
        account_pk: Whose.
        names: Public ids or external ids.

    Returns:
        Venues by each name that was found; more than one where two sources share a key.
    """
    wanted = any_(literal(list(names), ARRAY(Text())))
    rows = session.execute(
        _own_venues(account_pk)
        .where((Venue.venue_id == wanted) | (Venue.external_id == wanted))
        .order_by(Venue.venue_pk)
    )
    found: dict[str, list[OwnVenue]] = {}
    for row in rows:
        venue = OwnVenue(**row._mapping)
        for name in {venue.venue_id, venue.external_id} - {None}:
            found.setdefault(str(name), []).append(venue)
    return found


def list_venue_places(session: Session, venue_pks: Sequence[int]) -> dict[int, Place]:
    """The current code of each venue itself, by venue."""
    wanted = any_(literal(list(venue_pks), ARRAY(PlaceCode.venue_pk.type)))
    rows = session.execute(
        _places()
        .where(
            PlaceCode.venue_pk == wanted,
            PlaceCode.zone_pk.is_(None),
            PlaceCode.retired_at.is_(None),
        )
        .order_by(PlaceCode.venue_pk)
    )
    return {row.venue_pk: Place(**row._mapping) for row in rows}


def find_venue_pk(session: Session, venue_id: str) -> int | None:
    """Key of the venue with a public id."""
    return session.scalar(select(Venue.venue_pk).where(Venue.venue_id == venue_id))


def count_zones(session: Session, venue_pk: int) -> int:
    """Zones that a venue has now."""
    return session.scalars(
        select(func.count()).where(PlaceZone.venue_pk == venue_pk, PlaceZone.removed_at.is_(None))
    ).one()


def _own_venues(account_pk: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Venue.venue_pk, Venue.venue_id, Venue.external_id, Venue.name)
        .join(
            VenueStaff,
            and_(VenueStaff.venue_pk == Venue.venue_pk, VenueStaff.account_pk == account_pk),
        )
        .where(Venue.closed_on.is_(None))
    )


def _places() -> Select[*tuple[Any, ...]]:
    return (
        select(
            PlaceCode.code,
            PlaceCode.short_code,
            PlaceCode.venue_pk,
            Venue.venue_id,
            Venue.name,
            Venue.address,
            Venue.is_demo,
            Venue.closed_on,
            PlaceCode.zone_pk,
            PlaceZone.name.label("zone_name"),
            PlaceZone.removed_at.label("zone_removed_at"),
            PlaceCode.issued_at,
            PlaceCode.retired_at,
        )
        .join(Venue, Venue.venue_pk == PlaceCode.venue_pk)
        .outerjoin(PlaceZone, PlaceZone.zone_pk == PlaceCode.zone_pk)
    )
