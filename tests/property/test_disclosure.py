"""Disclosure control against an attacker with a linear programme, and against a plain twin."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from checkins.disclosure import COLUMNS, DAY, HOURS, hold_back, sum_up, withheld_cells

Table = NDArray[np.int64]


def grow_tree(rng: np.random.Generator) -> Table:
    """A small hierarchy of one to three levels, with leaves on every level."""
    parent = [-1] * int(rng.integers(1, 4))
    for top in range(len(parent)):
        middles = []
        for _ in range(rng.integers(0, 4)):
            parent.append(top)
            middles.append(len(parent) - 1)
        for middle in middles:
            parent += [middle] * int(rng.integers(0, 5))
    return np.array(parent, dtype=np.int64)


def fill(rng: np.random.Generator, parent: Table) -> Table:
    """Visits of few hours, from nearly none to many."""
    is_leaf = np.ones(len(parent), dtype=bool)
    is_leaf[parent[parent >= 0]] = False
    hours = np.zeros((len(parent), HOURS), dtype=np.int64)
    columns = rng.choice(HOURS, int(rng.integers(1, 5)), replace=False)
    mean = rng.gamma(0.7, rng.choice([0.4, 3, 10, 40]), (is_leaf.sum(), len(columns)))
    hours[np.ix_(is_leaf, columns)] = rng.poisson(mean)
    return sum_up(hours, parent)


def sums(parent: Table) -> Iterator[tuple[tuple[int, int], list[tuple[int, int]]]]:
    """Every line of the table: a total, and the cells that make it."""
    for area in range(len(parent)):
        yield (area, DAY), [(area, hour) for hour in range(HOURS)]
        parts = np.flatnonzero(parent == area).tolist()
        if parts:
            for column in range(COLUMNS):
                yield (area, column), [(part, column) for part in parts]


def intervals(table: Table, parent: Table, hidden: NDArray[np.bool_], wanted: Table) -> Table:
    """What an attacker can say of some cells from all published ones: (low, high) each."""
    place = {tuple(cell): i for i, cell in enumerate(np.argwhere(hidden).tolist())}
    rows, right = [], []
    for total, parts in sums(parent):
        row, known = np.zeros(len(place)), 0
        for cell, sign in [(total, 1), *((part, -1) for part in parts)]:
            if cell in place:
                row[place[cell]] += sign
            else:
                known += sign * int(table[cell])
        if row.any():
            rows.append(row)
            right.append(-known)
    found = []
    for cell in wanted.tolist():
        goal = np.zeros(len(place))
        goal[place[tuple(cell)]] = 1
        ends = []
        for sign in (1, -1):
            answer = linprog(
                sign * goal,
                A_eq=np.array(rows) if rows else None,
                b_eq=np.array(right) if rows else None,
                bounds=(0, None),
            )
            assert answer.status in {0, 3}, answer.message
            ends.append(sign * answer.fun if answer.status == 0 else np.inf)
        found.append(ends)
    return np.array(found).reshape(-1, 2)


def has_swap(table: Table, parent: Table, hidden: NDArray[np.bool_], cell: list[int]) -> bool:
    """The plain twin: try every pair of leaves and every second column."""
    above = [[i] for i in range(len(parent))]
    for i in range(len(parent)):
        while parent[above[i][-1]] >= 0:
            above[i].append(int(parent[above[i][-1]]))
    leaves = [i for i in range(len(parent)) if i not in set(parent.tolist())]
    area, column = cell
    for u in (leaf for leaf in leaves if area in above[leaf]):
        for v in [None, *leaves]:
            shared = set(above[u]) & set(above[v]) if v is not None else set()
            ways = [(i, 1) for i in above[u] if i not in shared]
            ways += [(i, -1) for i in above[v] if i not in shared] if v is not None else []
            if (area, 1) not in ways:
                continue
            for second in set(range(COLUMNS)) - {column}:
                back = 1 if DAY in {column, second} else -1
                moves = [(i, column, sign) for i, sign in ways]
                moves += [(i, second, sign * back) for i, sign in ways]
                if not all(hidden[i, one] for i, one, _ in moves):
                    continue
                for step in (1, -1):
                    if all(table[i, one] + step * sign >= 0 for i, one, sign in moves):
                        return True
    return False


@pytest.mark.parametrize("seed", range(12))
def test_no_small_count_can_be_computed_from_what_is_published(seed: int) -> None:
    rng = np.random.default_rng([2021, seed])
    for threshold in (5, 10):
        parent = grow_tree(rng)
        table = fill(rng, parent)
        hidden = withheld_cells(table, parent, threshold)
        small = np.argwhere((table > 0) & (table < threshold))
        assert hidden[tuple(small.T)].all()
        low, high = intervals(table, parent, hidden, small).T
        assert (high - low >= 1 - 1e-6).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([5, 10]))
def test_every_small_count_has_a_swap_that_moves_no_published_figure(
    seed: int, threshold: int
) -> None:
    rng = np.random.default_rng(seed)
    parent = grow_tree(rng)
    table = fill(rng, parent)
    hidden = withheld_cells(table, parent, threshold)
    for cell in np.argwhere((table > 0) & (table < threshold)).tolist():
        assert has_swap(table, parent, hidden, cell)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_sums_add_up_over_areas_and_over_hours(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parent = grow_tree(rng)
    table = fill(rng, parent)
    for total, parts in sums(parent):
        assert table[total] == sum(table[part] for part in parts)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_two_releases_differ_by_nothing_or_by_k_and_withhold_no_less(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parent = grow_tree(rng)
    first = fill(rng, parent)
    is_leaf = ~np.isin(np.arange(len(parent)), parent)
    later = first[:, :HOURS] + rng.poisson(4, (len(parent), HOURS)) * is_leaf[:, None]
    kept = hold_back(later, first[:, :HOURS] * is_leaf[:, None], 10)
    second = sum_up(kept, parent)
    change = second - first
    assert ((change == 0) | (change >= 10)).all()
    before = withheld_cells(first, parent, 10)
    after = withheld_cells(second, parent, 10, withheld_before=before)
    assert after[before].all()


def test_a_cover_left_out_is_found_by_the_attack() -> None:
    parent = np.array([-1, 0, 0])
    hours = np.zeros((3, HOURS), dtype=np.int64)
    hours[1, 8], hours[2, 8], hours[2, 9] = 3, 40, 20
    table = sum_up(hours, parent)
    only_small = (table > 0) & (table < 10)
    low, high = intervals(table, parent, only_small, np.array([[1, 8]]))[0]
    assert low == pytest.approx(3)
    assert high == pytest.approx(3)
