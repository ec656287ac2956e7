"""The edition for a machine without boundary files, loaded once for all that is asked of it."""

import gzip
from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson
import pytest
import shapely
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker

from data.ingest.boundaries.library import read_library_units
from data.models import Area
from data.queries.boundary_files import list_boundary_files, read_boundary_file
from data.queries.editions import active_edition_code, require_edition
from data.services.boundaries.display import ALL_LIMITS, PARENT_LIMIT
from data.services.boundaries.embedded_edition import EDITION_CODE, load_embedded_edition
from data.services.boundaries.location import locate_point
from geo.coverage import is_coverage
from geo.levels import AdminLevel

P, D, W = AdminLevel.PROVINCE, AdminLevel.DISTRICT, AdminLevel.WARD

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def session(engine: Engine) -> Iterator[Session]:
    """A session on the loaded edition, all of which vanishes after the module."""
    with engine.connect() as connection, connection.begin() as outer:
        sessions = sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        load_embedded_edition(sessions)
        with sessions() as session:
            yield session
        outer.rollback()


@pytest.fixture(scope="module")
def quality(session: Session) -> dict[str, Any]:
    return require_edition(session, EDITION_CODE).quality


def shapes_of(content: bytes) -> tuple[list[str], np.ndarray]:
    features = orjson.loads(content)["features"]
    return (
        [feature["id"] for feature in features],
        shapely.get_parts(shapely.from_geojson(content.decode())),
    )


def test_all_units_of_the_library_are_there(session: Session) -> None:
    rows = read_library_units().rows
    edition = require_edition(session, EDITION_CODE)
    assert edition.is_approximate
    assert active_edition_code(session) == EDITION_CODE
    assert edition.areas == {
        P: rows["province_code"].nunique(),
        D: rows["district_code"].nunique(),
        W: rows["ward_code"].nunique(),
    }
    assert edition.areas == {P: 63, D: 696, W: 10_035}
    leaves = session.scalar(text("SELECT count(*) FROM area WHERE is_leaf"))
    assert leaves == len(rows)


def test_archipelagos_are_there_and_where_they_are(session: Session) -> None:
    found = {
        row.code: row
        for row in session.execute(
            text(
                "SELECT area.code, area.name, area.is_leaf, above.code AS province, area.area_km2,"
                " ST_X(ST_Centroid(area.geom)) AS lon, ST_Y(ST_Centroid(area.geom)) AS lat"
                " FROM area JOIN area AS above ON above.area_id = area.parent_id"
                " WHERE area.code IN ('498', '576') ORDER BY area.code"
            )
        )
    }
    hoang_sa, truong_sa = found["498"], found["576"]
    assert (hoang_sa.name, hoang_sa.province, hoang_sa.is_leaf) == ("Huyện Hoàng Sa", "48", True)
    assert (truong_sa.name, truong_sa.province) == ("Huyện Trường Sa", "56")
    assert 111 < hoang_sa.lon < 113
    assert 15.5 < hoang_sa.lat < 17.2
    assert 111.5 < truong_sa.lon < 115.5
    assert 7.5 < truong_sa.lat < 11.6
    # Drawn larger than they are: no surface is claimed.
    assert hoang_sa.area_km2 is None
    for code, lon, lat in (("498", 112.34, 16.83), ("22736", 111.92, 8.64)):
        area_id = locate_point(session, EDITION_CODE, lon, lat)
        assert session.scalar(select(Area.code).where(Area.area_id == area_id)) == code


def test_every_level_and_parent_has_its_file(session: Session) -> None:
    keys = {(key.level, key.parent_code) for key in list_boundary_files(session, EDITION_CODE)}
    above = {
        (AdminLevel(row.level), row.code)
        for row in session.execute(
            text(
                "SELECT DISTINCT part.admin_level AS level, above.code"
                " FROM area AS part JOIN area AS above ON above.area_id = ANY(part.path)"
                " WHERE above.admin_level < part.admin_level"
            )
        )
    }
    assert keys == above | {(level, "all") for level in AdminLevel}


def test_files_are_within_their_limits(session: Session) -> None:
    for key in list_boundary_files(session, EDITION_CODE):
        file = read_boundary_file(session, EDITION_CODE, key.level, key.parent_code)
        limit = ALL_LIMITS[key.level] if key.parent_code == "all" else PARENT_LIMIT
        assert len(file.gzip) <= limit, key


@pytest.mark.parametrize(("level", "parent"), [(P, "all"), (D, "all"), (W, "all"), (W, "01")])
def test_neighbours_share_their_edges(session: Session, level: AdminLevel, parent: str) -> None:
    file = read_boundary_file(session, EDITION_CODE, level, parent)
    codes, shapes = shapes_of(gzip.decompress(file.gzip))
    assert codes == list(file.codes)
    assert is_coverage(shapes)
    assert not shapely.is_empty(shapes).any()
    # A coverage of areas that do not touch would be one too.
    first, second = shapely.STRtree(shapes).query(shapes, predicate="touches")
    assert len(set(first)) > 0.9 * len(shapes)
    assert first.size == second.size


def test_report_counts_shared_and_missing_centres(quality: dict[str, Any]) -> None:
    rows = read_library_units().rows
    assert quality["units"] == {"province": 63, "district": 696, "ward": 10_035}
    mainland = rows[~rows["district_code"].isin(["498", "576"])]
    places = mainland.dropna(subset=["lon", "lat"])
    doubled = places.duplicated(["lon", "lat"], keep=False).sum()
    first_of_each = len(places[places.duplicated(["lon", "lat"])])
    assert first_of_each <= quality["centres_shared"] <= doubled
    assert quality["centres_shared"] > 100
    assert quality["centres_astray_or_missing"] >= mainland["lon"].isna().sum()
    assert quality["cells_without_land"] == 0
    assert quality["display"]["over_limit"] == []
