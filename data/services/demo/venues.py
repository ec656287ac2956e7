"""Demo venues: where they are, what they are, how many people come."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from assessments.criteria import criteria_set_for
from assessments.criteria_models import CriteriaSet
from assessments.venue_types import VenueType
from data.copying import copy_blocks
from data.services.demo.areas import DemoAreas, Floats, Longs
from data.services.demo.names import name_venues
from geo.names import fold

# Share among town venues, share among country venues, persons on a usual day.
TYPES: Final = {
    VenueType.HOSPITAL_PUBLIC: (0.02, 0.03, 700),
    VenueType.HOSPITAL_PRIVATE: (0.03, 0.01, 250),
    VenueType.KINDERGARTEN: (0.15, 0.18, 160),
    VenueType.SCHOOL_PRIMARY: (0.12, 0.19, 550),
    VenueType.SCHOOL_SECONDARY: (0.10, 0.13, 650),
    VenueType.CONTINUING_EDUCATION: (0.04, 0.03, 180),
    VenueType.FACTORY: (0.16, 0.22, 260),
    VenueType.OFFICE: (0.27, 0.10, 110),
    VenueType.INDUSTRIAL_PARK: (0.02, 0.03, 2200),
    VenueType.WORKER_DORMITORY: (0.09, 0.08, 240),
    VenueType.CLINIC: (0.05, 0.02, 70),
    VenueType.HEALTH_STATION: (0.02, 0.05, 40),
    VenueType.MARKET_WHOLESALE: (0.004, 0.004, 2600),
    VenueType.MARKET_TRADITIONAL: (0.03, 0.03, 900),
    VenueType.SUPERMARKET: (0.03, 0.005, 1100),
    VenueType.MALL: (0.008, 0.001, 3000),
    VenueType.RESTAURANT: (0.09, 0.03, 120),
    VenueType.CANTEEN: (0.02, 0.01, 300),
    VenueType.STREET_FOOD: (0.03, 0.01, 60),
    VenueType.HOTEL: (0.04, 0.01, 90),
    VenueType.ATTRACTION: (0.01, 0.004, 500),
    VenueType.BUS: (0.03, 0.005, 420),
    VenueType.STATION: (0.008, 0.003, 2400),
}
"""Types that no set gives a level to in a province on the day are left out there."""
TOWN_AT: Final = 0.2
"""Wards below five square kilometres are taken for town."""
SIGNS: Final = np.array(list("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
"""Crockford's base 32."""
TRIES: Final = 60


@dataclass(frozen=True, kw_only=True)
class DemoVenues:
    """Demo venues as columns of shape (n,); `area` is the row of the leaf in `DemoAreas`."""

    venue_pk: Longs
    types: NDArray[Any]
    province: tuple[str, ...]
    area: Longs
    lon: Floats
    lat: Floats
    footfall: Longs
    opened_on: Longs
    """Days before `last_day`."""


def demo_set(venue_type: VenueType, day: date, province_code: str) -> CriteriaSet | None:
    """The set that gives venues of a type and province their level; None where none does."""
    found = criteria_set_for(venue_type, day, province_code)
    return found if found is not None and found.gives_level else None


def _pick_types(
    rng: np.random.Generator, provinces: tuple[str, ...], is_town: NDArray[np.bool_], day: date
) -> Longs:
    """Place in `TYPES` of each venue's type, among those that are assessed where it stands."""
    chance = rng.random(len(provinces))
    picked = np.zeros(len(provinces), dtype=np.int64)
    names, place = np.unique(provinces, return_inverse=True)
    by_chances: dict[tuple[bool, ...], list[int]] = {}
    for number, code in enumerate(names.tolist()):
        known = tuple(demo_set(kind, day, code) is not None for kind in TYPES)
        by_chances.setdefault(known, []).append(number)
    for known, numbers in by_chances.items():
        for column, is_there in ((0, is_town), (1, ~is_town)):
            shares = np.where(known, [row[column] for row in TYPES.values()], 0.0)
            rows = np.isin(place, numbers) & is_there
            steps = np.cumsum(shares) / shares.sum()
            picked[rows] = np.searchsorted(steps, chance[rows], side="right")
    return picked


