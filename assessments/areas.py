"""An area's level from the counts of its venues: safe rate, coverage, index, level."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from assessments.definition_files import DefinitionModel, parse_definition, read_definition_texts
from assessments.errors import InvalidCountsError
from assessments.levels import AreaLevel

AREA_LEVELS: Final = (
    AreaLevel.SAFE,
    AreaLevel.AT_RISK,
    AreaLevel.UNSAFE,
    AreaLevel.NOT_ENOUGH_DATA,
)
"""Level codes of `AreaLevels.level` are positions in this order."""

LEVEL_LETTERS: Final = "srun"
"""One letter for each of `AREA_LEVELS`, in the compact answer of the levels address."""

DEFINITION: Final = "area_levels.yaml"


class Threshold(DefinitionModel):
    """A limit in whole numbers and why it is what it is."""

    value: Annotated[int, Field(ge=0)]
    reason: Annotated[str, Field(min_length=1)]


class Percent(Threshold):
    """A limit in whole percents."""

    value: Annotated[int, Field(ge=0, le=100)]


class AreaThresholds(DefinitionModel):
    """Limits of the area levels; `definitions/area_levels.yaml` gives the reasons."""

    version: str
    min_assessed: Threshold
    min_coverage_percent: Percent
    safe_rate_at_least_percent: Percent
    safe_unsafe_share_at_most_percent: Percent
    unsafe_safe_rate_below_percent: Percent
    unsafe_unsafe_share_at_least_percent: Percent


@dataclass(frozen=True, slots=True)
class AreaLevels:
    """Levels of areas, in the order of the counts given.

    Attributes:
        level: Positions in `AREA_LEVELS`, int8, shape (n_areas,).
        safe_rate: safe / assessed, 0 … 1, NaN where nothing is assessed.
        coverage: assessed / venues, 0 … 1, NaN where there are no venues.
        index: Safety weighted by footfall, 0 … 100, higher is safer, NaN where nothing
            is assessed.
    """

    level: NDArray[np.int8]
    safe_rate: NDArray[np.float64]
    coverage: NDArray[np.float64]
    index: NDArray[np.float64]

    def words(self) -> list[AreaLevel]:
        """The levels as words."""
        return [AREA_LEVELS[code] for code in self.level.tolist()]

    def letters(self) -> str:
        """The levels as one letter each: s safe, r at risk, u unsafe, n not enough data."""
        return "".join(LEVEL_LETTERS[code] for code in self.level.tolist())


@cache
def load_area_thresholds() -> AreaThresholds:
    """The limits that come with the project, read once.

    Raises:
        DefinitionError: The file is wrong; the sentence names path, problem and remedy.
    """
    text = read_definition_texts(prefix=DEFINITION)[DEFINITION]
    return parse_definition(AreaThresholds, DEFINITION, text)


def classify_areas(
    *,
    venues: NDArray[np.int64],
    safe: NDArray[np.int64],
    at_risk: NDArray[np.int64],
    unsafe: NDArray[np.int64],
    footfall: NDArray[np.int64],
    footfall_safety: NDArray[np.int64],
    thresholds: AreaThresholds | None = None,
) -> AreaLevels:
    """Classify areas from whole-number sums over their venues.

    Limits are compared in whole numbers, so a share on a limit falls exactly where
    the definitions put it. Nothing assessed is NaN, never 0, and never green.

    Args:
        venues: Venues registered and open, shape (n_areas,).
        safe: Of those, assessed safe.
        at_risk: Of those, assessed at risk.
        unsafe: Of those, assessed unsafe.
        footfall: Sum of the weights of assessed venues.
        footfall_safety: Sum of weight · safety_tenths of assessed venues.
        thresholds: Limits; those of the project by default.

    Raises:
        InvalidCountsError: Arrays of different lengths, a negative count, or more
            assessed venues than venues.
    """
    limits = thresholds or load_area_thresholds()
    venues, safe, at_risk, unsafe, footfall, footfall_safety = (
        np.asarray(counts, dtype=np.int64)
        for counts in (venues, safe, at_risk, unsafe, footfall, footfall_safety)
    )
    assessed = _require_counts(venues, safe, at_risk, unsafe, footfall, footfall_safety)

    is_unsafe = (100 * safe < limits.unsafe_safe_rate_below_percent.value * assessed) | (
        100 * unsafe >= limits.unsafe_unsafe_share_at_least_percent.value * assessed
    )
    is_safe = (100 * safe >= limits.safe_rate_at_least_percent.value * assessed) & (
        100 * unsafe <= limits.safe_unsafe_share_at_most_percent.value * assessed
    )
    has_too_little = (
        (assessed < max(1, limits.min_assessed.value))
        | (100 * assessed < limits.min_coverage_percent.value * venues)
    )  # fmt: skip
    codes = {level: code for code, level in enumerate(AREA_LEVELS)}
    level = np.select(
        [has_too_little, is_unsafe, is_safe],
        [codes[AreaLevel.NOT_ENOUGH_DATA], codes[AreaLevel.UNSAFE], codes[AreaLevel.SAFE]],
        codes[AreaLevel.AT_RISK],
    ).astype(np.int8)
    return AreaLevels(
        level=level,
        safe_rate=_ratio(safe, assessed),
        coverage=_ratio(assessed, venues),
        index=_ratio(footfall_safety, 10 * footfall),
    )


def _require_counts(*counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Assessed venues by area, once the counts are known to agree."""
    venues, safe, at_risk, unsafe, footfall, footfall_safety = counts
    if any(one.shape != venues.shape or one.ndim != 1 for one in counts):
        raise InvalidCountsError("counts of areas must be lists of the same length")
    assessed = safe + at_risk + unsafe
    wrong = np.flatnonzero(
        np.any([one < 0 for one in counts], axis=0)
        | (assessed > venues)
        | (footfall_safety > 1000 * footfall)
    )
    if wrong.size:
        raise InvalidCountsError(
            f"area number {wrong[0]} has counts that contradict each other: count it again "
            "with 'antoan aggregate'"
        )
    return assessed


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """The share of a part in its whole; NaN where the whole is 0."""
    result = np.full(part.shape, np.nan)
    np.divide(part, whole, out=result, where=whole > 0)
    return result
