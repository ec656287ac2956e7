"""From sums of points to a score, a level and the common scale; exact, by fractions."""

from fractions import Fraction
from math import ceil, floor

from assessments.criteria_models import CriteriaSet, SetLevel


def score_of(criteria_set: CriteriaSet, points: int, max_points: int) -> Fraction:
    """The unrounded score on the set's own scale, of sums over what applies."""
    if criteria_set.rule.kind == "passed_count":
        return Fraction(points)
    return Fraction(100 * points, max_points)


def level_of(criteria_set: CriteriaSet, value: Fraction, *, is_vetoed: bool) -> SetLevel:
    """The set's own level of a score; a veto makes it no better than the veto level."""
    rank = next(rank for rank, level in enumerate(criteria_set.levels) if level.holds(value))
    if is_vetoed and criteria_set.rule.veto_level is not None:
        codes = list(criteria_set.levels_by_code)
        rank = max(rank, codes.index(criteria_set.rule.veto_level))
    return criteria_set.levels[rank]


def safety_tenths(criteria_set: CriteriaSet, value: Fraction, *, is_vetoed: bool) -> int:
    """The score on the scale of all sets, 0 … 1000, higher is safer, rounded down."""
    tenths_per_unit = Fraction(1000, criteria_set.rule.scale_max)
    if criteria_set.rule.is_lower_safer:
        return floor(1000 - value * tenths_per_unit)
    safety = floor(value * tenths_per_unit)
    if not is_vetoed or criteria_set.rule.veto_level is None:
        return safety
    limit, is_inside = criteria_set.levels_by_code[criteria_set.rule.veto_level].upper
    top = limit * tenths_per_unit
    return min(safety, floor(top) if is_inside else ceil(top) - 1)
