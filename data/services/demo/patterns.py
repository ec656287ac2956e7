"""Answers of demo assessments: a pool for each criteria set, scored once by the real rules."""

import json
from dataclasses import dataclass
from typing import Final

import numpy as np

from assessments.criteria_models import CriteriaSet, Criterion
from assessments.levels import VenueLevel
from assessments.scoring import score

POOL: Final = 40
"""Patterns of each level; tens of venues share one, and nobody sees that."""
TRIES: Final = 2_000
LEVELS: Final = (VenueLevel.UNSAFE, VenueLevel.AT_RISK, VenueLevel.SAFE)


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """Scored answers; `answers` and `points` are JSON."""

    set_id: str
    set_version: str
    answers: str
    points: str
    score: float
    safety_tenths: int
    level: VenueLevel
    set_level: str


def make_pools(
    rng: np.random.Generator, criteria_set: CriteriaSet
) -> dict[VenueLevel, list[Pattern]]:
    """Patterns by level, each list from the least to the most safe."""
    pools: dict[VenueLevel, list[Pattern]] = {level: [] for level in LEVELS}
    for number in range(TRIES):
        # A sweep from careless to careful venues, most of them careful.
        care = 0.15 + 0.85 * ((number * 0.618034) % 1.0) ** 0.6
        answers = {one.id: _answer(rng, criteria_set, one, care) for one in criteria_set.criteria}
        result = score(criteria_set, answers, with_next_level=False)
        pool = pools[result.level]
        if len(pool) < POOL and result.safety_tenths is not None:
            points = {
                one.id: {"points": one.points, "max_points": one.max_points, "reason": one.reason}
                for one in result.criteria
            }
            pool.append(
                Pattern(
                    set_id=result.set_id,
                    set_version=result.set_version,
                    answers=json.dumps(result.answers),
                    points=json.dumps(points),
                    score=result.score,
                    safety_tenths=result.safety_tenths,
                    level=result.level,
                    set_level=result.set_level,
                )
            )
        if all(len(pool) == POOL for pool in pools.values()):
            break
    filled = [pool for pool in pools.values() if pool]
    for level, pool in pools.items():
        pool.sort(key=lambda one: (one.safety_tenths, one.answers))
        if pool:
            continue
        # A set without, say, a middle level gives its neighbours' patterns.
        if level == VenueLevel.AT_RISK:
            pools[level] = [*filled[0][POOL // 2 :], *filled[-1][: POOL // 2]]
        else:
            pools[level] = filled[-1] if level == VenueLevel.SAFE else filled[0]
    return pools


def _answer(
    rng: np.random.Generator, criteria_set: CriteriaSet, criterion: Criterion, care: float
) -> object:
    """One answer: good with probability `care`, otherwise anything."""
    if criterion.may_not_apply and rng.random() < 0.05:
        return "na"
    is_good = rng.random() < care
    if criterion.answer == "pass_fail":
        return "pass" if is_good else "fail"
    points = criterion.all_points
    last = len(points) - 1
    share = rng.beta(6, 1.2) if is_good else rng.beta(1.5, 2)
    given = int(np.clip(round(share * last), 0, last))
    if criteria_set.rule.is_lower_safer:
        given = last - given
    elif is_good:
        given = max(given, 1)
    return points[given]
