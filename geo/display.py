"""Display geometry: simplified as a coverage, rounded, written as compact GeoJSON, compressed."""

import gzip
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import brotli
import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from shapely import coverage_clean  # type: ignore[attr-defined]  # newer than its stubs

from geo.areas import AreaUnit
from geo.coverage import is_coverage
from geo.crs import METRES_PER_DEGREE
from geo.quantise import quantise

PIXELS: Final = 2_000
"""A map shows its whole extent on about this many pixels: detail below one is invisible."""

_PARTS_OF_AN_AREA: Final = 20.0
_FAR: Final = 6.0
_FINEST_M: Final = 4.0
_MOST_DECIMALS: Final = 5
_ROUNDS: Final = 5
_BROTLI_QUALITY: Final = 9
_SMALL_WINDOW: Final = 16
"""Brotli's window for files that fit in it, as a power of 2: 20 times quicker, and no larger."""
_LARGE_WINDOW: Final = 22
_COARSER: Final = 1.35


@dataclass(frozen=True, kw_only=True)
class DisplayFile:
    """One file for browsers: the same GeoJSON twice compressed, and how it was made."""

    codes: list[str]
    content_hash: str
    tolerance_m: float
    decimals: int
    raw_bytes: int
    gzip: bytes
    brotli: bytes
    limit_bytes: int

    @property
    def encoding_within_limit(self) -> str | None:
        """`gzip` where even that is within the limit, else `brotli`, else None."""
        if len(self.gzip) <= self.limit_bytes:
            return "gzip"
        return "brotli" if len(self.brotli) <= self.limit_bytes else None


def tolerance_for(shapes: NDArray[np.object_]) -> float:
    """Simplification tolerance in metres for shapes that are shown together.

    One pixel of the whole extent, and never more than a twentieth of the
    typical area's side, so that small wards keep a shape on a map of the country.
    """
    west, south, east, north = shapely.total_bounds(_together(shapes))
    narrowing = math.cos(math.radians((south + north) / 2.0))
    extent = max((east - west) * narrowing, north - south) * METRES_PER_DEGREE
    side = float(np.sqrt(np.median(shapely.area(shapes)) * narrowing)) * METRES_PER_DEGREE
    return float(max(min(extent / PIXELS, side / _PARTS_OF_AN_AREA), _FINEST_M))


def _together(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Shapes without those far from the rest: an archipelago must not coarsen its city."""
    x, y = shapely.get_coordinates(shapely.centroid(shapes)).T
    distance = np.hypot(x - np.median(x), y - np.median(y))
    near: NDArray[np.object_] = shapes[distance <= _FAR * max(float(np.median(distance)), 1e-9)]
    return near if len(near) else shapes


def decimals_for(tolerance_m: float) -> int:
    """Decimals of degrees that resolve a quarter of the tolerance; at most 5, about 1 m."""
    return min(
        max(math.ceil(-math.log10(tolerance_m / METRES_PER_DEGREE / 4.0)), 2), _MOST_DECIMALS
    )


def simplify_for_display(
    shapes: NDArray[np.object_], tolerance_m: float, decimals: int
) -> NDArray[np.object_]:
    """Coverage with fewer points, on a grid, in which neighbours still share their edges.

    Rounding can make two borders cross; cleaning adds a point there, which is
    rounded again. That ends after one or two rounds on all files tried; where it
    does not, the grid is made finer.

    Args:
        shapes: Shape (n,), a coverage in EPSG:4326, none empty.
        tolerance_m: Smallest detail that stays, in metres.
        decimals: Decimals of degrees.
    """
    simple = shapely.coverage_simplify(shapes, tolerance_m / METRES_PER_DEGREE)
    for finer in range(3):
        rounded = quantise(simple, decimals + finer)
        for _ in range(_ROUNDS):
            if is_coverage(rounded):
                return rounded
            cleaned = coverage_clean(rounded)
            gone = shapely.is_empty(cleaned)
            cleaned[gone] = rounded[gone]
            rounded = quantise(cleaned, decimals + finer)
    return rounded


def make_display_file(
    units: Sequence[AreaUnit], shapes: NDArray[np.object_], *, limit_bytes: int
) -> DisplayFile:
    """The file of units that are shown together, within a size.

    Starts from the tolerance that suits their extent and grows it until the
    gzip form is within the limit.

    Args:
        units: In the order of the features.
        shapes: Their shapes as a coverage in EPSG:4326, shape (n_units,), none empty.
        limit_bytes: Largest compressed size.
    """
    tolerance = tolerance_for(shapes)
    while True:
        decimals = decimals_for(tolerance)
        simple = simplify_for_display(shapes, tolerance, decimals)
        content = encode(units, simple)
        packed = gzip.compress(content, 9, mtime=0)
        # A file of many tiny areas may never fit; then it is reported, not made useless.
        if len(packed) <= limit_bytes or tolerance > 20_000:
            break
        tolerance *= max(_COARSER, (len(packed) / limit_bytes) ** 0.7)
    return DisplayFile(
        codes=[unit.code for unit in units],
        content_hash=hashlib.sha256(content).hexdigest()[:16],
        tolerance_m=round(tolerance, 1),
        decimals=decimals,
        raw_bytes=len(content),
        gzip=packed,
        brotli=brotli.compress(
            content,
            quality=_BROTLI_QUALITY,
            lgwin=_SMALL_WINDOW if len(content) <= 2**_SMALL_WINDOW else _LARGE_WINDOW,
        ),
        limit_bytes=limit_bytes,
    )


def encode(units: Sequence[AreaUnit], shapes: NDArray[np.object_]) -> bytes:
    """GeoJSON (RFC 7946): feature id is the code, properties are the two names."""
    turned = shapely.orient_polygons(shapes)
    is_single = shapely.get_num_geometries(turned) == 1
    turned = np.where(is_single, shapely.get_geometry(turned, 0), turned)
    features = [
        {
            "type": "Feature",
            "id": unit.code,
            "properties": {"name": unit.name, "name_en": unit.name_en},
            "geometry": orjson.Fragment(text),
        }
        for unit, text in zip(units, shapely.to_geojson(turned), strict=True)
    ]
    bounds = [float(edge) for edge in shapely.total_bounds(shapes)]
    return orjson.dumps({"type": "FeatureCollection", "bbox": bounds, "features": features})
