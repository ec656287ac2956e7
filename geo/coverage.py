"""Coverages: polygons that share borders without overlapping, and how far a file is from one."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import coverage_clean  # type: ignore[attr-defined]  # newer than its stubs

from geo.crs import EQUAL_AREA, WGS84, reproject


@dataclass(frozen=True, kw_only=True)
class CleanCoverage:
    """Shapes after cleaning, and what that moved.

    `moved_km2` is half of all surface that an area lost or won; `n_changed`
    counts the areas that lost or won more than a millionth of theirs.
    """

    shapes: NDArray[np.object_]
    moved_km2: float
    n_changed: int


def clean_coverage(shapes: NDArray[np.object_]) -> CleanCoverage:
    """Overlaps given to one side and slivers closed, so that neighbours share their edges.

    Args:
        shapes: Shape (n,), valid polygons or multi-polygons in EPSG:4326, none missing or empty.
    """
    if not len(shapes):
        return CleanCoverage(shapes=shapes, moved_km2=0.0, n_changed=0)
    cleaned: NDArray[np.object_] = coverage_clean(shapes)
    # A shape that lies wholly under another is left with nothing: it keeps what it had.
    lost = shapely.is_empty(cleaned) | shapely.is_missing(cleaned)
    cleaned[lost] = shapes[lost]
    before = shapely.area(reproject(shapes, WGS84, EQUAL_AREA)) / 1e6
    after = shapely.area(reproject(cleaned, WGS84, EQUAL_AREA)) / 1e6
    difference = np.abs(after - before)
    return CleanCoverage(
        shapes=cleaned,
        moved_km2=float(difference.sum() / 2.0),
        n_changed=int((difference > before * 1e-6).sum()),
    )


def is_coverage(shapes: NDArray[np.object_]) -> bool:
    """Whether every shape is valid and neighbours share their edges point by point."""
    return bool(shapely.is_valid(shapes).all()) and bool(shapely.coverage_is_valid(shapes))
