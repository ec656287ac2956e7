"""Scoring: answers and a criteria set in; score, level and a reason for every criterion out.

All rule types are one sum seen from the safe side: the points that make a venue
safer are the points given, or, for a risk index, the points not given. What every
answer counts is worked out once for a set, with all sums that decide the level in one
number, so that scoring is looking up and adding. Scores are fractions until the
end, so that a value on a limit falls exactly where the set puts it.
"""

from collections.abc import Mapping

from assessments.answers import FAIL, PASS, Answer, check_answers
from assessments.criteria_models import CriteriaSet, Criterion
from assessments.errors import AnswersError
from assessments.next_level import find_next_level
from assessments.outcomes import CriterionResult
from assessments.results import Change, NextLevel, Preview, ScoreResult
from assessments.rules import verdict_of

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
    return criterion.all_points[-1 if is_best != criteria_set.rule.is_lower_safer else 0]


def _score_checked(
    criteria_set: CriteriaSet, answers: Mapping[str, Answer], *, with_next_level: bool
) -> ScoreResult:
    results = tuple(
        [known[answers[criterion_id]] for criterion_id, known in criteria_set.outcomes.items()]
    )
    verdict = verdict_of(criteria_set, sum([one.weight for one in results]))
    level = verdict.set_level
    limit = None if verdict.limit is None else criteria_set.rule.limits[verdict.limit]
    return ScoreResult(
        set_id=criteria_set.id,
        set_version=criteria_set.version,
        score=verdict.score,
        safety_tenths=verdict.safety_tenths,
        level=level.level,
        set_level=level.code,
        points=verdict.points,
        max_points=verdict.max_points,
        criteria=results,
        vetoed_by=tuple(one.id for one in results if one.vetoes) if verdict.is_vetoed else (),
        limited_by=()
        if limit is None
        else tuple(
            one.id for one in results if one.points is not None and limit.is_broken_by(one.points)
        ),
        next_level=find_next_level(criteria_set, results, level) if with_next_level else None,
    )
