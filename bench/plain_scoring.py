"""The plain way to score: a set's data read criterion by criterion, each time anew."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from assessments.criteria_models import CriteriaSet


def plain_result(criteria_set: CriteriaSet, answers: Mapping[str, Any]) -> tuple[float, str]:
    """Score and the set's own level, as anyone would write it down from the decision.

    Args:
        criteria_set: The set that is answered.
        answers: Complete answers in their stored form.

    Raises:
        ValueError: An answer is missing or not allowed.
    """
    rule = criteria_set.rule
    points = possible = 0
    is_vetoed, broken = False, set()
    for criterion in criteria_set.criteria:
        answer = answers.get(criterion.id)
        if answer == "na" and criterion.may_not_apply:
            continue
        if criterion.answer == "pass_fail":
            if answer not in ("pass", "fail"):
                raise ValueError(criterion.id)
            got = 1 if answer == "pass" else 0
        elif isinstance(answer, int) and answer in criterion.all_points:
            got = answer
        else:
            raise ValueError(criterion.id)
        points += got
        possible += criterion.max_points
        if got == 0 and (rule.veto == "all" or criterion.id in rule.veto):
            is_vetoed = True
        broken.update(limit.level for limit in rule.limits if limit.is_broken_by(got))
    is_count = rule.kind in ("passed_count", "checklist")
    value = Fraction(points) if is_count else Fraction(100 * points, possible)
    if rule.kind == "checklist":
        return float(value), criteria_set.levels[0].code
    codes = [level.code for level in criteria_set.levels]
    code = next(level.code for level in criteria_set.levels if level.holds(value))
    for limit in rule.limits:
        if limit.level == code and code in broken:
            code = limit.otherwise
            break
    if is_vetoed and rule.veto_level is not None:
        code = codes[max(codes.index(code), codes.index(rule.veto_level))]
    return float(value), code
