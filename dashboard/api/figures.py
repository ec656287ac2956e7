"""Counts and classes of areas as the numbers of an answer; no number where nothing is known."""

import math
from typing import Any

from assessments.areas import AreaLevels
from data.queries.levels import AreaCountArrays


def area_figures(counts: AreaCountArrays, classes: AreaLevels) -> list[dict[str, Any]]:
    """One mapping for each area, in the order of the arrays.

    Args:
        counts: Venues by level, shape (n,).
        classes: Level, rates and index of the same areas, shape (n,); NaN where unknown.
    """
    assessed = counts.safe + counts.at_risk + counts.unsafe
    return [
        {
            "level": level.value,
            "index": rounded(index, 2),
            "safe_rate": rounded(safe_rate, 4),
            "coverage": rounded(coverage, 4),
            "venues": venues,
            "assessed": known,
            "safe": safe,
            "at_risk": at_risk,
            "unsafe": unsafe,
            "not_assessed": venues - known,
        }
        for level, index, safe_rate, coverage, venues, known, safe, at_risk, unsafe in zip(
            classes.words(),
            classes.index.tolist(),
            classes.safe_rate.tolist(),
            classes.coverage.tolist(),
            counts.venues.tolist(),
            assessed.tolist(),
            counts.safe.tolist(),
            counts.at_risk.tolist(),
            counts.unsafe.tolist(),
            strict=True,
        )
    ]


def rounded(value: float, digits: int) -> float | None:
    """The value with so many digits; None for NaN, which is unknown and never zero."""
    return None if math.isnan(value) else round(value, digits)
