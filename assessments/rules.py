"""From sums of points to a score, a level and the common scale; exact, by fractions."""

from collections.abc import Collection
from fractions import Fraction
from math import ceil, floor

from assessments.criteria_models import CriteriaSet, SetLevel
from assessments.outcomes import unpack
from assessments.verdict import Verdict


def verdict_of(criteria_set: CriteriaSet, weight: int) -> Verdict:
    """The verdict on a sum of weights, worked out once for each sum.

    Args:
        criteria_set: The set that was answered; something in it must apply.
        weight: Sum of `CriterionResult.weight` over all criteria.
    """
    known = criteria_set.verdicts.get(weight)
    if known is None:
        known = criteria_set.verdicts[weight] = _work_out(criteria_set, weight)
    return known


def _work_out(criteria_set: CriteriaSet, weight: int) -> Verdict:
    limits = criteria_set.rule.limits
    sums = unpack(weight, len(limits))
    value = score_of(criteria_set, sums.points, sums.max_points)
    broken = [place for place, times in enumerate(sums.broken) if times]
    is_vetoed = sums.vetoes > 0
    level = level_of(criteria_set, value, is_vetoed=is_vetoed, broken=broken)
    free = level_of(criteria_set, value, is_vetoed=is_vetoed)
    return Verdict(
        score=float(value),
        safety_tenths=safety_tenths(criteria_set, value, level=level),
        set_level=level,
        points=sums.points,
        max_points=sums.max_points,
        is_vetoed=is_vetoed,
        limit=None
        if level is free
        else next(place for place in broken if limits[place].otherwise == level.code),
    )


def score_of(criteria_set: CriteriaSet, points: int, max_points: int) -> Fraction:
    """The unrounded score on the set's own scale, of sums over what applies."""
    if criteria_set.rule.kind in ("passed_count", "checklist"):
        return Fraction(points)
    return Fraction(100 * points, max_points)


def level_of(
    criteria_set: CriteriaSet,
    value: Fraction,
    *,
    is_vetoed: bool,
    broken: Collection[int] = (),
) -> SetLevel:
    """The set's own level of a score.

    A limit moves the level that it guards to the one it names; a veto then makes it
    no better than the veto level.

    Args:
        criteria_set: The set.
        value: Unrounded score.
        is_vetoed: Whether a criterion with a veto stands at its worst answer.
        broken: Places of the limits that some criterion breaks.
    """
    if not criteria_set.gives_level:
        return criteria_set.levels[0]
    ranks = criteria_set.rank_of_level
    rank = next(rank for rank, level in enumerate(criteria_set.levels) if level.holds(value))
    for place in sorted(broken):
        limit = criteria_set.rule.limits[place]
        if ranks[limit.level] == rank:
            rank = ranks[limit.otherwise]
            break
    if is_vetoed and criteria_set.rule.veto_level is not None:
        rank = max(rank, ranks[criteria_set.rule.veto_level])
    return criteria_set.levels[rank]


def safety_tenths(criteria_set: CriteriaSet, value: Fraction, *, level: SetLevel) -> int | None:
    """The score on the scale of all sets, 0 … 1000, higher is safer, rounded down.

    It is never above the safest score of the level reached, so that a venue whose
    level a veto or a limit lowered does not raise its area by its other points.
    None where the set gives no level.
    """
    if not criteria_set.gives_level:
        return None
    rank = criteria_set.rank_of_level[level.code]
    banded = [one for one in criteria_set.levels[rank:] if one.has_band]
    if not banded:
        return 0
    tenths = _tenths(criteria_set, value)
    edge, is_inside = banded[0].lower if criteria_set.rule.is_lower_safer else banded[0].upper
    top = _tenths(criteria_set, edge)
    return max(0, min(floor(tenths), floor(top) if is_inside else ceil(top) - 1))


def _tenths(criteria_set: CriteriaSet, value: Fraction) -> Fraction:
    """A score as tenths of a percent of the way from the worst score to the best."""
    top = criteria_set.rule.scale_max
    if not criteria_set.rule.is_lower_safer:
        return value * Fraction(1000, top)
    # An index whose criteria have a least risk above 0 never comes down to 0.
    bottom = score_of(criteria_set, criteria_set.min_points, criteria_set.rule.total_points)
    return (top - value) * Fraction(1000) / (top - bottom)
