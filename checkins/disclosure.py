"""Which counts of visits the public may see: small ones are withheld, and cannot be computed.

A table of one day has a row for each area and 25 columns: the hours 0 to 23
and the whole day. It is full of sums: an area is the sum of its parts, a day
the sum of its hours. So hiding a small count is not enough: another count in
each of its sums has to be hidden with it. The rule and its proof stand in
`docs/disclosure.md`; no total above the top areas may ever be published.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from checkins.covers import find_covers
from checkins.errors import ThresholdError

HOURS: Final = 24
DAY: Final = 24
"""Column of the whole day, after the 24 hours."""
COLUMNS: Final = 25
LOWEST_THRESHOLD: Final = 5
DEFAULT_THRESHOLD: Final = 10


def require_threshold(threshold: int) -> int:
    """The threshold k itself, where it is safe.

    Raises:
        ThresholdError: k is below 5.
    """
    if threshold < LOWEST_THRESHOLD:
        raise ThresholdError(
            f"the suppression threshold must be {LOWEST_THRESHOLD} or more, not {threshold}; "
            f"the default is {DEFAULT_THRESHOLD}"
        )
    return threshold


def sum_up(leaf_hours: NDArray[np.int64], parent: NDArray[np.int64]) -> NDArray[np.int64]:
    """The whole table from the hours of the leaf areas.

    Args:
        leaf_hours: Visits by area and hour, shape (n_areas, 24); rows of areas
            with parts are 0.
        parent: Row of each area's parent, -1 for a top area, shape (n_areas,);
            a parent stands before its parts.

    Returns:
        Shape (n_areas, 25): every area the sum of its parts, column 24 the
        sum of the hours.
    """
    table = np.zeros((len(parent), COLUMNS), dtype=np.int64)
    table[:, :HOURS] = leaf_hours
    for depth in range(int(depths(parent).max(initial=0)), 0, -1):
        rows = np.flatnonzero(depths(parent) == depth)
        np.add.at(table, parent[rows], table[rows])
    table[:, DAY] = table[:, :HOURS].sum(axis=1)
    return table


def depths(parent: NDArray[np.int64]) -> NDArray[np.int64]:
    """Steps from each area up to its top area, shape (n_areas,)."""
    depth = np.zeros(len(parent), dtype=np.int64)
    above = parent
    while (is_below := above >= 0).any():
        depth += is_below
        above = np.where(is_below, parent[np.maximum(above, 0)], -1)
    return depth


def hold_back(
    counted: NDArray[np.int64], released: NDArray[np.int64], threshold: int
) -> NDArray[np.int64]:
    """Leaf counts for the next release of a day that was released before.

    Two releases of one day that differ by one visit would show that visit. A
    leaf's hour therefore moves only when it moved by at least k since; what
    is held back appears together with what comes later.

    Args:
        counted: Visits as they are now, any shape.
        released: Visits behind the release before, same shape.
        threshold: k.

    Raises:
        ThresholdError: k is below 5.
    """
    require_threshold(threshold)
    return np.where(np.abs(counted - released) >= threshold, counted, released)


def withheld_cells(
    table: NDArray[np.int64],
    parent: NDArray[np.int64],
    threshold: int,
    *,
    withheld_before: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_]:
    """Cells that are not published.

    Counts from 1 to k-1 are withheld, and with each of them so many others
    that it can move, by at least 3 wherever the table allows, without any
    published figure moving: see `docs/disclosure.md`. A true zero is
    published unless it has to cover for a small count.

    Args:
        table: Visits, shape (n_areas, 25), as `sum_up` makes it.
        parent: Row of each area's parent or -1; a parent stands before its parts.
        threshold: k.
        withheld_before: Cells withheld in an earlier release of the same day;
            they stay withheld, or the two releases together would tell.

    Returns:
        Shape (n_areas, 25), true where the cell is withheld.

    Raises:
        ThresholdError: k is below 5.
    """
    require_threshold(threshold)
    small = (table >= 1) & (table < threshold)
    free = small if withheld_before is None else small | withheld_before
    covers = find_covers(table, parent, depths(parent), threshold, small=small, free=free)
    return covers | free
