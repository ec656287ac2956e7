"""The real files that lie beside a checkout: each with the trap that it holds."""

from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from data.ingest.boundaries.columns import Columns
from data.models import Area
from data.queries.boundary_files import list_boundary_files, read_boundary_file
from data.services.boundary_import import (
    BoundaryImportReport,
    BoundarySource,
    EditionChoice,
    ImportOptions,
    import_boundaries,
)
from data.services.population import load_population
from geo.levels import AdminLevel

P, D, W = AdminLevel.PROVINCE, AdminLevel.DISTRICT, AdminLevel.WARD
Sessions = sessionmaker[Session]

pytestmark = pytest.mark.shared


def load(
    sessions: Sessions,
    sources: list[tuple[Path, AdminLevel]],
    *,
    dry: bool = False,
    **options: object,
) -> BoundaryImportReport:
    return import_boundaries(
        sessions,
        [BoundarySource(path=path, level=level) for path, level in sources],
        EditionChoice(code="real"),
        ImportOptions(**options),  # type: ignore[arg-type]
        is_dry_run=dry,
    )


@pytest.fixture
def units(shared: Path) -> str:
    return str(shared / "boundaries/gso/gso_units_2021-11-01.csv")


def test_da_nang_keeps_hoang_sa(sessions: Sessions, shared: Path, units: str) -> None:
    folder = shared / "boundaries/fixtures"
    report = load(
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
    report = load(sessions, [(path, W)], columns=columns, units=units)
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
    report = load(
        sessions, [(shared / "boundaries/raw/Da Nang.kmz", W)], columns=columns, units=units
    )
    assert report.rows == 56
    assert report.quality["matched_by_name"]["ward"] + len(report.refused) == 56
    assert report.quality["matched_by_name"]["ward"] >= 50


def test_json_with_names_of_district_and_province(
    sessions: Sessions, shared: Path, units: str
) -> None:
    columns = Columns(name="Ten", parent_name="QuanHuyen", province_name="Tinh_Thanh")
    report = load(
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
    report = load(
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
    report = load(sessions, [(path, W)], dry=True, columns=columns, inside="*/wards/*")
    assert report.quality["units"] == {"ward": report.rows}
    assert report.rows > 20


@pytest.mark.slow
def test_dirty_communes_of_2015(sessions: Sessions, shared: Path) -> None:
    path = shared / "boundaries/vn_wards_2015_choisy_lowres.parquet"
    columns = Columns(parent_name="district_name", province_name="province_name")
    report = load(sessions, [(path, W)], dry=True, columns=columns, join_duplicates=True)
    wards = report.quality["coverage"]["ward"]
    assert wards["overlaps_km2"] == pytest.approx(1_025, rel=0.15)
    assert wards["cleaning_moved_km2"] > 100
    assert report.rows == 11_163


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_whole_country_of_2021(
    sessions: Sessions, shared: Path, units: str, tmp_path: Path
) -> None:
    folder = shared / "boundaries"
    report = load(
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
