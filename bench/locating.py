"""Locating 1,000,000 points in the wards of an edition: ours, geopandas.sjoin and PostGIS."""

import time
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bench.report import Row, at_least
from data.services.boundaries.location import load_area_index

POINTS = 1_000_000
POINTS_IN_POSTGIS = 100_000
SEED = 20211101


def run(engine: Engine, edition_code: str) -> list[Row]:
    """Time the three on the same points; PostGIS on a tenth of them, as a rate."""
    with Session(engine) as session:
        codes, shapes = _leaf_areas(session, edition_code)
        lon, lat = _points(shapes)

        index, building_s = _timed(lambda: load_area_index(session, edition_code))
        found, ours_s = _timed(lambda: index.locate(lon, lat))
        joined, sjoin_s = _timed(lambda: _sjoin(codes, shapes, lon, lat))
        postgis_s = _postgis_seconds(session, edition_code, lon, lat)
    differing = int(np.count_nonzero(found != joined))
    if differing > POINTS // 10_000:
        raise RuntimeError(f"{differing} points were located differently from geopandas.sjoin")
    rate = POINTS / ours_s
    what = f"locating {POINTS:,} points in {len(codes):,} areas (index built in {building_s:.1f} s)"
    return [
        Row(
            what=what,
            peer="geopandas.sjoin",
            ours=f"{rate:,.0f} points/s",
            theirs=f"{POINTS / sjoin_s:,.0f} points/s",
            ratio=sjoin_s / ours_s,
            target="≥ 1.0×",
            is_met=at_least(sjoin_s / ours_s, 1.0),
        ),
        Row(
            what=what,
            peer="PostGIS join on ST_Covers",
            ours=f"{rate:,.0f} points/s",
            theirs=f"{POINTS_IN_POSTGIS / postgis_s:,.0f} points/s",
            ratio=rate * postgis_s / POINTS_IN_POSTGIS,
            target="≥ 8×",
            is_met=at_least(rate * postgis_s / POINTS_IN_POSTGIS, 8.0),
        ),
    ]


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def _leaf_areas(
    session: Session, edition_code: str
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    rows = session.execute(
        text(
            "SELECT area_id, ST_AsBinary(geom) FROM area"
            " WHERE edition_code = :edition AND is_leaf AND geom IS NOT NULL ORDER BY area_id"
        ),
        {"edition": edition_code},
    ).all()
    shapes = shapely.from_wkb(np.array([bytes(row[1]) for row in rows], dtype=object))
    return np.array([row[0] for row in rows], dtype=np.int64), shapes


def _points(shapes: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points spread over the areas as venues are: as many in a small ward as in a large one."""
    random = np.random.default_rng(SEED)
    west, south, east, north = shapely.bounds(shapes).T
    chosen = random.integers(0, len(shapes), POINTS)
    return (
        random.uniform(west[chosen], east[chosen]),
        random.uniform(south[chosen], north[chosen]),
    )


def _sjoin(
    codes: NDArray[np.int64],
    shapes: NDArray[np.object_],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
) -> NDArray[np.int64]:
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    areas = gpd.GeoDataFrame({"area_id": codes}, geometry=shapes, crs="EPSG:4326")
    joined = gpd.sjoin(points, areas, how="left", predicate="intersects")
    first = joined["area_id"].groupby(level=0).min()
    return first.fillna(-1).astype("int64").to_numpy()


def _postgis_seconds(
    session: Session, edition_code: str, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> float:
    connection = session.connection()
    connection.execute(
        text("CREATE TEMP TABLE bench_point (lon float8, lat float8, point geometry)")
    )
    driver = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy("COPY bench_point (lon, lat) FROM STDIN") as copy:
        for place in zip(lon[:POINTS_IN_POSTGIS], lat[:POINTS_IN_POSTGIS], strict=True):
            copy.write_row((float(place[0]), float(place[1])))
    connection.execute(
        text("UPDATE bench_point SET point = ST_SetSRID(ST_MakePoint(lon, lat), 4326)")
    )
    connection.execute(text("ANALYZE bench_point"))
    _, seconds = _timed(
        lambda: connection.execute(
            text(
                "SELECT count(*) FROM bench_point p JOIN area a ON ST_Covers(a.geom, p.point)"
                " WHERE a.edition_code = :edition AND a.is_leaf"
            ),
            {"edition": edition_code},
        ).scalar_one()
    )
    session.rollback()
    return seconds
