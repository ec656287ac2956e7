"""The edition of July 2025, of two levels, on a cut: Quảng Ninh, and the wards with traps."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from data.models import Area
from data.queries.boundary_files import list_boundary_files, read_boundary_file
from data.queries.editions import require_edition
from data.services.boundaries.boundary_import import BoundaryImportReport
from data.services.boundaries.display import ALL_LIMITS, PARENT_LIMIT
from data.services.boundaries.location import load_area_index, locate_point
from geo.crs import surface_km2
from geo.levels import AdminLevel
from tests.boundary_data import load_files

P, W = AdminLevel.PROVINCE, AdminLevel.WARD
QUANG_NINH, LANG_SON, LAO_CAI = "22", "20", "15"
OVERLAPPING = ("02647", "02683", "02746")
SMALL_LETTER = "06325"

pytestmark = pytest.mark.shared


@dataclass(frozen=True)
class Cut:
    """What was imported, and what came of it."""

    session: Session
    report: BoundaryImportReport
    provinces: gpd.GeoDataFrame
    wards: gpd.GeoDataFrame


@pytest.fixture(scope="module")
def cut(engine: Engine, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cut]:
    folder = tmp_path_factory.mktemp("cut")
    wards = gpd.read_parquet(
        shared / "boundaries/vn_wards_2025-07.parquet",
        filters=[
            [("parent_code", "==", QUANG_NINH)],
            [("code", "in", [*OVERLAPPING, SMALL_LETTER])],
        ],
    )
    provinces = gpd.read_parquet(
        shared / "boundaries/vn_provinces_2025-07.parquet",
        filters=[("code", "in", [QUANG_NINH, LANG_SON, LAO_CAI])],
    )
    wards.to_parquet(folder / "wards.parquet")
    provinces.to_parquet(folder / "provinces.parquet")
    with engine.connect() as connection, connection.begin() as outer:
        sessions = sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        report = load_files(
            sessions,
            [(folder / "provinces.parquet", P), (folder / "wards.parquet", W)],
        )
        with sessions() as session:
            yield Cut(session, report, provinces, wards)
        outer.rollback()


def test_two_levels(cut: Cut) -> None:
    assert cut.report.quality["units"] == {"province": 3, "ward": 54 + 4}
    assert cut.report.refused == []
    edition = require_edition(cut.session, "real")
    assert edition.levels == (P, W)
    keys = {(key.level, key.parent_code) for key in list_boundary_files(cut.session, "real")}
    assert keys == {(P, "all"), (W, "all"), (W, QUANG_NINH), (W, LANG_SON), (W, LAO_CAI)}


def test_name_that_begins_small_gets_its_capital(cut: Cut) -> None:
    named = dict(zip(cut.wards["code"], cut.wards["name"], strict=True))
    assert named[SMALL_LETTER] == "xã Bắc Sơn"
    ward = cut.session.scalars(select(Area).where(Area.code == SMALL_LETTER)).one()
    assert (ward.name, ward.name_ascii) == ("Xã Bắc Sơn", "xa bac son")


def test_three_wards_that_overlap_are_measured_and_drawn_apart(cut: Cut) -> None:
    measured = cut.report.quality["coverage"]["ward"]
    # One surface of 3.5 km² that each pair of the three shares.
    assert measured["overlaps_km2"] == pytest.approx(3 * 3.55, rel=0.05)
    assert measured["cleaning_moved_km2"] == pytest.approx(3.55, rel=0.1)
    file = read_boundary_file(cut.session, "real", W, LAO_CAI)
    assert file.codes == list(OVERLAPPING)
    drawn = shapely.get_parts(shapely.from_geojson(gzip.decompress(file.gzip).decode()))
    assert bool(shapely.coverage_is_valid(drawn))


def test_point_of_several_wards_goes_to_the_lowest_id(cut: Cut) -> None:
    shapes = cut.wards.set_index("code").geometry
    common = shapely.intersection_all([shapes[code] for code in OVERLAPPING])
    point = shapely.point_on_surface(common)
    ids = cut.session.scalars(
        select(Area.area_id).where(Area.code.in_(OVERLAPPING)).order_by(Area.area_id)
    ).all()
    assert locate_point(cut.session, "real", point.x, point.y) == ids[0]
    index = load_area_index(cut.session, "real")
    assert index.locate(*shapely.get_coordinates(point).T).tolist() == [ids[0]]


def test_province_that_does_not_fit_its_wards(cut: Cut) -> None:
    """The province's shape is generalised on its own: wards alone say where a venue lies."""
    wards = cut.wards[cut.wards["parent_code"] == QUANG_NINH]
    province = cut.provinces.set_index("code").geometry[QUANG_NINH]
    shapes = wards.geometry.to_numpy()
    outside = shapely.difference(shapes, province)
    assert surface_km2(outside).sum() / surface_km2(shapes).sum() > 0.03
    largest = int(shapely.area(outside).argmax())
    point = shapely.point_on_surface(outside[largest])
    assert not shapely.contains(province, point)
    area_id = locate_point(cut.session, "real", point.x, point.y)
    found = cut.session.scalars(select(Area).where(Area.area_id == area_id)).one()
    assert found.code == wards["code"].iloc[largest]
    above = cut.session.scalar(select(Area.code).where(Area.area_id == found.path[0]))
    assert above == QUANG_NINH
    # Its own shape is kept as it came, not made of the wards.
    stored = cut.session.scalar(
        select(func.ST_Area(Area.geom)).where(Area.code == QUANG_NINH, Area.admin_level == 1)
    )
    assert stored == pytest.approx(shapely.area(province))


def test_files_are_within_their_limits(cut: Cut) -> None:
    assert cut.report.quality["display"]["over_limit"] == []
    for key in list_boundary_files(cut.session, "real"):
        limit = ALL_LIMITS[key.level] if key.parent_code == "all" else PARENT_LIMIT
        file = read_boundary_file(cut.session, "real", key.level, key.parent_code)
        assert len(file.gzip) <= limit, key