def make_venues(
    rng: np.random.Generator, areas: DemoAreas, count: int, last_day: date
) -> DemoVenues:
    """Choose place, type and size of each venue; sizes are heavy-tailed."""
    area = np.sort(rng.choice(len(areas.area_id), size=count, p=areas.weight))
    is_town = areas.urban[area] >= TOWN_AT
    kinds = list(TYPES)
    province = tuple(areas.province[row] for row in area.tolist())
    picked = _pick_types(rng, province, is_town, last_day)
    usual = np.array([TYPES[kind][2] for kind in kinds])[picked]
    usual = usual * np.where(is_town, 1.3, 0.8)
    footfall = np.clip(usual * rng.lognormal(0.0, 0.75, count), 5, 20_000).astype(np.int64)
    lon, lat = _points_inside(rng, areas, area)
    # A few open within the days that are shown, so that counts grow.
    opened = np.where(rng.random(count) < 0.02, rng.integers(1, 60, count), 0)
    opened = np.where(opened > 0, opened, rng.integers(70, 900, count))
    return DemoVenues(
        venue_pk=np.arange(1, count + 1, dtype=np.int64),
        types=np.array(kinds, dtype=object)[picked],
        province=province,
        area=area,
        lon=lon,
        lat=lat,
        footfall=footfall,
        opened_on=opened,
    )


def _points_inside(
    rng: np.random.Generator, areas: DemoAreas, area: Longs
) -> tuple[Floats, Floats]:
    """A point truly inside each venue's leaf area, to six decimals of a degree."""
    bounds = shapely.bounds(areas.geom)[area]
    lon, lat = areas.lon[area].copy(), areas.lat[area].copy()
    open_rows = np.arange(len(area))
    for _ in range(TRIES):
        if not len(open_rows):
            break
        west, south, east, north = bounds[open_rows].T
        x = np.round(rng.uniform(west, east), 6)
        y = np.round(rng.uniform(south, north), 6)
        is_inside = shapely.contains_xy(areas.geom[area[open_rows]], x, y)
        lon[open_rows[is_inside]] = x[is_inside]
        lat[open_rows[is_inside]] = y[is_inside]
        open_rows = open_rows[~is_inside]
    return lon, lat


def store_venues(
    session: Session,
    rng: np.random.Generator,
    *,
    venues: DemoVenues,
    areas: DemoAreas,
    edition_code: str,
    last_day: date,
) -> None:
    """Write the venues and the leaf area of each."""
    rows = venues.area.tolist()
    names, addresses = name_venues(rng, venues.types.tolist(), [areas.names[row] for row in rows])
    signs = SIGNS[rng.integers(0, 32, (len(rows), 16))]
    ids = ["".join(sign) for sign in signs.tolist()]
    points = np.asarray(
        shapely.to_wkb(
            shapely.set_srid(shapely.points(venues.lon, venues.lat), 4326),
            hex=True,
            include_srid=True,
        )
    )
    columns = zip(
        venues.venue_pk.tolist(), ids, venues.types.tolist(), names, addresses, points.tolist(),
        venues.footfall.tolist(), venues.opened_on.tolist(), strict=True,
    )  # fmt: skip
    lines = [
        f"{pk}\t{venue_id}\t{kind}\t{name}\t{fold(name)}\t{address}\t{point}\t"
        f"{int(footfall * 1.3) + 5}\t{footfall}\t{last_day - timedelta(days=opened)}\tdemo\t"
        f"demo-{pk:06d}\tt\t{last_day} 00:00:00+07\n"
        for pk, venue_id, kind, name, address, point, footfall, opened in columns
    ]
    copy_blocks(session, _VENUES, blocks_of(lines))
    lines = [
        f"{pk}\t{edition_code}\t{area_id}\tt\n"
        for pk, area_id in zip(
            venues.venue_pk.tolist(), areas.area_id[venues.area].tolist(), strict=True
        )
    ]
    copy_blocks(session, _VENUE_AREAS, blocks_of(lines))
    session.execute(
        text("SELECT setval(pg_get_serial_sequence('venue', 'venue_pk'), max(venue_pk)) FROM venue")
    )


_VENUES: Final = (
    "COPY venue (venue_pk, venue_id, venue_type, name, name_ascii, address, point, capacity, "
    "footfall_per_day, opened_on, source, external_id, is_demo, updated_at) FROM STDIN"
)
_VENUE_AREAS: Final = (
    "COPY venue_area (venue_pk, edition_code, area_id, is_address_in_area) FROM STDIN"
)
LINES_PER_BLOCK: Final = 2_000


def blocks_of(lines: list[str]) -> list[bytes]:
    """Lines of COPY text in blocks of a good size for the wire."""
    return [
        "".join(lines[at : at + LINES_PER_BLOCK]).encode()
        for at in range(0, len(lines), LINES_PER_BLOCK)
    ]
