"""Approximate wards from centre points and bounding boxes, for where no boundary file is.

Each ward is the Voronoi cell of its centre, cut to a land mask grown from the
boxes of all wards. Neighbours share their borders exactly, so the cells are a
coverage; where those borders run is only a guess.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

_GOLDEN_ANGLE: Final = np.pi * (3.0 - 5.0**0.5)
_OCTAGON: Final = np.linspace(0.0, 2.0 * np.pi, 8, endpoint=False) + np.pi / 8.0


@dataclass(frozen=True, kw_only=True)
class MaskRule:
    """How land is grown from boxes; lengths in metres, surfaces in km²."""

    largest_box_km2: float
    """Boxes above this are errors of the source (half a province for one commune)."""
    fill: float
    """Share of a box's half-width that its octagon reaches: 1 touches the sides."""
    closing_m: float
    """Gaps narrower than twice this are land."""
    smoothing_m: float
    """Spits narrower than twice this are cut off."""


MASK_RULE: Final = MaskRule(
    largest_box_km2=2_500.0, fill=0.88, closing_m=9_000.0, smoothing_m=1_500.0
)


@dataclass(frozen=True, kw_only=True)
class Sites:
    """Centres after cleaning, and what had to be done.

    Attributes:
        points: Shape (n, 2), metres, no two alike.
        n_shared: Sites whose centre was also another's and that were set apart.
        n_astray: Sites without a centre, or with one far from their group's, placed in its middle.
    """

    points: NDArray[np.float64]
    n_shared: int
    n_astray: int


def clean_sites(
    points: NDArray[np.float64],
    groups: NDArray[np.int64],
    *,
    nearest_m: float = 12_000.0,
    spread: float = 6.0,
) -> Sites:
    """Set apart centres that coincide, and bring back those that went astray.

    A centre is astray when it is farther from the median centre of its group
    than `spread` times the group's median distance, and than `nearest_m`.

    Args:
        points: Shape (n, 2), metres; NaN where there is no centre.
        groups: Shape (n,), the number of the district of each.
        nearest_m: No centre within this distance of the median is astray.
        spread: Multiple of the median distance at which a centre is astray.

    Raises:
        ValueError: A group has no centre at all.
    """
    moved = points.copy()
    n_astray = 0
    known_points = points[~np.isnan(points[:, 0])].round(1)
    _, times = np.unique(known_points, axis=0, return_counts=True)
    n_shared = int(times[times > 1].sum())
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        known = members[~np.isnan(moved[members, 0])]
        if not known.size:
            raise ValueError(f"group {group} has no centre at all")
        middle = np.median(moved[known], axis=0)
        distance = np.hypot(*(moved[members] - middle).T)
        typical = float(np.nanmedian(distance))
        with np.errstate(invalid="ignore"):
            astray = members[~(distance <= max(nearest_m, spread * typical))]
        step = max(typical, 300.0) * 0.35
        moved[astray] = _spiral(middle, step, len(astray))
        n_astray += len(astray)
        _, which, times = np.unique(
            moved[members].round(1), axis=0, return_inverse=True, return_counts=True
        )
        for place in np.flatnonzero(times > 1):
            same = members[which.ravel() == place]
            moved[same] = _spiral(moved[same[0]], step, len(same))
    # Centres shared across districts, and the rare spiral that meets a neighbour.
    return Sites(points=_set_apart(moved), n_shared=n_shared, n_astray=n_astray)


def _spiral(middle: NDArray[np.float64], step: float, n_points: int) -> NDArray[np.float64]:
    """Points around a middle, evenly spread, the same on every run; shape (n_points, 2)."""
    number = np.arange(n_points) + 0.5
    radius, angle = step * np.sqrt(number), number * _GOLDEN_ANGLE
    return np.column_stack([middle[0] + radius * np.cos(angle), middle[1] + radius * np.sin(angle)])


def _set_apart(points: NDArray[np.float64]) -> NDArray[np.float64]:
    apart = points.copy()
    _, first = np.unique(points.round(1), axis=0, return_index=True)
    again = np.setdiff1d(np.arange(len(points)), first)
    angle = np.arange(len(again)) * _GOLDEN_ANGLE
    apart[again] += 150.0 * np.column_stack([np.cos(angle), np.sin(angle)])
    return apart


def octagons(boxes: NDArray[np.float64], fill: float = 1.0) -> NDArray[np.object_]:
    """Octagons inside boxes: what a ward fills of its bounding box, more or less.

    Args:
        boxes: Shape (n, 4): west, south, east, north in metres.
        fill: Share of the half-width that the octagon reaches.
    """
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2.0
    half = (boxes[:, 2:] - boxes[:, :2]) / 2.0 * fill / np.cos(np.pi / 8.0)
    corners = np.stack([np.cos(_OCTAGON), np.sin(_OCTAGON)], axis=-1)
    shapes: NDArray[np.object_] = shapely.polygons(
        middle[:, None, :] + half[:, None, :] * corners[None, :, :]
    )
    return shapes


def land_mask(boxes: NDArray[np.float64], rule: MaskRule = MASK_RULE) -> shapely.Geometry:
    """Land grown from the boxes of wards: their octagons, closed, without inland holes.

    Args:
        boxes: Shape (n, 4): west, south, east, north in metres; NaN where unknown.
        rule: Which boxes count and how gaps close.
    """
    surface = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) / 1e6
    with np.errstate(invalid="ignore"):
        good = surface <= rule.largest_box_km2
    joined = shapely.union_all(octagons(boxes[good], rule.fill))
    closed = shapely.buffer(
        shapely.buffer(joined, rule.closing_m, quad_segs=4), -rule.closing_m, quad_segs=4
    )
    smooth = shapely.buffer(
        shapely.buffer(closed, -rule.smoothing_m, quad_segs=4), rule.smoothing_m, quad_segs=4
    )
    # Smoothing removes small islands whole: they come back.
    parts = shapely.get_parts(closed)
    lost = parts[~shapely.intersects(parts, smooth)]
    return shapely.union_all([_without_holes(smooth), *lost])


def _without_holes(shape: shapely.Geometry) -> shapely.Geometry:
    outer = shapely.get_exterior_ring(shapely.get_parts(shape))
    return shapely.union_all(shapely.polygons(outer))


def voronoi_cells(points: NDArray[np.float64], mask: shapely.Geometry) -> NDArray[np.object_]:
    """The part of the mask that is nearest to each point, in the order of the points.

    Args:
        points: Shape (n, 2), no two alike, in the CRS of the mask (metres).
        mask: Polygon or multi-polygon.

    Returns:
        Shape (n,), polygons or multi-polygons; empty where a cell misses the mask.
    """
    cells = shapely.get_parts(
        shapely.voronoi_polygons(
            shapely.multipoints(points), extend_to=shapely.envelope(mask), ordered=True
        )
    )
    shapely.prepare(mask)
    crosses = ~shapely.contains_properly(mask, cells)
    cut = cells.copy()
    cut[crosses] = _polygons_of(shapely.intersection(cells[crosses], mask))
    return cut


def _polygons_of(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Shapes without the points and lines that a touching intersection leaves."""
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    for place in np.flatnonzero(mixed):
        parts = shapely.get_parts(shapes[place])
        shapes[place] = shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])
    shapes[shapely.get_dimensions(shapes) != 2] = shapely.Polygon()
    return shapes
