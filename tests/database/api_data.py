"""A small country for the API's tests: two provinces, square wards, venues and levels."""

import gzip
import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import brotli
import orjson
from geoalchemy2 import WKTElement
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from data.models import (
    Area,
    Assessment,
    AssessmentResult,
    BoundaryEdition,
    BoundaryFile,
    Venue,
    VenueArea,
    VenueLevelSpan,
)
from geo.levels import AdminLevel
from geo.names import fold

EDITION = "t-2021"
SIZE = 0.01  # degrees


@dataclass(frozen=True)
class Unit:
    code: str
    name: str
    level: AdminLevel
    parent: str | None
    west: float
    south: float


UNITS = (
    Unit("01", "Thành phố Hà Nội", AdminLevel.PROVINCE, None, 105.8, 21.0),
    Unit("79", "Thành phố Hồ Chí Minh", AdminLevel.PROVINCE, None, 106.7, 10.7),
    Unit("001", "Quận Ba Đình", AdminLevel.DISTRICT, "01", 105.8, 21.0),
    Unit("002", "Quận Hoàn Kiếm", AdminLevel.DISTRICT, "01", 105.8, 21.01),
    Unit("760", "Quận 1", AdminLevel.DISTRICT, "79", 106.7, 10.7),
    Unit("498", "Huyện Hoàng Sa", AdminLevel.DISTRICT, "79", 112.0, 16.5),
    Unit("00001", "Phường Phúc Xá", AdminLevel.WARD, "001", 105.8, 21.0),
    Unit("00004", "Phường Trúc Bạch", AdminLevel.WARD, "001", 105.81, 21.0),
    Unit("00037", "Phường Hàng Đào", AdminLevel.WARD, "002", 105.8, 21.01),
    Unit("26734", "Phường Tân Định", AdminLevel.WARD, "760", 106.7, 10.7),
    Unit("26737", "Phường Ba Đình Nhỏ", AdminLevel.WARD, "760", 106.71, 10.7),
)


def square(west: float, south: float) -> list[list[float]]:
    east, north = west + SIZE, south + SIZE
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def make_country(
    sessions: sessionmaker[Session],
    *,
    edition: str = EDITION,
    is_active: bool = True,
    day: date,
) -> None:
    """One edition with its boundary files, and venues V0…V11 with levels around `day`."""
    with sessions.begin() as session:
        session.add(
            BoundaryEdition(
                code=edition,
                title_vi="Ranh giới thử",
                title_en="Trial boundaries",
                valid_from=date(2021, 1, 1),
                valid_to=None,
                source="made for tests",
                licence="CC0",
                is_approximate=True,
                is_active=is_active,
            )
        )
        session.flush()
        ids: dict[str, Area] = {}
        parents = {unit.parent for unit in UNITS}
        for unit in UNITS:
            parent = ids.get(unit.parent or "")
            ring = ", ".join(f"{x} {y}" for x, y in square(unit.west, unit.south))
            area = Area(
                edition_code=edition,
                code=unit.code,
                admin_level=int(unit.level),
                parent_id=parent.area_id if parent else None,
                path=[],
                is_leaf=unit.code not in parents,
                name=unit.name,
                name_ascii=fold(unit.name),
                area_km2=1.0,
                west=unit.west,
                south=unit.south,
                east=unit.west + SIZE,
                north=unit.south + SIZE,
                geom=WKTElement(f"MULTIPOLYGON((({ring})))", srid=4326),
            )
            session.add(area)
            session.flush()
            area.path = [*(parent.path if parent else []), area.area_id]
            ids[unit.code] = area
        for level in AdminLevel:
            add_boundary_file(session, edition, level, "all")
            for unit in UNITS:
                add_boundary_file(session, edition, level, unit.code)


def within(unit: Unit, code: str) -> bool:
    by_code = {one.code: one for one in UNITS}
    parent = unit.parent
    while parent is not None:
        if parent == code:
            return True
        parent = by_code[parent].parent
    return False


def add_boundary_file(session: Session, edition: str, level: AdminLevel, parent: str) -> None:
    parents = {unit.parent for unit in UNITS}
    units = [
        unit
        for unit in UNITS
        # A district without wards stands among the wards.
        if (unit.level == level or (unit.level < level and unit.code not in parents))
        and (parent == "all" or within(unit, parent))
    ]
    if not units:
        return
    body = orjson.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "id": unit.code,
                    "properties": {"name": unit.name, "name_en": None},
                    "geometry": {
                        "type": "MultiPolygon",
                        "coordinates": [[square(unit.west, unit.south)]],
                    },
                }
                for unit in reversed(units)
            ],
        }
    )
    session.add(
        BoundaryFile(
            edition_code=edition,
            admin_level=int(level),
            parent_code=parent,
            content_hash=hashlib.sha256(body).hexdigest()[:16],
            codes=[unit.code for unit in reversed(units)],
            tolerance_m=1.0,
            gzip=gzip.compress(body, mtime=0),
            brotli=brotli.compress(body),
        )
    )


def add_venue(
    sessions: sessionmaker[Session],
    *,
    number: int,
    name: str,
    ward: str,
    day: date,
    venue_type: str = "office",
    level: str | None = "safe",
    edition: str = EDITION,
    days: int = 30,
) -> str:
    """A venue in the middle of a ward, assessed on `day` where a level is given."""
    unit = next(one for one in UNITS if one.code == ward)
    venue_id = f"{number:016d}"
    with sessions.begin() as session:
        venue = Venue(
            venue_id=venue_id,
            venue_type=venue_type,
            name=name,
            name_ascii=fold(name),
            address=f"{number} Phố Thử",
            point=WKTElement(f"POINT({unit.west + SIZE / 2} {unit.south + SIZE / 2})", srid=4326),
            footfall_per_day=100,
            opened_on=day - timedelta(days=100),
            first_assessed_on=None if level is None else day,
            source="test",
            external_id=str(number),
        )
        session.add(venue)
        session.flush()
        area_id = session.scalar(
            text("SELECT area_id FROM area WHERE edition_code = :edition AND code = :code"),
            {"edition": edition, "code": ward},
        )
        session.add(VenueArea(venue_pk=venue.venue_pk, edition_code=edition, area_id=area_id))
        if level is not None:
            assessment = Assessment(
                venue_pk=venue.venue_pk,
                set_id="workplace-2194",
                set_version="1",
                answers={},
                submitted_at=datetime.combine(day, datetime.min.time(), UTC),
                source="test",
            )
            session.add(assessment)
            session.flush()
            last_day = day + timedelta(days=days - 1)
            session.add(
                AssessmentResult(
                    assessment_pk=assessment.assessment_pk,
                    score=50.0,
                    safety_tenths=500,
                    level=level,
                    set_level="medium",
                    points={},
                    valid_until=last_day,
                )
            )
            session.add(
                VenueLevelSpan(
                    venue_pk=venue.venue_pk,
                    first_day=day,
                    last_day=last_day,
                    level=level,
                    safety_tenths=500,
                    footfall_per_day=100,
                    assessment_pk=assessment.assessment_pk,
                )
            )
    return venue_id
