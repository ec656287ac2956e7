"""Traps of the real files that need a database to be seen: each on a cut of the file."""

import gzip
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from data.ingest.boundaries.columns import Columns
from data.models import Area
from data.queries.boundary_files import read_boundary_file
from data.services.boundaries.location import load_area_index, locate_point
from geo.crs import METRIC, WGS84, reproject
from geo.levels import AdminLevel
from tests.boundary_data import load_files

P, D, W = AdminLevel.PROVINCE, AdminLevel.DISTRICT, AdminLevel.WARD
Sessions = sessionmaker[Session]

pytestmark = pytest.mark.shared


@pytest.fixture
def units(shared: Path) -> str:
    return str(shared / "boundaries/gso/gso_units_2021-11-01.csv")


def cut(shared: Path, level: str, province: str) -> gpd.GeoDataFrame:
    return gpd.read_parquet(
        shared / f"boundaries/vn_{level}_2021-11-01.parquet",
        filters=[("province_code", "==", province)],
    )


def test_districts_that_differ_only_in_type(
    sessions: Sessions, shared: Path, units: str, tmp_path: Path
) -> None:
    districts = cut(shared, "districts", "42")
    true_shapes = dict(zip(districts["code"], districts.geometry, strict=True))
    path = tmp_path / "ha_tinh.gpkg"
    # Upside down, so that no order helps; without codes, so that only names do.
    districts[::-1].assign(tinh="Hà Tĩnh")[["name", "tinh", "geometry"]].to_file(path)
    report = load_files(
        sessions,
        [(path, D)],
        columns=Columns(name="name", province_name="tinh"),
        units=units,
    )
    assert report.refused == []
    with sessions() as session:
        rows = session.execute(
            select(Area.code, Area.name, Area.geom.ST_AsBinary())
            .where(Area.name_ascii.like("%ky anh"), Area.admin_level == int(D))
            .order_by(Area.code)
        ).all()
    assert [(code, name) for code, name, _ in rows] == [
        ("447", "Huyện Kỳ Anh"),
        ("449", "Thị xã Kỳ Anh"),
    ]
    for code, _, content in rows:
        assert shapely.equals(shapely.from_wkb(bytes(content)), true_shapes[code])


def test_name_without_its_type_fits_neither(
    sessions: Sessions, shared: Path, units: str, tmp_path: Path
) -> None:
    districts = cut(shared, "districts", "42")
    districts["name"] = districts["name"].str.replace("Thị xã Kỳ Anh", "Kỳ Anh")
    path = tmp_path / "ha_tinh.gpkg"
    districts.assign(tinh="Hà Tĩnh")[["name", "tinh", "geometry"]].to_file(path)
    report = load_files(
        sessions,
        [(path, D)],
        columns=Columns(name="name", province_name="tinh"),
        units=units,
    )
    assert [row.name for row in report.refused] == ["Kỳ Anh"]
    assert "447" in report.refused[0].reason
    assert "449" in report.refused[0].reason


def test_rounding_that_crosses_rings_is_repaired_and_reported(
    sessions: Sessions, shared: Path, tmp_path: Path
) -> None:
    wards = gpd.read_file(shared / "boundaries/fixtures/da_nang_wards_2021.geojson")
    # As a publisher does it: digits cut off, nothing looked at. Four, as Đà Nẵng is a small part.
    wards["geometry"] = shapely.transform(
        wards.geometry.to_numpy(), lambda points: np.round(points, 4)
    )
    broken = int((~shapely.is_valid(wards.geometry.to_numpy())).sum())
    assert broken > 0
    path = tmp_path / "rounded.parquet"
    wards.to_parquet(path)
    report = load_files(sessions, [(path, W)])
    assert report.quality["rings_repaired"] == {"ward": broken}
    with sessions() as session:
        assert session.scalar(text("SELECT bool_and(ST_IsValid(geom)) FROM area"))
        assert session.scalar(text("SELECT count(*) FROM area WHERE admin_level = 3")) == 56
        file = read_boundary_file(session, "real", W)
    drawn = shapely.get_parts(shapely.from_geojson(gzip.decompress(file.gzip).decode()))
    assert bool(shapely.coverage_is_valid(drawn))


