"""The area rule against a plain twin, one area at a time."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.areas import AREA_LEVELS, LEVEL_LETTERS, classify_areas, load_area_thresholds
from assessments.errors import InvalidCountsError
from assessments.levels import AreaLevel

Counts = tuple[int, int, int, int, int, int]
LIMITS = load_area_thresholds()


def twin(counts: Counts) -> tuple[AreaLevel, float | None, float | None, float | None]:
    venues, safe, at_risk, unsafe, footfall, footfall_safety = counts
    assessed = safe + at_risk + unsafe
    coverage = assessed / venues if venues else None
    rate = safe / assessed if assessed else None
    index = footfall_safety / (10 * footfall) if footfall else None
    if assessed < LIMITS.min_assessed.value or assessed * 4 < venues:
        return AreaLevel.NOT_ENOUGH_DATA, rate, coverage, index
    if safe * 2 < assessed or unsafe * 10 >= assessed * 3:
        return AreaLevel.UNSAFE, rate, coverage, index
    if safe * 4 >= assessed * 3 and unsafe * 10 <= assessed:
        return AreaLevel.SAFE, rate, coverage, index
    return AreaLevel.AT_RISK, rate, coverage, index


@st.composite
def area(draw: st.DrawFn) -> Counts:
    safe, at_risk, unsafe = (draw(st.integers(0, 40)) for _ in range(3))
    assessed = safe + at_risk + unsafe
    footfall = draw(st.integers(assessed, 10**9)) if assessed else 0
    safety = draw(st.integers(0, 1000 * footfall))
    return assessed + draw(st.integers(0, 300)), safe, at_risk, unsafe, footfall, safety


def classify(rows: list[Counts]):  # type: ignore[no-untyped-def]  # the twin is plain on purpose
    table = np.array(rows, dtype=np.int64).reshape(-1, 6).T
    names = ("venues", "safe", "at_risk", "unsafe", "footfall", "footfall_safety")
    return classify_areas(**dict(zip(names, table, strict=True)))


@given(st.lists(area(), max_size=30))
@settings(max_examples=300, deadline=None)
def test_classes_agree_with_the_twin(rows: list[Counts]) -> None:
    found = classify(rows)
    assert found.words() == [twin(row)[0] for row in rows]
    for values, place in ((found.safe_rate, 1), (found.coverage, 2), (found.index, 3)):
        for value, row in zip(values.tolist(), rows, strict=True):
            expected = twin(row)[place]
            assert math.isnan(value) if expected is None else value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("venues", "safe", "at_risk", "unsafe", "level"),
    [
        (0, 0, 0, 0, AreaLevel.NOT_ENOUGH_DATA),
        (2, 2, 0, 0, AreaLevel.NOT_ENOUGH_DATA),  # too few, however safe
        (3, 3, 0, 0, AreaLevel.SAFE),
        (12, 3, 0, 0, AreaLevel.SAFE),  # coverage exactly 25 %
        (13, 3, 0, 0, AreaLevel.NOT_ENOUGH_DATA),
        (4, 3, 1, 0, AreaLevel.SAFE),  # exactly 75 %
        (100, 74, 26, 0, AreaLevel.AT_RISK),
        (10, 9, 0, 1, AreaLevel.SAFE),  # unsafe share exactly 10 %
        (100, 89, 0, 11, AreaLevel.AT_RISK),
        (4, 2, 2, 0, AreaLevel.AT_RISK),  # exactly 50 %
        (100, 49, 51, 0, AreaLevel.UNSAFE),
        (10, 7, 0, 3, AreaLevel.UNSAFE),  # unsafe share exactly 30 %
        (100, 71, 0, 29, AreaLevel.AT_RISK),
    ],
)
def test_limits_belong_where_the_definitions_put_them(
    venues: int, safe: int, at_risk: int, unsafe: int, level: AreaLevel
) -> None:
    assert classify([(venues, safe, at_risk, unsafe, 10, 5000)]).words() == [level]


def test_area_without_assessments_has_no_rate_and_no_index() -> None:
    found = classify([(0, 0, 0, 0, 0, 0), (5, 0, 0, 0, 0, 0)])
    assert np.isnan(found.safe_rate).all()
    assert np.isnan(found.index).all()
    assert math.isnan(found.coverage[0])
    assert found.coverage[1] == 0
    assert found.letters() == "nn"


def test_index_is_on_a_scale_of_100() -> None:
    assert classify([(3, 3, 0, 0, 10, 7250)]).index.tolist() == [72.5]


def test_letters_follow_the_order_of_the_levels() -> None:
    assert len(LEVEL_LETTERS) == len(AREA_LEVELS)
    found = classify(
        [(4, 4, 0, 0, 1, 1), (4, 2, 2, 0, 1, 1), (4, 0, 0, 4, 1, 1), (4, 0, 0, 0, 0, 0)]
    )
    assert found.letters() == "srun"


@pytest.mark.parametrize(
    "row", [(2, 3, 0, 0, 1, 1), (3, -1, 0, 0, 1, 1), (3, 1, 0, 0, 1, 1001), (3, 0, 0, 0, -1, 0)]
)
def test_counts_that_contradict_each_other_are_refused(row: Counts) -> None:
    with pytest.raises(InvalidCountsError, match="area number 1"):
        classify([(3, 1, 1, 1, 10, 100), row])


def test_counts_of_different_lengths_are_refused() -> None:
    one, two = np.zeros(1, dtype=np.int64), np.zeros(2, dtype=np.int64)
    with pytest.raises(InvalidCountsError, match="same length"):
        classify_areas(
            venues=two, safe=one, at_risk=one, unsafe=one, footfall=one, footfall_safety=one
        )


def test_thresholds_all_have_reasons() -> None:
    for name in type(LIMITS).model_fields:
        if name != "version":
            assert len(getattr(LIMITS, name).reason) > 40
