"""The fewest changes of answers that lead to a better level."""

from collections.abc import Iterator
from math import ceil, floor

from assessments.criteria_models import CriteriaSet, SetLevel
from assessments.outcomes import NOT_APPLICABLE, CriterionResult
from assessments.results import Change, NextLevel
from assessments.rules import score_of, verdict_of


def find_next_level(
    criteria_set: CriteriaSet, results: tuple[CriterionResult, ...], current: SetLevel
) -> NextLevel | None:
    """The fewest changes that reach the next better of the set's own levels.

    For each better band of scores, the criteria that veto it or break its limit have
    to change; what is still missing is taken from the criteria with the most to gain,
    which needs the fewest of them. The shortest of these lists is taken, for the nearest
    level where several are as short; its new answers are then lowered to the least that
    suffices. "Not applicable" is a fact of the venue and never proposed or taken back.

    Args:
        criteria_set: The set that was answered.
        results: Result of every criterion, in the set's order.
        current: The level reached.

    Returns:
        None when the level is already the best, or the set gives none.
    """
    here = criteria_set.rank_of_level[current.code]
    if here == 0:
        return None
    best = {one.id: _best(criteria_set, one) for one in results if one.points is not None}
    shortest = min(_enough(criteria_set, results, best, here), key=len)
    changed = {one: best[one] for one in shortest}
    weight = sum(changed.get(one.id, one).weight for one in results)
    given = {one.id: one for one in results}
    for key in reversed(shortest):
        for option in _better(criteria_set, given[key]):
            lowered = weight - changed[key].weight + option.weight
            if _rank(criteria_set, lowered) < here:
                changed[key], weight = option, lowered
                break
    reached = verdict_of(criteria_set, weight).set_level
    return NextLevel(
        set_level=reached.code,
        level=reached.level,
        changes=tuple(
            Change(one.id, one.answer, changed[one.id].answer)
            for one in results
            if one.id in changed
        ),
    )


def _enough(
    criteria_set: CriteriaSet,
    results: tuple[CriterionResult, ...],
    best: dict[str, CriterionResult],
    here: int,
) -> Iterator[list[str]]:
    """For each better band, nearest first, the criteria whose best answers reach it."""
    rule, ranks = criteria_set.rule, criteria_set.rank_of_level
    applying = [one for one in results if one.points is not None]
    gains = {one.id: abs((best[one.id].points or 0) - (one.points or 0)) for one in applying}
    by_gain = sorted(gains, key=lambda one: -gains[one])
    has_to_lift = rule.veto_level is not None and ranks[rule.veto_level] >= here
    for target in (one for one in reversed(criteria_set.levels[:here]) if one.has_band):
        guards = [
            limit
            for limit in rule.limits
            if limit.level == target.code and ranks[limit.otherwise] >= here
        ]
        chosen = [
            one.id
            for one in applying
            if (has_to_lift and one.vetoes)
            or any(limit.is_broken_by(one.points or 0) for limit in guards)
        ]
        needed = _needed_gain(criteria_set, applying, target)
        reached = sum(gains[one] for one in chosen)
        for candidate in by_gain:
            if reached >= needed:
                break
            if candidate not in chosen:
                chosen.append(candidate)
                reached += gains[candidate]
        if reached >= needed:
            yield chosen


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


def _better(criteria_set: CriteriaSet, given: CriterionResult) -> list[CriterionResult]:
    """The results of every better answer to one criterion, from the least better on."""
    sign = -1 if criteria_set.rule.is_lower_safer else 1
    found = [
        one
        for answer, one in criteria_set.outcomes[given.id].items()
        if answer != NOT_APPLICABLE and sign * (one.points or 0) > sign * (given.points or 0)
    ]
    return sorted(found, key=lambda one: sign * (one.points or 0))


def _best(criteria_set: CriteriaSet, given: CriterionResult) -> CriterionResult:
    better = _better(criteria_set, given)
    return better[-1] if better else given


def _rank(criteria_set: CriteriaSet, weight: int) -> int:
    return criteria_set.rank_of_level[verdict_of(criteria_set, weight).set_level.code]
