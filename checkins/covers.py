"""The search for cells that cover a small count.

A *swap* takes two leaf areas u and v and two columns t and s, and moves one
visit from v to u in t and back in s (where s is the whole day, v loses and u
gains it in both). Only the cells of u, v and the areas above them, below the
first area that holds both, change. When all of these are withheld, nothing
that is published tells the two states apart, so none of those cells can be
computed. Without v the swap runs up to the top area, whose sum nobody
publishes. `find_covers` picks for each small count the cheapest swap.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

DAY: Final = 24
WIDTH: Final = 3
"""Wished width of the interval that an attacker is left with."""
NARROW: Final = np.float32(3)
"""What one unit less of that width costs, about as much as hiding one ward's hour."""
PARTNERS: Final = 4
"""Parts of an area that are tried as the other side of a swap."""
NO_LIMIT: Final = np.int32(2**30)
CHUNK: Final = 8192

Ints = NDArray[np.int32]
Rows = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Ladder:
    """For each cell and number of steps up: the way from the cell to that ancestor.

    Shapes (steps, n_areas, 25). `low` is the smallest value on the way: as
    far as all its cells can fall together. `down` and `up` are how far they
    can move for somebody who is told which withheld counts are small, and so
    knows that those lie in 1…k-1. `cost` is what withholding them would lose.
    """

    low: Ints
    down: Ints
    up: Ints
    cost: Floats
    ancestor: Rows
    """Shape (steps, n_areas); -1 above the top."""


@dataclass(frozen=True)
class Partners:
    """For each area and column, the best leaf within, and the best parts to find one in."""

    leaf: Rows
    """Shape (n_areas, 25)."""
    parts: Rows
    """Shape (PARTNERS, n_areas, 25); -1 where there are fewer parts."""


@dataclass(frozen=True)
class Queries:
    """Small counts to be covered: a leaf below each, its column, and how far up the swap goes.

    Shapes (m,).
    """

    leaf: Rows
    column: Rows
    reach: Rows

    def __getitem__(self, rows: slice | NDArray[np.bool_]) -> "Queries":
        return Queries(self.leaf[rows], self.column[rows], self.reach[rows])

    def __len__(self) -> int:
        return len(self.leaf)


@dataclass(frozen=True)
class Swaps:
    """The best swap found for each of m small counts; `found` is false where there is none."""

    score: Floats
    column: Rows
    partner: Rows
    """Leaf v, or -1."""
    partner_steps: Rows


