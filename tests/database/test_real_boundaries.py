"""The real files that lie beside a checkout: each with the trap that it holds."""

from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from data.ingest.boundaries.columns import Columns
from data.models import Area
from data.queries.boundary_files import read_boundary_file
from geo.levels import AdminLevel
from tests.boundary_data import load_files

P, D, W = AdminLevel.PROVINCE, AdminLevel.DISTRICT, AdminLevel.WARD
Sessions = sessionmaker[Session]

pytestmark = pytest.mark.shared


@pytest.fixture
def units(shared: Path) -> str:
    return str(shared / "boundaries/gso/gso_units_2021-11-01.csv")


def test_da_nang_keeps_hoang_sa(sessions: Sessions, shared: Path, units: str) -> None:
    folder = shared / "boundaries/fixtures"
    report = load_files(
        sessions,
        [
            (folder / "da_nang_province_2021.geojson", P),
            (folder / "da_nang_districts_2021.geojson", D),
            (folder / "da_nang_wards_2021.geojson", W),
        ],
        units=units,
    )
    assert report.quality["units"] == {"district": 8, "province": 1, "ward": 56}
    with sessions() as session:
        hoang_sa = session.scalars(select(Area).where(Area.code == "498")).one()
        assert hoang_sa.is_leaf
        assert "498" in read_boundary_file(session, "real", W, "48").codes


def test_zipped_shapefile_in_metres(sessions: Sessions, shared: Path, units: str) -> None:
    path = shared / "boundaries/raw/hcmc_cityscope_Population_Ward_Level_shp_epsg32648.zip"
    columns = Columns(code="Com_ID", name="Com_Name", parent_code="Dist_ID")
    report = load_files(sessions, [(path, W)], columns=columns, units=units)
    assert report.rows == 322
    with sessions() as session:
        west, south, east, north = session.execute(
            text("SELECT min(west), min(south), max(east), max(north) FROM area")
        ).one()
        assert 106.3 < west < east < 107.1
        assert 10.3 < south < north < 11.2
        # Its English names are not those of the list: codes alone decide.
        ward = session.scalars(select(Area).where(Area.code == "26734")).one()
        assert ward.name == "Phường Tân Định"
        assert ward.geom is not None
        drawn = session.scalar(text("SELECT count(*) FROM area WHERE admin_level = 3"))
    # Wards that were merged before 2021 are listed, not guessed.
    assert report.refused
    assert drawn == 322 - len(report.refused)


def test_kmz_without_codes_is_matched_by_name(sessions: Sessions, shared: Path, units: str) -> None:
    columns = Columns(name="name", parent_name="Quan")
    report = load_files(
        sessions, [(shared / "boundaries/raw/Da Nang.kmz", W)], columns=columns, units=units
    )
    assert report.rows == 56
    assert report.quality["matched_by_name"]["ward"] + len(report.refused) == 56
    assert report.quality["matched_by_name"]["ward"] >= 50


def test_json_with_names_of_district_and_province(
    sessions: Sessions, shared: Path, units: str
) -> None:
    columns = Columns(name="Ten", parent_name="QuanHuyen", province_name="Tinh_Thanh")
    report = load_files(
        sessions,
        [(shared / "boundaries/raw/ThuDucCity_ward.json", W)],
        columns=columns,
        units=units,
    )
    assert report.quality["matched_by_name"] == {"ward": 34}
    assert report.refused == []


def test_names_without_tones_are_never_matched_to_names_with_them(
    sessions: Sessions, shared: Path, units: str
) -> None:
    path = shared / "boundaries/raw/Provinces_included_Paracel_SpratlyIslands_combine.geojson"
    report = load_files(
        sessions,
        [(path, P)],
        dry=True,
        columns=Columns(name="Name"),
        units=units,
        join_duplicates=True,
    )
    assert report.rows == 65
    refused = {row.name for row in report.refused}
    assert "Ba Ria - Vung Tau" in refused
    assert "An Giang" not in refused


def test_archive_of_many_files(sessions: Sessions, shared: Path) -> None:
    path = shared / "boundaries/raw/geojson_2025_48_da_nang.zip"
    columns = Columns(code="code", name="fullName", name_en="fullNameEn")
    report = load_files(sessions, [(path, W)], dry=True, columns=columns, inside="*/wards/*")
    assert report.quality["units"] == {"ward": report.rows}
    assert report.rows > 20
