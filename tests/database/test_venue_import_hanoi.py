"""The real, dirty list of venues in Hà Nội, against the real wards."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from data.ingest.venue_rows import VenueColumns, read_type_map
from data.ingest.venues import import_venues
from data.services.counting.levels import read_levels
from geo.levels import AdminLevel
from tests.level_data import load_real_areas

pytestmark = pytest.mark.shared

DAY = date(2021, 11, 20)
COLUMNS = VenueColumns(
    external_id="venue_id", name="name", venue_type="category", address="address"
)
TYPES = read_type_map(
    [
        "preschool=kindergarten",
        "primary_school=school.primary",
        "secondary_school=school.secondary",
        "high_school=school.secondary",
        "hospital=hospital.public",
        "health_station=clinic",
        "vaccination_site=clinic",
        "fast_food=restaurant",
        "bar=other",
        "university=other",
        "cinema=other",
    ]
)


@pytest.fixture
def file(tmp_path: Path, shared: Path) -> Path:
    return Path(shutil.copy(shared / "real-data" / "venues_hanoi.csv", tmp_path))


def test_dirty_file_loads_and_its_dirt_is_listed(
    sessions: sessionmaker[Session], shared: Path, file: Path
) -> None:
    with sessions.begin() as session:
        load_real_areas(session, shared, province="01")
    report = import_venues(
        sessions, file, columns=COLUMNS, source="hanoi", today=DAY, type_map=TYPES
    )
    assert report.read == 6456
    assert report.read == report.loaded + report.unchanged + report.rejected
    with Path(f"{file}.rejected.csv").open(encoding="utf-8-sig", newline="") as stream:
        rejected = list(csv.DictReader(stream))
    assert len(rejected) == report.rejected
    reasons = [row["reason"] for row in rejected]
    assert sum("has no name" in reason for reason in reasons) == 209
    assert sum("unknown type 'park'" in reason for reason in reasons) == 57
    assert sum("is the same venue as line" in reason for reason in reasons) == 18
    assert sum("impossible point" in reason for reason in reasons) == 31
    assert report.rejected == 209 + 57 + 18 + 31

    with Path(f"{file}.remarks.csv").open(encoding="utf-8-sig", newline="") as stream:
        remarks = list(csv.DictReader(stream))
    assert len(remarks) == report.outside["real"] + report.contradicting["real"]
    assert report.outside["real"] > 0
    assert 100 < report.contradicting["real"] < 0.15 * report.loaded

    table = read_levels(
        sessions, edition_code="real", level=AdminLevel.WARD, parent_code="01", day=DAY, today=DAY
    )
    assert table.counts.venues.sum() == report.loaded - report.outside["real"]

    again = import_venues(
        sessions, file, columns=COLUMNS, source="hanoi", today=DAY, type_map=TYPES
    )
    assert (again.loaded, again.unchanged, again.rejected) == (0, report.loaded, report.rejected)
    assert again.outside == report.outside
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM venue")) == report.loaded
