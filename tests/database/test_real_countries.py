"""The real files of the whole country: one import of 2021, one look at the dirty file of 2015."""

from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from data.ingest.boundaries.columns import Columns
from data.models import Area
from data.queries.boundary_files import list_boundary_files, read_boundary_file
from data.services.boundaries.population import load_population
from geo.levels import AdminLevel
from tests.boundary_data import load_files

P, D, W = AdminLevel.PROVINCE, AdminLevel.DISTRICT, AdminLevel.WARD
Sessions = sessionmaker[Session]

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(900)]


def test_dirty_communes_of_2015(sessions: Sessions, shared: Path) -> None:
    path = shared / "boundaries/vn_wards_2015_choisy_lowres.parquet"
    columns = Columns(parent_name="district_name", province_name="province_name")
    report = load_files(sessions, [(path, W)], dry=True, columns=columns, join_duplicates=True)
    wards = report.quality["coverage"]["ward"]
    assert wards["overlaps_km2"] == pytest.approx(1_025, rel=0.15)
    assert wards["cleaning_moved_km2"] > 100
    assert report.rows == 11_163


def test_whole_country_of_2021(sessions: Sessions, shared: Path, tmp_path: Path) -> None:
    folder = shared / "boundaries"
    units = str(folder / "gso/gso_units_2021-11-01.csv")
    report = load_files(
        sessions,
        [
            (folder / "vn_provinces_2021-11-01.parquet", P),
            (folder / "vn_districts_2021-11-01.parquet", D),
            (folder / "vn_wards_2021-11-01.parquet", W),
        ],
        units=units,
    )
    assert report.quality["units"] == {"district": 705, "province": 63, "ward": 10_599}
    assert report.quality["units_without_polygon"] == 10
    assert report.quality["coverage"]["ward"]["overlaps_km2"] < 0.1
    with sessions() as session:
        leaves = session.scalars(
            select(Area.code).where(Area.is_leaf, Area.admin_level == 2).order_by(Area.code)
        ).all()
        assert leaves == ["318", "471", "498", "536", "755"]
        pairs = session.scalar(
            text(
                "SELECT count(*) FROM area a JOIN area b ON a.parent_id = b.parent_id"
                " AND a.name_ascii = b.name_ascii AND a.name <> b.name AND a.area_id < b.area_id"
                " WHERE a.admin_level = 3"
            )
        )
        # With their type words, in the official list of this day.
        assert pairs == 21
        limits = {P: 150_000, D: 500_000, W: 2_500_000}
        for key in list_boundary_files(session, "real"):
            file = read_boundary_file(session, "real", key.level, key.parent_code)
            limit = limits[key.level] if key.parent_code == "all" else 200_000
            assert len(file.gzip) <= limit, key
    census = shared / "real-data/population_2019_on_2021-11-01_wards.csv"
    copied = tmp_path / census.name
    copied.write_bytes(census.read_bytes())
    figures = load_population(sessions, copied, "real", code_column="ward_code")
    assert figures.loaded > 10_500
