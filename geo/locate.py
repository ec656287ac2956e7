"""Which area holds each of many points: a grid of answers over exact polygons.

Most grid cells lie inside one area, so most points need one look-up in an
array. Only points in cells that a border crosses are tested against polygons,
and only against those whose border or inside is in the cell. The answer is
exactly that of testing every point against every polygon.
"""

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

OUTSIDE: Final = -1
_MIXED: Final = -2
_CELLS: Final = 4_000_000
_ROUNDING: Final = 1e-9


class AreaIndex:
    """An index over polygons that locates points in bulk; built once, then read by any thread."""

    def __init__(
        self,
        area_ids: NDArray[np.int64],
        geometries: NDArray[np.object_],
        *,
        cells: int = _CELLS,
    ) -> None:
        """Build the grid.

        Args:
            area_ids: Shape (n_areas,), the number to answer with, each once, not negative.
            geometries: Shape (n_areas,), valid polygons or multi-polygons in one
                CRS, the CRS of the points; areas without a shape (None or empty) hold nothing.
            cells: About how many grid cells to make; more is faster and larger (4 bytes each).

        Raises:
            ValueError: The two arrays differ in length, or an identifier is negative.
        """
        ids = np.asarray(area_ids, dtype=np.int64)
        shapes = np.asarray(geometries, dtype=object)
        if ids.shape != shapes.shape:
            raise ValueError(f"{len(ids)} area ids for {len(shapes)} geometries")
        if ids.size and ids.min() < 0:
            raise ValueError("area ids must not be negative: -1 stands for outside")
        has_shape = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
        # In the order of ids, so that the lowest id wins wherever two areas hold a point.
        order = np.argsort(ids[has_shape], kind="stable")
        self.area_ids: NDArray[np.int64] = ids[has_shape][order]
        self.geometries: NDArray[np.object_] = shapes[has_shape][order]
        shapely.prepare(self.geometries)
        self._make_grid(cells)
        self._fill_grid()

    def locate(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
        """The area that holds each point.

        A point on a border belongs to every area that shares it and goes to
        the one with the lowest id; so does a point where areas overlap.

        Args:
            lon: Shape (n_points,), x in the CRS of the polygons.
            lat: Shape (n_points,), y.

        Returns:
            Shape (n_points,), area ids; -1 outside every area or where a coordinate is NaN.
        """
        x = np.ascontiguousarray(lon, dtype=np.float64)
        y = np.ascontiguousarray(lat, dtype=np.float64)
        if x.shape != y.shape:
            raise ValueError(f"{x.shape} longitudes for {y.shape} latitudes")
        found = np.full(x.shape, OUTSIDE, dtype=np.int64)
        if not self.area_ids.size:
            return found
        west, south, east, north = self._bounds
        inside = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        cell = self._cell_of(x[inside], y[inside])
        answer = self._answers[cell].astype(np.int64)
        mixed = answer == _MIXED
        answer[mixed] = self._locate_mixed(x[inside[mixed]], y[inside[mixed]], cell[mixed])
        hit = answer >= 0
        found[inside[hit]] = self.area_ids[answer[hit]]
        return found

    def _make_grid(self, cells: int) -> None:
        if not self.area_ids.size:
            return
        west, south, east, north = (float(edge) for edge in shapely.total_bounds(self.geometries))
        self._bounds = (west, south, east, north)
        width, height = max(east - west, _ROUNDING), max(north - south, _ROUNDING)
        side = max((width * height / cells) ** 0.5, max(width, height) / cells)
        self._side = side
        self._columns = int(width / side) + 1
        self._rows = int(height / side) + 1

    def _column_of(self, x: NDArray[np.float64]) -> NDArray[np.int64]:
        column: NDArray[np.int64] = ((x - self._bounds[0]) / self._side).astype(np.int64)
        return np.minimum(np.maximum(column, 0), self._columns - 1)

    def _row_of(self, y: NDArray[np.float64]) -> NDArray[np.int64]:
        row: NDArray[np.int64] = ((y - self._bounds[1]) / self._side).astype(np.int64)
        return np.minimum(np.maximum(row, 0), self._rows - 1)

    def _cell_of(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
        return self._row_of(y) * self._columns + self._column_of(x)

    def _centre_of(self, cell: NDArray[np.int64]) -> tuple[NDArray[np.float64], ...]:
        row, column = np.divmod(cell, self._columns)
        return (
            self._bounds[0] + (column + 0.5) * self._side,
            self._bounds[1] + (row + 0.5) * self._side,
        )

    def _fill_grid(self) -> None:
        if not self.area_ids.size:
            return
        n_areas = len(self.area_ids)
        keys = self._border_keys()
        borders = keys // n_areas
        borders = borders[_is_new(borders)]
        n_cells = self._rows * self._columns
        answers = np.full(n_cells, OUTSIDE, dtype=np.int32)
        answers[borders] = _MIXED
        # Cells without a border form runs along a row in which the answer cannot change,
        # so the first cell of each run speaks for all of it.
        is_mixed = (answers == _MIXED).reshape(self._rows, self._columns)
        starts_run = ~is_mixed
        starts_run[:, 1:] &= is_mixed[:, :-1]
        first = np.flatnonzero(starts_run)
        tree = shapely.STRtree(self.geometries)
        point, area = self._holding(tree, *self._centre_of(first))
        answer = np.full(len(first), OUTSIDE, dtype=np.int32)
        # Reversed: of several areas that hold the point the lowest is written last.
        answer[point[::-1]] = area[::-1]
        free = np.flatnonzero(~is_mixed)
        run = np.searchsorted(first, free, side="right") - 1
        answers[free] = answer[run]
        self._answers = answers
        # An area without a border in a cell holds all of the cell or nothing of it.
        point, area = self._holding(tree, *self._centre_of(borders))
        keys = _sorted_unique(np.concatenate([keys, borders[point] * n_areas + area]))
        cell, self._candidates = np.divmod(keys, n_areas)
        self._starts = np.flatnonzero(_is_new(cell))
        self._mixed_cells = cell[self._starts]
        self._ends = np.append(self._starts[1:], len(cell))

    def _holding(
        self, tree: shapely.STRtree, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of point number and area number, in the order of both."""
        point, area = tree.query(shapely.points(x, y))
        holds = shapely.intersects_xy(self.geometries[area], x[point], y[point])
        order = np.lexsort((area[holds], point[holds]))
        return point[holds][order], area[holds][order]

    def _border_keys(self) -> NDArray[np.int64]:
        """Sorted `cell * n_areas + area` for every cell that an area's border enters."""
        parts, part_area = shapely.get_parts(self.geometries, return_index=True)
        rings, ring_part = shapely.get_rings(parts, return_index=True)
        ring_area = part_area[ring_part]
        coordinates, ring = shapely.get_coordinates(rings, return_index=True)
        same = np.flatnonzero(ring[1:] == ring[:-1])
        area = ring_area[ring[same]]
        start, end = coordinates[same], coordinates[same + 1]
        length = np.abs(end - start).max(axis=1)
        is_long = length > self._side
        keys = [
            self._touched(
                np.minimum(start, end)[~is_long], np.maximum(start, end)[~is_long], area[~is_long]
            )
        ]
        if is_long.any():
            start, end, area = start[is_long], end[is_long], area[is_long]
            pieces = np.ceil(length[is_long] / self._side).astype(np.int64)
            source = np.repeat(np.arange(len(pieces)), pieces)
            number = np.arange(len(source)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
            share = (number / pieces[source])[:, None], ((number + 1) / pieces[source])[:, None]
            step = (end - start)[source]
            cut = start[source] + step * share[0], start[source] + step * share[1]
            keys.append(self._touched(np.minimum(*cut), np.maximum(*cut), area[source]))
        return _sorted_unique(np.concatenate(keys))

    def _touched(
        self, low: NDArray[np.float64], high: NDArray[np.float64], area: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Keys of the cells under boxes that are at most one cell wide.

        The boxes are widened a little: rounding must not lose a cell, and one too
        many only costs a test.
        """
        slack = self._side * 1e-6 + _ROUNDING * self._side
        columns = self._column_of(low[:, 0] - slack), self._column_of(high[:, 0] + slack)
        rows = self._row_of(low[:, 1] - slack), self._row_of(high[:, 1] + slack)
        keys = []
        n_areas = len(self.area_ids)
        for up in range(3):
            for right in range(3):
                row, column = rows[0] + up, columns[0] + right
                meets = (row <= rows[1]) & (column <= columns[1])
                cell = row[meets] * self._columns + column[meets]
                key = cell * n_areas + area[meets]
                # Many short segments in a row lie in the same cell: dropped before sorting.
                keys.append(key[_is_new(key)])
        return _sorted_unique(np.concatenate(keys))

    def _locate_mixed(
        self, x: NDArray[np.float64], y: NDArray[np.float64], cell: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Area numbers of points in cells with borders, testing candidates in the order of ids."""
        answer = np.full(len(x), OUTSIDE, dtype=np.int64)
        place = np.searchsorted(self._mixed_cells, cell)
        candidate, end = self._starts[place], self._ends[place]
        left = np.arange(len(x))
        while left.size:
            area = self._candidates[candidate[left]]
            holds = shapely.intersects_xy(self.geometries[area], x[left], y[left])
            answer[left[holds]] = area[holds]
            left = left[~holds]
            candidate[left] += 1
            left = left[candidate[left] < end[left]]
        return answer


def _is_new(values: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where a value differs from the one before it."""
    new = np.ones(len(values), dtype=np.bool_)
    new[1:] = values[1:] != values[:-1]
    return new


def _sorted_unique(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """`np.unique`, which hashes integers since NumPy 2.3: sorting is three times as fast here."""
    ordered = np.sort(values)
    return ordered[_is_new(ordered)]
