"""How well self-assessments agreed with inspections: Cohen's kappa and its interval.

Of venues that nearly all call themselves safe, most are found safe by chance alone; kappa is
the agreement beyond that chance. It needs pairs: under `FEWEST_PAIRS` the interval spans
nearly everything, and a figure would only look like knowledge.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

FEWEST_PAIRS: Final = 10
NORMAL_95: Final = 1.959963984540054

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Agreement of two ratings of the same venues.

    Attributes:
        pairs: Venues rated twice.
        kappa: -1 to 1; 0 is chance, 1 is full agreement.
        low, high: Ends of its 95 % interval, within -1 to 1.
        weighted_kappa: With linear weights: one level apart is half as wrong as two.
    """

    pairs: int
    kappa: float
    low: float
    high: float
    weighted_kappa: float


def measure_agreement(table: ArrayLike) -> Agreement | None:
    """Cohen's kappa of a square table of counts; None where there is nothing to say.

    That is under `FEWEST_PAIRS` pairs, or where one rating has a single level for all
    venues: chance then explains every agreement, and kappa says nothing.

    Args:
        table: Shape (k, k): rows the self-assessed, columns the inspected level, both from
            the safest down; whole numbers from 0.

    Raises:
        ValueError: The table is not square, or a count is negative.

    Source:
        Cohen, "A coefficient of agreement for nominal scales" (1960); the standard error of
        Fleiss, Cohen and Everitt, "Large sample standard errors of kappa and weighted kappa"
        (1969). That error is 0 where all pairs agree, which would call ten pairs certain;
        there the lower end comes from the exact (Clopper-Pearson) bound of the share that
        agrees.
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"the table must be square, not {counts.shape}")
    if (counts < 0).any():
        raise ValueError("a count is negative")
    pairs = int(counts.sum())
    if pairs < FEWEST_PAIRS:
        return None
    share = counts / pairs
    exact = np.eye(len(counts))
    chance = _by_chance(share, exact)
    if not _is_spread(share.sum(axis=0)) or not _is_spread(share.sum(axis=1)):
        return None
    kappa = _kappa(share, exact)
    if np.array_equal(counts, np.diag(np.diag(counts))):
        agreed = 0.025 ** (1 / pairs)
        low, high = (agreed - chance) / (1 - chance), 1.0
    else:
        reach = NORMAL_95 * math.sqrt(_variance(share, exact) / pairs)
        low, high = kappa - reach, kappa + reach
    return Agreement(
        pairs=pairs,
        kappa=kappa,
        low=max(-1.0, low),
        high=min(1.0, high),
        weighted_kappa=_kappa(share, linear_weights(len(counts))),
    )


def linear_weights(levels: int) -> Floats:
    """Weights of agreement, shape (levels, levels): 1 on the diagonal, 0 at the far corners."""
    place = np.arange(levels)
    apart = np.abs(place[:, None] - place[None, :])
    return np.asarray(1 - apart / max(1, levels - 1), dtype=np.float64)


def _is_spread(shares: Floats) -> bool:
    return bool(np.count_nonzero(shares) > 1)


def _by_chance(share: Floats, weights: Floats) -> float:
    return float((weights * np.outer(share.sum(axis=1), share.sum(axis=0))).sum())


def _kappa(share: Floats, weights: Floats) -> float:
    chance = _by_chance(share, weights)
    return (float((weights * share).sum()) - chance) / (1 - chance)


def _variance(share: Floats, weights: Floats) -> float:
    """Variance of kappa times the number of pairs: equation 13 of Fleiss and others."""
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    observed = float((weights * share).sum())
    chance = _by_chance(share, weights)
    of_row = weights @ columns
    of_column = weights.T @ rows
    inner = weights * (1 - chance) - (of_row[:, None] + of_column[None, :]) * (1 - observed)
    total = float((share * inner**2).sum())
    constant = (observed * chance - 2 * chance + observed) ** 2
    return max(0.0, (total - constant) / (1 - chance) ** 4)