def find_covers(
    table: NDArray[np.int64],
    parent: Rows,
    depth: Rows,
    threshold: int,
    *,
    small: NDArray[np.bool_],
    free: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Cells that have to be withheld so that no cell of `small` can be computed.

    Args:
        table: Visits, shape (n_areas, 25), sums exact.
        parent: Row of each area's parent or -1.
        depth: Steps to the top area, shape (n_areas,).
        threshold: k; attackers know that a small count lies in 1…k-1.
        small: Cells to be protected.
        free: Cells withheld anyway, `small` among them.

    Returns:
        Shape (n_areas, 25).
    """
    covered = np.zeros_like(small)
    if not small.any():
        return covered
    ladder = _build_ladder(table, parent, depth, threshold, small=small, free=free)
    partners = _build_partners(ladder, parent, depth)
    area, column = (found.astype(np.int64) for found in np.nonzero(small))
    leaf = partners.leaf[area, column]
    queries = Queries(leaf, column, depth[leaf] - depth[area])
    while len(queries):
        # Nearest first: a swap among sisters hides leaf cells only, one that
        # climbs hides districts and provinces too. Without a partner, at the
        # top, there is always one: what leaves one hour comes in another.
        swaps = _best_swaps(ladder, partners, depth, queries)
        _mark(covered, ladder, queries, swaps)
        queries = queries[np.isinf(swaps.score)]
        queries = replace(queries, reach=queries.reach + 1)
    return covered


def _build_ladder(
    table: NDArray[np.int64],
    parent: Rows,
    depth: Rows,
    threshold: int,
    *,
    small: NDArray[np.bool_],
    free: NDArray[np.bool_],
) -> Ladder:
    """Room to move and cost, for each cell and each ancestor."""
    values = np.minimum(table, NO_LIMIT).astype(np.int32)
    down, up = values - small, np.where(small, threshold - 1 - values, NO_LIMIT)
    weight = np.where(depth == 0, 8.0, np.where(depth == depth.max(), 1.0, 3.0))
    cost = np.log2(values + 2.0) * weight[:, None]
    cost[:, DAY] *= 4
    cost[free] = 0
    ways = [(values, down, up, cost.astype(np.float32), np.arange(len(parent)))]
    for _ in range(int(depth.max())):
        last_low, last_down, last_up, last_cost, last = ways[-1]
        above = np.where(last >= 0, parent[np.maximum(last, 0)], -1)
        is_there = (above >= 0)[:, None]
        at = np.maximum(above, 0)
        ways.append(
            (
                np.where(is_there, np.minimum(last_low, values[at]), last_low),
                np.where(is_there, np.minimum(last_down, down[at]), last_down),
                np.where(is_there, np.minimum(last_up, up[at]), last_up),
                np.where(is_there, last_cost + ways[0][3][at], last_cost),
                above,
            )
        )
    return Ladder(*(np.stack(column) for column in zip(*ways, strict=True)))


def _build_partners(ladder: Ladder, parent: Rows, depth: Rows) -> Partners:
    """Best leaf of each area and best parts of each area, by column."""
    n_areas, n_columns = ladder.cost[0].shape
    has_parts = np.zeros(n_areas, dtype=bool)
    has_parts[parent[parent >= 0]] = True
    room = ladder.down[0]
    key = ladder.cost[0] + np.select([room < 1, room < 2, room < 3], [8.0, 2.0, 0.5], 0.0)
    key = key + ladder.cost[0].min(axis=1, keepdims=True)
    key[has_parts] = np.inf
    leaf = np.repeat(np.arange(n_areas)[:, None], n_columns, axis=1)
    parts = np.full((PARTNERS, n_areas, n_columns), -1, dtype=np.int64)
    columns = np.arange(n_columns)
    for level in range(int(depth.max()), 0, -1):
        rows = np.flatnonzero(depth == level)
        rows = rows[np.argsort(parent[rows], kind="stable")]
        families, starts = np.unique(parent[rows], return_index=True)
        sizes = np.diff(np.append(starts, len(rows)))
        # One sort for all columns: families stay together because the first
        # key, the family's number, dominates.
        order = np.stack(
            [np.lexsort((key[rows, column], parent[rows])) for column in columns], axis=1
        )
        for place in range(PARTNERS):
            has_place = sizes > place
            picked = rows[order[starts[has_place] + place]]
            parts[place, families[has_place]] = picked
        best = parts[0, families]
        leaf[families] = leaf[best, columns]
        key[families] = key[best, columns] + ladder.cost[0][families]
    return Partners(leaf=leaf, parts=parts)


@dataclass(frozen=True)
class _Moves:
    """How far one side of a swap can move, for each second column; shapes (m, 25).

    `rise` and `fall` for somebody who is told what is small, `…_unseen` for
    everybody else, who knows only that no count is below 0.
    """

    rise: Ints
    fall: Ints
    rise_unseen: Ints
    fall_unseen: Ints

    @classmethod
    def of(
        cls, ladder: Ladder, steps: Rows, leaf: Rows, column: Rows, is_same: NDArray[np.bool_]
    ) -> "_Moves":
        """Moves of the way up from `leaf`, in `column` and a second column each."""
        each = np.arange(len(leaf))
        down, up, low = (one[steps, leaf] for one in (ladder.down, ladder.up, ladder.low))
        # One more in `column` is one more in the day, one less in another hour.
        return cls(
            rise=np.minimum(np.where(is_same, up, down), up[each, column][:, None]),
            fall=np.minimum(np.where(is_same, down, up), down[each, column][:, None]),
            rise_unseen=np.where(is_same, NO_LIMIT, low),
            fall_unseen=np.minimum(np.where(is_same, low, NO_LIMIT), low[each, column][:, None]),
        )

    def take(self, rows: Rows) -> "_Moves":
        """Moves of some of the queries."""
        return _Moves(
            self.rise[rows], self.fall[rows], self.rise_unseen[rows], self.fall_unseen[rows]
        )

    def against(self, other: "_Moves") -> "_Moves":
        """Moves of a swap whose other side falls when this one rises."""
        return _Moves(
            np.minimum(self.rise, other.fall),
            np.minimum(self.fall, other.rise),
            np.minimum(self.rise_unseen, other.fall_unseen),
            np.minimum(self.fall_unseen, other.rise_unseen),
        )


def _best_swaps(ladder: Ladder, partners: Partners, depth: Rows, queries: Queries) -> Swaps:
    """Best swap of each query among the partners one step above its reach."""
    chunks = [
        _best_swaps_of_chunk(ladder, partners, depth, queries[slice(at, at + CHUNK)])
        for at in range(0, len(queries), CHUNK)
    ]
    return Swaps(
        score=np.concatenate([chunk.score for chunk in chunks]),
        column=np.concatenate([chunk.column for chunk in chunks]),
        partner=np.concatenate([chunk.partner for chunk in chunks]),
        partner_steps=np.concatenate([chunk.partner_steps for chunk in chunks]),
    )


def _best_swaps_of_chunk(
    ladder: Ladder, partners: Partners, depth: Rows, queries: Queries
) -> Swaps:
    """As `_best_swaps`, for so many queries that the arrays stay small."""
    leaf, column, reach = queries.leaf, queries.column, queries.reach
    each = np.arange(len(leaf))
    top = ladder.ancestor[reach, leaf]
    family = ladder.ancestor[np.minimum(reach + 1, len(ladder.ancestor) - 1), leaf]
    family = np.where(depth[leaf] > reach, family, -1)
    is_day = np.arange(ladder.cost.shape[2]) == DAY
    is_same = (column == DAY)[:, None] != is_day[None, :]
    own = _Moves.of(ladder, reach, leaf, column, is_same)
    own_cost = ladder.cost[reach, leaf]
    own_cost = own_cost + own_cost[each, column][:, None]
    score = np.full(len(leaf), np.inf, dtype=np.float32)
    best_column = np.zeros(len(leaf), dtype=np.int64)
    best_partner = np.full(len(leaf), -1, dtype=np.int64)
    best_steps = np.zeros(len(leaf), dtype=np.int64)

    def keep_better(rows: Rows, moves: _Moves, cost: Floats, partner: Rows) -> None:
        told = np.minimum(moves.rise.astype(np.int64) + moves.fall, WIDTH)
        is_possible = (moves.rise_unseen > 0) | (moves.fall_unseen > 0)
        cost = np.where(is_possible, cost + NARROW * (WIDTH - told), np.inf).astype(np.float32)
        cost[np.arange(len(rows)), column[rows]] = np.inf
        choice = cost.argmin(axis=1)
        chosen = cost[np.arange(len(rows)), choice]
        is_better = chosen < score[rows]
        at = rows[is_better]
        score[at] = chosen[is_better]
        best_column[at] = choice[is_better]
        best_partner[at] = partner[is_better]

    alone = np.flatnonzero(family < 0)
    if len(alone):
        keep_better(alone, own.take(alone), own_cost[alone], np.full(len(alone), -1))
    for place in range(PARTNERS):
        part = np.where(family >= 0, partners.parts[place, np.maximum(family, 0), column], -1)
        rows = np.flatnonzero((part >= 0) & (part != top) & (score > 0))
        if not len(rows):
            continue
        part = part[rows]
        partner = partners.leaf[part, column[rows]]
        steps = depth[partner] - depth[part]
        other = _Moves.of(ladder, steps, partner, column[rows], is_same[rows])
        cost = ladder.cost[steps, partner]
        cost = cost + cost[np.arange(len(rows)), column[rows]][:, None] + own_cost[rows]
        keep_better(rows, own.take(rows).against(other), cost, partner)
        is_own = best_partner[rows] == partner
        best_steps[rows[is_own]] = steps[is_own]
    return Swaps(score, best_column, best_partner, best_steps)


def _mark(covered: NDArray[np.bool_], ladder: Ladder, queries: Queries, swaps: Swaps) -> None:
    """Withhold every cell that the found swaps change."""
    is_found = np.isfinite(swaps.score)
    for start, last in (
        (queries.leaf, queries.reach),
        (swaps.partner, swaps.partner_steps),
    ):
        for step in range(len(ladder.ancestor)):
            rows = np.flatnonzero(is_found & (start >= 0) & (last >= step))
            area = ladder.ancestor[step, start[rows]]
            covered[area, queries.column[rows]] = True
            covered[area, swaps.column[rows]] = True