def test_small_wards_are_located_by_their_full_shapes(
    sessions: Sessions, shared: Path, tmp_path: Path
) -> None:
    """Inner wards of 0.1 km² beside Cần Giờ's of 100 km²: what is drawn would err."""
    wards = cut(shared, "wards", "79")
    path = tmp_path / "hcmc.parquet"
    wards.to_parquet(path)
    load_files(sessions, [(path, W)])
    metric = reproject(wards.geometry.to_numpy(), WGS84, METRIC)
    surfaces = shapely.area(metric)
    assert surfaces.max() > 1_000 * surfaces.min()
    small = metric[np.argsort(surfaces)[:60]]
    # Just inside the borders, where a drawn shape may already be the neighbour's.
    inner = shapely.buffer(small, -5.0)
    points = shapely.get_parts(
        shapely.line_interpolate_point(
            np.repeat(shapely.boundary(inner), 40), np.tile(np.linspace(0, 1, 40), len(inner)),
            normalized=True,
        )
    )  # fmt: skip
    points = reproject(points[~shapely.is_empty(points)], METRIC, WGS84)
    x, y = shapely.get_coordinates(points).T
    holder = np.full(len(points), "", dtype=object)
    which, held = shapely.STRtree(wards.geometry.to_numpy()).query(points, predicate="within")
    holder[which[::-1]] = wards["code"].to_numpy()[held[::-1]]
    with sessions() as session:
        rows = session.execute(select(Area.area_id, Area.code)).all()
        code_of = {row.area_id: row.code for row in rows}
        found = load_area_index(session, "real").locate(x, y)
        assert [code_of[area_id] for area_id in found.tolist()] == holder.tolist()
        few = [
            locate_point(session, "real", *place)
            for place in zip(x[::50].tolist(), y[::50].tolist(), strict=True)
        ]
        assert few == found[::50].tolist()
        content = gzip.decompress(read_boundary_file(session, "real", W).gzip).decode()
    drawn = shapely.get_parts(shapely.from_geojson(content))
    drawn_codes = np.array([feature["id"] for feature in json.loads(content)["features"]])
    which, held = shapely.STRtree(drawn).query(points, predicate="within")
    wrong = drawn_codes[held] != holder[which]
    # The test would say nothing where the drawn shapes gave the same answers.
    assert wrong.sum() > 20


def test_ha_noi_without_codes(sessions: Sessions, shared: Path, units: str) -> None:
    report = load_files(
        sessions,
        [(shared / "boundaries/raw/Ha Noi.kmz", W)],
        columns=Columns(name="name", parent_name="Quan"),
        units=units,
    )
    # The file is of 2009: districts that have since become others are named, not guessed.
    matched = report.quality["matched_by_name"]["ward"]
    assert (report.rows, matched, len(report.refused)) == (577, 518, 59)
    reasons = {row.name: row.reason for row in report.refused}
    assert reasons["Xã Mỹ Đình"] == "its parent 'Huyện Từ Liêm' is not in the list"
    assert reasons["Phường Phạm Đình Hồ"] == (
        "differs in its tones from Phường Phạm Đình Hổ (00247)"
    )
    with sessions() as session:
        drawn = session.scalar(
            text("SELECT count(*) FROM area WHERE admin_level = 3 AND geom IS NOT NULL")
        )
        assert drawn == matched
        assert session.scalar(text("SELECT count(*) FROM area WHERE admin_level = 3")) == 579
        west, north = session.execute(
            text("SELECT min(west), max(north) FROM area WHERE code = '01'")
        ).one()
    assert 105.2 < west < 105.4
    assert 21.3 < north < 21.5


def test_layers_named_after_levels_need_no_option(
    sessions: Sessions, shared: Path, tmp_path: Path
) -> None:
    source = shared / "boundaries/vn_2021-11-01_simplified.gpkg"
    path = tmp_path / "da_nang.gpkg"
    columns = {"provinces": "code", "districts": "parent_code", "wards": "province_code"}
    for layer, column in columns.items():
        frame = pyogrio.read_dataframe(source, layer=layer, where=f"{column} = '48'")
        pyogrio.write_dataframe(frame, path, layer=layer)
    report = load_files(sessions, [(path, P), (path, D), (path, W)])
    assert report.quality["units"] == {"district": 8, "province": 1, "ward": 56}
    assert report.quality["coverage"]["ward"]["overlaps_km2"] < 0.01
    with sessions() as session:
        assert "498" in read_boundary_file(session, "real", W, "48").codes
