"""One change of layer over all wards: our answer beside a figure with its geometry inline."""

import statistics
import time
import zlib
from typing import Any

import orjson
import pandas as pd
import plotly.express as px
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assessments.levels import AreaLevel
from bench.report import Row
from bench.server import fetch
from data.clock import today
from data.queries.boundary_files import read_boundary_file
from geo.levels import AdminLevel

CLASSES = {"s": AreaLevel.SAFE, "r": AreaLevel.AT_RISK, "u": AreaLevel.UNSAFE}
REPEATS = 20
PEER_REPEATS = 3


def run(engine: Engine, edition_code: str, port: int) -> list[Row]:
    """Bytes over the wire and server time, ours from the running site.

    Both carry the same display geometry; both are gzipped. Ours is timed over
    the wire with the answer already in the site's cache, as it is for every
    reader but the first, and that first answer is timed and named too.
    """
    path = f"/api/v1/levels?level=ward&day={today()}&edition={edition_code}&form=compact"
    started = time.perf_counter()
    body = fetch(port, path)
    first_s = time.perf_counter() - started
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        body = fetch(port, path)
        seconds.append(time.perf_counter() - started)
    ours_s = statistics.median(seconds)

    classes = orjson.loads(zlib.decompress(body, wbits=47))["classes"]
    peer_s, peer_bytes = _express(engine, edition_code, classes)
    return [
        Row(
            what=f"bytes of one layer change over {len(classes):,} wards",
            peer="plotly.express.choropleth_map, geometry inline",
            ours=f"{len(body):,} B",
            theirs=f"{peer_bytes:,} B",
            ratio=len(body) / peer_bytes,
            target="≤ 1/30",
            is_met=len(body) / peer_bytes <= 1 / 30,
        ),
        Row(
            what=f"server time of the same (first reader: {1000 * first_s:.0f} ms)",
            peer="plotly.express.choropleth_map, geometry inline",
            ours=f"{1000 * ours_s:.1f} ms",
            theirs=f"{1000 * peer_s:.0f} ms",
            ratio=ours_s / peer_s,
            target="≤ 1/30",
            is_met=max(ours_s, first_s) / peer_s <= 1 / 30,
        ),
    ]


def _express(engine: Engine, edition_code: str, classes: str) -> tuple[float, int]:
    """Median seconds and gzipped bytes of the peer's figure with the same geometry."""
    with Session(engine) as session:
        stored = read_boundary_file(session, edition_code, AdminLevel.WARD, "all")
    geometry: dict[str, Any] = orjson.loads(zlib.decompress(stored.gzip, wbits=47))
    frame = pd.DataFrame(
        {
            "code": [feature["id"] for feature in geometry["features"]],
            "level": [CLASSES.get(letter, AreaLevel.NOT_ENOUGH_DATA).value for letter in classes],
        }
    )
    seconds = []
    for _ in range(PEER_REPEATS):
        started = time.perf_counter()
        figure = px.choropleth_map(
            frame,
            geojson=geometry,
            locations="code",
            color="level",
            map_style="white-bg",
        )
        text = figure.to_json()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), len(zlib.compress(text.encode(), wbits=31))
