"""Coordinates rounded to a grid without losing areas: every shape stays a valid polygon."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

_SIMPLEST_RING = 4


def quantise(shapes: NDArray[np.object_], decimals: int) -> NDArray[np.object_]:
    """Shapes on a grid of `10 ** -decimals`, as valid multi-polygons.

    Vertices that fall together become one and spikes are cut, in the same way
    on both sides of a shared border. Parts and holes that shrink to nothing go;
    the largest part of a shape stays, as a square of two grid steps if it must.

    Args:
        shapes: Shape (n,), polygons or multi-polygons; empty ones stay empty.
        decimals: Decimals that the coordinates keep.
    """
    grid = 10.0**decimals
    kept = np.full(len(shapes), shapely.MultiPolygon(), dtype=object)
    filled = np.flatnonzero(~shapely.is_empty(shapes) & ~shapely.is_missing(shapes))
    parts, part_shape = shapely.get_parts(shapes[filled], return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    steps = np.rint(coordinates * grid).astype(np.int64)
    steps, ring = _without_spikes(steps, ring)
    points = np.bincount(ring, minlength=len(rings))
    is_ring = points >= _SIMPLEST_RING
    is_outer = np.append(True, ring_part[1:] != ring_part[:-1]) if len(ring_part) else is_ring
    part_lives = np.zeros(len(parts), dtype=np.bool_)
    part_lives[ring_part[is_outer & is_ring]] = True
    # Holes of a part that has gone go with it.
    stays = is_ring & part_lives[ring_part]
    on_ring = stays[ring]
    number = np.cumsum(stays) - 1
    new_rings = shapely.linearrings(steps[on_ring] / grid, indices=number[ring[on_ring]])
    living = np.flatnonzero(part_lives)
    part_number = np.cumsum(part_lives) - 1
    polygons: Any = shapely.polygons(
        np.asarray(new_rings, dtype=object), indices=part_number[ring_part[stays]]
    )
    # Spikes may leave a ring that touches itself; its parts then become polygons of their own.
    broken = ~shapely.is_valid(polygons)
    polygons[broken] = shapely.make_valid(
        polygons[broken], method="structure", keep_collapsed=False
    )
    pieces, piece_part = shapely.get_parts(polygons, return_index=True)
    solid = (shapely.get_dimensions(pieces) == 2) & (shapely.area(pieces) > 0)
    piece_shape = part_shape[living[piece_part[solid]]]
    kept[filled[np.unique(piece_shape)]] = shapely.multipolygons(
        pieces[solid], indices=np.unique(piece_shape, return_inverse=True)[1]
    )
    lost = filled[shapely.is_empty(kept[filled])]
    kept[lost] = _tiny(shapes[lost], grid)
    return kept


def _without_spikes(
    steps: NDArray[np.int64], ring: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Closed rings without repeated points and without ways out and straight back."""
    # Open rings: the last point repeats the first.
    last = np.append(ring[1:] != ring[:-1], True) if len(ring) else np.zeros(0, dtype=np.bool_)
    steps, ring = steps[~last], ring[~last]
    while len(ring):
        before, after = _neighbours(ring)
        repeats = (steps == steps[before]).all(axis=1)
        spike = (steps[before] == steps[after]).all(axis=1)
        # Of two spikes side by side only the first goes in one round.
        spike &= ~spike[before] | (before == np.arange(len(ring)))
        drop = repeats | spike
        if not drop.any():
            break
        steps, ring = steps[~drop], ring[~drop]
    first = np.flatnonzero(np.append(True, ring[1:] != ring[:-1])) if len(ring) else ring
    # Closed again: each ring's first point once more at its end.
    ends = np.append(first[1:], len(ring)) if len(ring) else first
    return np.insert(steps, ends, steps[first], axis=0), np.insert(ring, ends, ring[first])


def _neighbours(ring: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For every point of open rings the place of the one before and the one after."""
    place = np.arange(len(ring))
    first = np.flatnonzero(np.append(True, ring[1:] != ring[:-1]))
    ends = np.append(first[1:], len(ring)) - 1
    before, after = place - 1, place + 1
    before[first], after[ends] = ends, first
    return before, after


def _tiny(shapes: NDArray[np.object_], grid: float) -> NDArray[np.object_]:
    """A square of two grid steps around the middle of each shape."""
    middle = np.rint(shapely.get_coordinates(shapely.point_on_surface(shapes)) * grid)
    west, south = (middle - 1).T / grid
    east, north = (middle + 1).T / grid
    squares: Any = shapely.box(west, south, east, north)
    shaped: NDArray[np.object_] = shapely.multipolygons(squares[:, None])
    return shaped
