"""Places by name, for whoever looks for a point on the map: areas and venues, each with a point."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import Area
from data.queries.areas import search_areas
from data.queries.venues import search_venues

MOST_OF_EACH = 6


@dataclass(frozen=True, kw_only=True)
class FoundPoint:
    """A place that a search found.

    Attributes:
        name: Its name.
        within: The areas above it, nearest first, or a venue's address.
        lon, lat: A point in it, degrees (EPSG:4326).
    """

    name: str
    within: str
    lon: float
    lat: float


def search_points(
    session: Session, *, edition_code: str, folded: str, day: date
) -> list[FoundPoint]:
    """Areas, then venues, whose folded name holds the words; those without a point are left out.

    Args:
        session: Open session.
        edition_code: Boundary edition.
        folded: Folded words, not empty.
        day: Venues open on this day.
    """
    areas = search_areas(session, edition_code=edition_code, folded=folded, limit=MOST_OF_EACH)
    inside = func.ST_PointOnSurface(Area.geom)
    points = {
        row.code: (row.lon, row.lat)
        for row in session.execute(
            select(Area.code, func.ST_X(inside).label("lon"), func.ST_Y(inside).label("lat"))
            .where(
                Area.edition_code == edition_code,
                Area.code.in_([found.area.code for found in areas]),
                Area.geom.is_not(None),
            )
            .order_by(Area.code)
        )
    }
    found = [
        FoundPoint(
            name=one.area.name,
            within=", ".join(one.within),
            lon=points[one.area.code][0],
            lat=points[one.area.code][1],
        )
        for one in areas
        if one.area.code in points
    ]
    venues = search_venues(
        session, edition_code=edition_code, folded=folded, day=day, limit=MOST_OF_EACH
    )
    return found + [
        FoundPoint(
            name=one.name, within=one.address or one.area_name or "", lon=one.lon, lat=one.lat
        )
        for one in venues
        if one.lon is not None and one.lat is not None
    ]
