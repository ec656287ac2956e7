"""How good a file of boundaries is: surfaces that overlap, and surfaces that nobody has."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.areas import join_parts
from geo.coverage import CleanCoverage
from geo.crs import EQUAL_AREA, WGS84, reproject


@dataclass(frozen=True, kw_only=True)
class CoverageQuality:
    """Surfaces in km², measured in EPSG:6933.

    `gaps_km2` counts the holes that areas leave between them; what lies open to
    the outside cannot be told from the sea.
    """

    overlaps_km2: float
    overlapping_pairs: int
    gaps_km2: float
    gaps: int


def coverage_quality(shapes: NDArray[np.object_], clean: CleanCoverage) -> CoverageQuality:
    """Measure shapes as they came, with the coverage that cleaning made of them.

    Args:
        shapes: Shape (n,), valid polygons in EPSG:4326.
        clean: The same shapes, cleaned.
    """
    first, second = _unmatched_pairs(shapes)
    common = shapely.intersection(shapes[first], shapes[second])
    km2 = shapely.area(reproject(common, WGS84, EQUAL_AREA)) / 1e6 if len(common) else np.zeros(0)
    # Below a square metre two borders only round differently.
    overlap = km2 > 1e-6
    # A shape that lay wholly under another is still there, so this may be no coverage.
    joined = join_parts(clean.shapes)
    rings = shapely.get_rings(shapely.get_parts(joined))
    outer = shapely.get_exterior_ring(shapely.get_parts(joined))
    holes = _surface(rings) - _surface(outer)
    return CoverageQuality(
        overlaps_km2=float(km2[overlap].sum()),
        overlapping_pairs=int(overlap.sum()),
        gaps_km2=max(holes, 0.0),
        gaps=len(rings) - len(outer),
    )


def _unmatched_pairs(shapes: NDArray[np.object_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs that may overlap: neighbours of which one at least has an edge that nobody matches.

    Not both: an area that lies wholly inside another leaves the other's edges matched.
    """
    is_suspect = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    suspects = np.flatnonzero(is_suspect)
    place, second = shapely.STRtree(shapes).query(shapes[suspects])
    first = suspects[place]
    once = (first < second) | ((first != second) & ~is_suspect[second])
    return first[once], second[once]


def _surface(rings: NDArray[np.object_]) -> float:
    polygons = np.asarray(shapely.polygons(rings), dtype=object)
    return float((shapely.area(reproject(polygons, WGS84, EQUAL_AREA)) / 1e6).sum())
