"""Places by name, for whoever looks for a point on the map: areas and venues, each with a point."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import Area
from data.queries.areas import FoundArea, search_areas
from data.queries.venues import search_venues
from geo.addresses import address_agrees
from geo.names import fold, split_type

MOST_OF_EACH: Final = 6
MOST_PARTS: Final = 6
MOST_NAMESAKES: Final = 40
"""Areas of one name that are compared with the rest of an address ("Phường 1" is in many towns)."""
_PARTS: Final = re.compile(r"[,;\n]")


@dataclass(frozen=True, kw_only=True)
class FoundPoint:
    """A place that a search found.

    Attributes:
        name: Its name.
        within: The areas above it, nearest first, or a venue's address.
        lon, lat: A point in it, degrees (EPSG:4326).
        bbox: West, south, east, north of an area; None for a venue, which is a point.
    """

    name: str
    within: str
    lon: float
    lat: float
    bbox: tuple[float, float, float, float] | None = None


def search_points(
    session: Session, *, edition_code: str, words: str, day: date
) -> list[FoundPoint]:
    """Areas, then venues, by name; for an address the areas that it names.

    An address is read from its beginning on: the first part that is the name of an area
    gives the areas, among which the other parts choose. Those without a point are left out.

    Args:
        session: Open session.
        edition_code: Boundary edition.
        words: As typed.
        day: Venues open on this day.
    """
    folded = fold(words)
    if not folded:
        return []
    areas = search_areas(session, edition_code=edition_code, folded=folded, limit=MOST_OF_EACH)
    venues = search_venues(
        session, edition_code=edition_code, folded=folded, day=day, limit=MOST_OF_EACH
    )
    found = [
        FoundPoint(
            name=one.name, within=one.address or one.area_name or "", lon=one.lon, lat=one.lat
        )
        for one in venues
        if one.lon is not None and one.lat is not None
    ]
    if not areas and not found:
        areas = _areas_of_address(session, edition_code, words)
    return _with_points(session, edition_code, areas) + found


def _areas_of_address(session: Session, edition_code: str, address: str) -> list[FoundArea]:
    """The areas that the first fitting part of an address names, by what the others say."""
    parts = [part.strip() for part in _PARTS.split(address) if part.strip()][:MOST_PARTS]
    if len(parts) < 2:
        return []
    for place, part in enumerate(parts):
        type_word, bare = split_type(part)
        named = search_areas(
            session,
            edition_code=edition_code,
            folded=fold(f"{type_word} {bare}"),
            limit=MOST_NAMESAKES,
        )
        others = {fold(split_type(one)[1]) for one in parts[place + 1 :]}
        fitting = [
            (sum(fold(split_type(name)[1]) in others for name in one.within), one)
            for one in named
            if address_agrees(address, (*one.within, one.area.name)) is not False
        ]
        most = max((score for score, _ in fitting), default=0)
        # A part alone, such as a street's, may happen to be the name of some far-off ward.
        if fitting and (most > 0 or not others):
            return [one for score, one in fitting if score == most][:MOST_OF_EACH]
    return []


def _with_points(
    session: Session, edition_code: str, areas: Sequence[FoundArea]
) -> list[FoundPoint]:
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
    return [
        FoundPoint(
            name=one.area.name,
            within=", ".join(one.within),
            lon=points[one.area.code][0],
            lat=points[one.area.code][1],
            bbox=one.area.bbox,
        )
        for one in areas
        if one.area.code in points
    ]
