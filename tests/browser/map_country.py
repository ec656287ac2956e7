"""A small country, large enough to be pointed at: provinces, districts, wards, islands, venues."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import shapely
from geoalchemy2 import WKTElement
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from data.models import (
    Assessment,
    AssessmentResult,
    Venue,
    VenueArea,
    VenueLevelSpan,
    VenueTrustSpan,
)
from data.services.boundaries.display import make_boundary_files
from data.services.boundaries.editions import EditionFacts, activate_edition, store_edition
from data.services.boundaries.location import locate_venues
from data.services.counting.aggregation import aggregate
from geo.areas import AreaUnit
from geo.levels import AdminLevel
from geo.names import fold

EDITION = "t-map"
TWO_LEVELS = "t-two"
DAYS = 12
ISLAND = shapely.box(108.4, 10.4, 108.42, 10.42)

# Code, name, parent, west, south, east, north.
BOXES = (
    ("01", "Thành phố Hà Nội", None, 104.0, 20.0, 106.0, 22.0),
    ("001", "Quận Ba Đình", "01", 104.0, 20.0, 105.0, 22.0),
    ("00001", "Phường Phúc Xá", "001", 104.0, 20.0, 105.0, 21.0),
    ("00004", "Phường Trúc Bạch", "001", 104.0, 21.0, 105.0, 22.0),
    ("002", "Quận Hoàn Kiếm", "01", 105.0, 20.0, 106.0, 22.0),
    ("00037", "Phường Hàng Đào", "002", 105.0, 20.0, 106.0, 22.0),
    ("48", "Thành phố Đà Nẵng", None, 107.0, 15.0, 109.0, 17.0),
    ("490", "Quận Liên Chiểu", "48", 107.0, 15.0, 109.0, 17.0),
    ("20194", "Phường Hòa Hiệp Bắc", "490", 107.0, 15.0, 109.0, 17.0),
    ("498", "Huyện Hoàng Sa", "48", 111.0, 16.0, 112.0, 17.0),
    ("79", "Thành phố Hồ Chí Minh", None, 106.0, 10.0, 108.0, 12.0),
    ("760", "Quận 1", "79", 106.0, 10.0, 107.0, 12.0),
    ("26740", "Phường Bến Nghé", "760", 106.0, 10.0, 107.0, 11.0),
    ("26734", "Phường Tân Định", "760", 106.0, 11.0, 107.0, 12.0),
    ("787", "Huyện Cần Giờ", "79", 107.0, 10.0, 108.0, 12.0),
    ("27676", "Xã Thạnh An", "787", 107.0, 10.0, 108.0, 12.0),
)
# A ward with an island of a few pixels, and what lies above it.
WITH_ISLAND = ("79", "787", "27676")
LEVELS = ("safe", "at_risk", "unsafe", None, "safe", "safe")
# Venues that somebody looked at, by ward and number; the rest is the venues' own word.
GRADES = {
    ("20194", 0): "inspected",
    ("26740", 0): "inspected",
    ("26740", 1): "documents_checked",
    ("26740", 2): "contested",
}
LAPSED = ("26740", 3)
"""A venue whose only assessment has run out."""
WARDS = ("00001", "00004", "00037", "20194", "26740", "26734", "27676")


def two_level_units() -> list[AreaUnit]:
    """Provinces with their wards directly, as since July 2025."""
    above = {unit.code: unit.parent_code for unit in units()}
    flat = []
    for unit in units():
        if unit.level is AdminLevel.PROVINCE:
            flat.append(unit)
        elif unit.level is AdminLevel.WARD:
            flat.append(replace(unit, parent_code=above[str(unit.parent_code)]))
    return flat


def units() -> list[AreaUnit]:
    """The units, their shapes as the boxes say."""
    level = {2: AdminLevel.PROVINCE, 3: AdminLevel.DISTRICT, 5: AdminLevel.WARD}
    made = []
    for code, name, parent, *box in BOXES:
        west, south, east, north = box
        shape: shapely.Geometry = shapely.box(west, south, east, north)
        if code in WITH_ISLAND:
            shape = shapely.union_all([shape, ISLAND])
        if code == "48":
            shape = shapely.union_all([shape, shapely.box(111.0, 16.0, 112.0, 17.0)])
        made.append(
            AreaUnit(
                code=code, level=level[len(code)], parent_code=parent, name=name, geometry=shape
            )
        )
    return made


def load_map_country(sessions: sessionmaker[Session], *, today: date) -> None:
    """Edition, display files, venues with levels on the last days, and their counts."""
    with sessions.begin() as session:
        for code, its_units in ((EDITION, units()), (TWO_LEVELS, two_level_units())):
            facts = EditionFacts(
                code=code,
                title_vi="Ranh giới thử",
                title_en="Trial boundaries",
                valid_from=None,
                valid_to=None,
                source="made for tests",
                licence="CC0",
                is_approximate=True,
            )
            store_edition(session, facts, its_units, {})
            make_boundary_files(session, code, its_units)
        activate_edition(session, EDITION)
    with sessions.begin() as session:
        for ward in WARDS:
            for number, level in enumerate(LEVELS):
                _add_venue(session, ward=ward, number=number, level=level, today=today)
        locate_venues(session, TWO_LEVELS)
    first_day = today - timedelta(days=DAYS)
    for code in (EDITION, TWO_LEVELS):
        aggregate(sessions, edition_code=code, first_day=first_day, last_day=today)


def venue_id(ward: str, number: int) -> str:
    """The id that the venue of a ward was given."""
    return f"{ward}{number}".rjust(16, "0")


def _add_venue(session: Session, *, ward: str, number: int, level: str | None, today: date) -> None:
    west, south, east, north = next(box[3:] for box in BOXES if box[0] == ward)
    lon = west + (east - west) * (number + 1) / (len(LEVELS) + 1)
    lat = (south + north) / 2
    name = f"Trường Tiểu học Hoa Phượng {number}"
    venue = Venue(
        venue_id=venue_id(ward, number),
        venue_type="school.primary",
        name=name,
        name_ascii=fold(name),
        address=f"{number} Phố Thử",
        point=WKTElement(f"POINT({lon} {lat})", srid=4326),
        footfall_per_day=100,
        opened_on=today - timedelta(days=300),
        source="test",
        external_id=venue_id(ward, number),
        is_demo=True,
    )
    if level is not None or (ward, number) == LAPSED:
        venue.first_assessed_on = today - timedelta(days=DAYS)
    session.add(venue)
    session.flush()
    area_id = session.scalar(
        text("SELECT area_id FROM area WHERE edition_code = :edition AND code = :code"),
        {"edition": EDITION, "code": ward},
    )
    session.add(VenueArea(venue_pk=venue.venue_pk, edition_code=EDITION, area_id=area_id))
    if level is None:
        return
    first_day = today - timedelta(days=DAYS)
    assessment = Assessment(
        venue_pk=venue.venue_pk,
        set_id="school-1467",
        set_version="1",
        answers={},
        submitted_at=datetime.combine(first_day, datetime.min.time(), UTC),
        source="test",
    )
    session.add(assessment)
    session.flush()
    last_day = today + timedelta(days=30)
    session.add(
        AssessmentResult(
            assessment_pk=assessment.assessment_pk,
            score=12,
            safety_tenths=800,
            level=level,
            set_level="good",
            points={},
            valid_until=last_day,
        )
    )
    session.add(
        VenueLevelSpan(
            venue_pk=venue.venue_pk,
            first_day=first_day,
            last_day=last_day,
            level=level,
            safety_tenths={"safe": 900, "at_risk": 600, "unsafe": 200}[level],
            footfall_per_day=100,
            assessment_pk=assessment.assessment_pk,
        )
    )
    grade = GRADES.get((ward, number))
    if grade is not None:
        session.add(
            VenueTrustSpan(
                venue_pk=venue.venue_pk, first_day=first_day, last_day=last_day, trust=grade
            )
        )
