import time

import numpy as np
import pytest

from checkins.disclosure import DAY, HOURS, hold_back, sum_up, withheld_cells
from checkins.errors import ThresholdError

PROVINCE, WEST, EAST, SOUTH = 0, 1, 2, 3
PARENT = np.array([-1, 0, 0, 0])


def make_table(**hours: list[int]) -> np.ndarray:
    leaf = np.zeros((4, HOURS), dtype=np.int64)
    for name, counts in hours.items():
        leaf[{"west": WEST, "east": EAST, "south": SOUTH}[name], 7 : 7 + len(counts)] = counts
    return sum_up(leaf, PARENT)


@pytest.mark.parametrize("count", [1, 9])
def test_count_below_k_is_withheld(count: int) -> None:
    hidden = withheld_cells(make_table(west=[count], east=[50], south=[60]), PARENT, 10)
    assert hidden[WEST, 7]
    assert hidden[WEST, DAY]


def test_count_of_k_is_published() -> None:
    assert not withheld_cells(make_table(west=[10], east=[50], south=[60]), PARENT, 10).any()


def test_small_count_takes_a_sister_along_and_leaves_the_province() -> None:
    hidden = withheld_cells(make_table(west=[3], east=[50], south=[60]), PARENT, 10)
    assert hidden[[EAST, SOUTH], 7].sum() == 1
    assert not hidden[PROVINCE].any()


def test_hour_cannot_be_computed_from_the_day_and_the_other_hours() -> None:
    hidden = withheld_cells(make_table(west=[3, 40, 50], east=[60, 60, 60]), PARENT, 10)
    assert hidden[WEST, 7]
    assert hidden[WEST, :].sum() >= 2


def test_true_zeros_are_published_where_they_cover_nothing() -> None:
    hidden = withheld_cells(make_table(west=[50], east=[60]), PARENT, 10)
    assert not hidden[SOUTH].any()


def test_only_area_with_few_visits_is_withheld_up_to_the_top() -> None:
    hidden = withheld_cells(make_table(west=[3]), PARENT, 10)
    assert hidden[PROVINCE, 7]
    assert hidden[PROVINCE, DAY]


@pytest.mark.parametrize("threshold", [-1, 0, 4])
def test_threshold_below_five_is_refused(threshold: int) -> None:
    with pytest.raises(ThresholdError, match="5 or more"):
        withheld_cells(make_table(), PARENT, threshold)
    with pytest.raises(ThresholdError):
        hold_back(np.zeros(1), np.zeros(1), threshold)


@pytest.mark.parametrize(("now", "shown"), [(29, 20), (30, 30), (11, 20), (10, 10)])
def test_a_released_hour_moves_by_k_or_not_at_all(now: int, shown: int) -> None:
    assert hold_back(np.array([now]), np.array([20]), 10).tolist() == [shown]


def test_a_country_takes_about_a_second() -> None:
    rng = np.random.default_rng(1)
    parent = np.concatenate(
        [
            np.full(63, -1),
            np.sort(rng.integers(0, 63, 700)),
            63 + np.sort(rng.integers(0, 700, 10_600)),
        ]
    )
    is_leaf = ~np.isin(np.arange(len(parent)), parent)
    hours = rng.poisson(rng.gamma(0.5, 2, (len(parent), 1)), (len(parent), HOURS))
    table = sum_up(hours * is_leaf[:, None], parent)
    start = time.process_time()
    hidden = withheld_cells(table, parent, 10)
    assert time.process_time() - start < 6  # about 0.6 s; a loop over cells takes minutes
    tops = parent < 0
    assert not hidden[tops, DAY].any()
