"""Scoring: answers and a criteria set in; score, level and a reason for every criterion out.

All three rule types are one sum seen from the safe side: the points that make
a venue safer are the points given, or, for a risk index, the points not given.
Scores are fractions until the end, so that a value on a limit falls exactly
where the set puts it.
"""

from collections.abc import Mapping

from assessments.answers import FAIL, PASS, Answer, check_answers
from assessments.criteria_models import CriteriaSet, Criterion
from assessments.errors import AnswersError
from assessments.next_level import find_next_level
from assessments.outcomes import CriterionResult
from assessments.results import Change, NextLevel, Preview, ScoreResult
from assessments.rules import level_of, safety_tenths, score_of

__all__ = [
    "AnswersError",
    "Change",
    "CriterionResult",
    "NextLevel",
    "Preview",
    "ScoreResult",
    "preview",
    "score",
]


def score(
    criteria_set: CriteriaSet, answers: Mapping[str, object], *, with_next_level: bool = True
) -> ScoreResult:
    """Score complete answers.

    Args:
        criteria_set: The set that is answered.
        answers: By criterion id: whole points, `pass`/`fail`, or `na` where allowed.
        with_next_level: Whether to work out the way to the next level.

    Raises:
        AnswersError: Unknown, missing or not allowed answers, each named, or no
            criterion applies.
    """
    return _score_checked(
        criteria_set, check_answers(criteria_set, answers), with_next_level=with_next_level
    )


def preview(criteria_set: CriteriaSet, answers: Mapping[str, object]) -> Preview:
    """Score answers of which some may be missing (absent or None).

    Raises:
        AnswersError: An answer that is there is unknown or not allowed, or all are
            there and none applies.
    """
    given = check_answers(criteria_set, answers, is_partial=True)
    missing = tuple(one.id for one in criteria_set.criteria if one.id not in given)
    if not missing:
        result = score(criteria_set, given)
        return Preview((), result.points, result.max_points, result, result, result)
    bounds = []
    for is_best in (True, False):
        filled = {
            one.id: given[one.id]
            if one.id in given
            else _extreme(criteria_set, one, is_best=is_best)
            for one in criteria_set.criteria
        }
        bounds.append(_score_checked(criteria_set, filled, with_next_level=False))
    counted = [criteria_set.outcomes[key][answer] for key, answer in given.items()]
    return Preview(
        missing=missing,
        points=sum(one.points or 0 for one in counted),
        max_points=sum(one.max_points for one in counted),
        best=bounds[0],
        worst=bounds[1],
        result=None,
    )


def _extreme(criteria_set: CriteriaSet, criterion: Criterion, *, is_best: bool) -> Answer:
    if criterion.answer == "pass_fail":
        return PASS if is_best else FAIL
    return criterion.max_points if is_best != criteria_set.rule.is_lower_safer else 0


def _score_checked(
    criteria_set: CriteriaSet, answers: Mapping[str, Answer], *, with_next_level: bool
) -> ScoreResult:
    results = tuple(
        known[answers[criterion_id]] for criterion_id, known in criteria_set.outcomes.items()
    )
    points = sum(one.points for one in results if one.points is not None)
    max_points = sum(one.max_points for one in results)
    value = score_of(criteria_set, points, max_points)
    vetoed_by = tuple(one.id for one in results if one.vetoes)
    set_level = level_of(criteria_set, value, is_vetoed=bool(vetoed_by))
    return ScoreResult(
        set_id=criteria_set.id,
        set_version=criteria_set.version,
        score=float(value),
        safety_tenths=safety_tenths(criteria_set, value, is_vetoed=bool(vetoed_by)),
        level=set_level.level,
        set_level=set_level.code,
        points=points,
        max_points=max_points,
        criteria=results,
        vetoed_by=vetoed_by,
        next_level=find_next_level(criteria_set, results, set_level) if with_next_level else None,
    )
