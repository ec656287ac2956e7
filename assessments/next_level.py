"""The fewest changes of answers that lead to a better level."""

from math import ceil, floor

from assessments.criteria_models import CriteriaSet, Criterion, SetLevel
from assessments.outcomes import FAIL, PASS, Answer, CriterionResult
from assessments.results import Change, NextLevel
from assessments.rules import level_of, score_of


def find_next_level(
    criteria_set: CriteriaSet, results: tuple[CriterionResult, ...], current: SetLevel
) -> NextLevel | None:
    """The fewest changes that reach the next better of the set's own levels.

    Every criterion with a veto has to change; what is still missing is taken from
    the criteria with the most to gain, which needs the fewest of them. The new
    answers are then lowered to the least that suffices. "Not applicable" is a fact of
    the venue and never proposed or taken back.

    Args:
        criteria_set: The set that was answered.
        results: Result of every criterion, in the set's order.
        current: The level reached.

    Returns:
        None when the level is already the best.
    """
    ranks = {level.code: rank for rank, level in enumerate(criteria_set.levels)}
    target = ranks[current.code] - 1
    if target < 0:
        return None
    veto_level = criteria_set.rule.veto_level
    must_lift = veto_level is not None and ranks[veto_level] > target
    applying = [one for one in results if one.points is not None]
    gains = {one.id: _largest_gain(criteria_set, one) for one in applying}
    chosen = [one.id for one in applying if must_lift and one.vetoes]
    needed = _needed_gain(criteria_set, applying, criteria_set.levels[target])
    reached = sum(gains[one] for one in chosen)
    for candidate in sorted(
        (one for one in gains if one not in chosen), key=lambda one: -gains[one]
    ):
        if reached >= needed:
            break
        chosen.append(candidate)
        reached += gains[candidate]
    surplus = reached - needed
    for one in reversed(chosen):
        step = criteria_set.criteria_by_id[one].step
        spared = min(surplus, gains[one] - step) // step * step
        if spared > 0:
            gains[one] -= spared
            surplus -= spared
    return _describe(criteria_set, results, {one: gains[one] for one in chosen})


def _largest_gain(criteria_set: CriteriaSet, result: CriterionResult) -> int:
    """Points by which the best answer is safer than the one given."""
    points = result.points or 0
    return points if criteria_set.rule.is_lower_safer else result.max_points - points


def _needed_gain(
    criteria_set: CriteriaSet, applying: list[CriterionResult], target: SetLevel
) -> int:
    """Least gain in points that brings the sum into the target's band; may be negative."""
    points = sum(one.points or 0 for one in applying)
    max_points = sum(one.max_points for one in applying)
    points_per_unit = 1 / score_of(criteria_set, 1, max_points)
    if criteria_set.rule.is_lower_safer:
        limit, is_inside = target.upper
        allowed = limit * points_per_unit
        return points - (floor(allowed) if is_inside else ceil(allowed) - 1)
    limit, is_inside = target.lower
    required = limit * points_per_unit
    return (ceil(required) if is_inside else floor(required) + 1) - points


def _describe(
    criteria_set: CriteriaSet, results: tuple[CriterionResult, ...], gains: dict[str, int]
) -> NextLevel:
    changes = []
    points = max_points = 0
    is_vetoed = False
    for one in results:
        new_points = one.points
        if new_points is not None and one.id in gains:
            sign = -1 if criteria_set.rule.is_lower_safer else 1
            new_points += sign * gains[one.id]
            criterion = criteria_set.criteria_by_id[one.id]
            changes.append(Change(one.id, one.answer, _answer_of(criterion, new_points)))
        elif one.vetoes:
            is_vetoed = True
        points += new_points or 0
        max_points += one.max_points
    value = score_of(criteria_set, points, max_points)
    level = level_of(criteria_set, value, is_vetoed=is_vetoed)
    return NextLevel(set_level=level.code, level=level.level, changes=tuple(changes))


def _answer_of(criterion: Criterion, points: int) -> Answer:
    if criterion.answer == "points":
        return points
    return PASS if points else FAIL
