"""The areas of one point, in every edition: where a venue is counted."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from data.sql_files import read_sql
from geo.addresses import address_agrees


@dataclass(frozen=True, kw_only=True)
class Place:
    """The lowest area of one edition that holds a point.

    Attributes:
        area_id, area_code: None where the point lies outside every area of the edition.
        province_code: Of the topmost area above it; None outside.
        names: Official names from the top down to the area; empty outside.
    """

    edition_code: str
    is_active: bool
    area_id: int | None
    area_code: str | None
    province_code: str | None
    names: tuple[str, ...]

    def agrees_with(self, address: str | None) -> bool | None:
        """Whether an address names this area; None where it names none of its types."""
        return address_agrees(address, self.names) if address and self.names else None


def find_places(session: Session, lon: float, lat: float) -> tuple[Place, ...]:
    """Where a point (WGS 84, degrees) lies, by edition in the order of their codes."""
    rows = session.execute(read_sql("find_places"), {"lon": lon, "lat": lat})
    return tuple(Place(**{**row._mapping, "names": tuple(row.names)}) for row in rows)


def find_active_place(session: Session, lon: float, lat: float) -> Place | None:
    """Where a point lies in the edition that is shown; None without an active edition."""
    return next((place for place in find_places(session, lon, lat) if place.is_active), None)
