"""Answers to a criteria set: reading, checking, naming every one that cannot be taken."""

from collections.abc import Iterator, Mapping
from math import isfinite

from assessments.criteria_models import CriteriaSet, Criterion
from assessments.errors import AnswerProblem, AnswersError
from assessments.outcomes import FAIL, NOT_APPLICABLE, PASS, Answer, allowed_answers

__all__ = [
    "FAIL",
    "NOT_APPLICABLE",
    "PASS",
    "Answer",
    "allowed_answers",
    "check_answers",
    "read_text_answers",
]


def check_answers(
    criteria_set: CriteriaSet, answers: Mapping[str, object], *, is_partial: bool = False
) -> dict[str, Answer]:
    """The answers in the set's order, in the form that is stored.

    A whole number may come as `3` or `3.0` (spreadsheets know no other); words,
    `True` and text digits are refused for points, nothing is guessed. A criterion
    with parts takes `pass`, `fail`, or the answers of all its parts by part id, and
    passes only if all of them pass.

    Args:
        criteria_set: The set that is answered.
        answers: By criterion id.
        is_partial: Whether answers may be missing; a None then counts as missing.

    Raises:
        AnswersError: An answer is unknown, missing or not allowed; all are named.
    """
    problems = [
        AnswerProblem(
            criterion_id=str(key),
            code="unknown",
            problem=f"{criteria_set.id} has no such criterion",
            remedy="remove it, or correct its id",
        )
        for key in answers
        if key not in criteria_set.criteria_by_id
    ]
    checked: dict[str, Answer] = {}
    for criterion_id, known in criteria_set.outcomes.items():
        given = answers.get(criterion_id)
        # Nearly every answer is one of those allowed, in its stored form; `True` is not 1 here.
        if type(given) in (int, str) and given in known:
            checked[criterion_id] = known[given].answer
        elif given is not None or not is_partial:
            answer = _read(criteria_set.criteria_by_id[criterion_id], given)
            if isinstance(answer, AnswerProblem):
                problems.append(answer)
            else:
                checked[criterion_id] = answer
    if not problems and not is_partial and all(one == NOT_APPLICABLE for one in checked.values()):
        problems.append(
            AnswerProblem(
                criterion_id=None,
                code="none_applies",
                problem="no criterion applies, so there is nothing to score",
                remedy="answer at least one criterion",
            )
        )
    if problems:
        raise AnswersError(criteria_set.id, tuple(problems))
    return checked


def read_text_answers(criteria_set: CriteriaSet, texts: Mapping[str, str]) -> dict[str, object]:
    """Answers from the texts of a form or a CSV cell, ready for `check_answers`.

    Digits become whole numbers for criteria with points; empty texts are left out, so
    that they are named as missing; anything else stays as it is, to be refused by name.
    """
    read: dict[str, object] = {}
    for key, text in texts.items():
        word = text.strip()
        if not word:
            continue
        criterion = criteria_set.criteria_by_id.get(key)
        is_points = criterion is not None and criterion.answer == "points"
        is_number = is_points and len(word) <= 6 and word.isascii() and word.isdigit()
        read[key] = int(word) if is_number else word
    return read


def _read(criterion: Criterion, given: object) -> Answer | AnswerProblem:
    if given is None:
        return _problem(criterion, "missing", "the answer is missing")
    if given == NOT_APPLICABLE:
        if criterion.may_not_apply:
            return NOT_APPLICABLE
        return _problem(criterion, "not_allowed", "'na' is not allowed here")
    if criterion.answer == "pass_fail":
        return _read_pass_fail(criterion, given)
    return _read_points(criterion, given)


def _read_points(criterion: Criterion, given: object) -> Answer | AnswerProblem:
    is_number = isinstance(given, int) and not isinstance(given, bool)
    if not is_number and not (isinstance(given, float) and isfinite(given)):
        return _problem(criterion, "not_allowed", f"{_shown(given)} is not a number of points")
    if not criterion.min_points <= given <= criterion.max_points:  # type: ignore[operator]
        return _problem(criterion, "out_of_range", f"{_shown(given)} is out of range")
    if given not in criterion.all_points:
        return _problem(criterion, "wrong_step", f"{_shown(given)} lies between two steps")
    return int(given)


def _read_pass_fail(criterion: Criterion, given: object) -> Answer | AnswerProblem:
    if given == PASS:
        return PASS
    if given == FAIL:
        return FAIL
    if isinstance(given, Mapping) and criterion.sub_contents:
        parts = {part.id for part in criterion.sub_contents}
        if set(given) == parts and all(one in (PASS, FAIL) for one in given.values()):
            return PASS if all(one == PASS for one in given.values()) else FAIL
        return _problem(criterion, "not_allowed", "the answers of the parts are not complete")
    return _problem(criterion, "not_allowed", f"{_shown(given)} is not an answer")


def _shown(given: object) -> str:
    text = repr(given)
    return text if len(text) <= 40 else f"{text[:37]}…"


def _problem(criterion: Criterion, code: str, problem: str) -> AnswerProblem:
    return AnswerProblem(
        criterion_id=criterion.id,
        code=code,
        problem=problem,
        remedy=f"use {' or '.join(_choices(criterion))}",
    )


def _choices(criterion: Criterion) -> Iterator[str]:
    if criterion.answer == "pass_fail":
        yield "'pass' or 'fail'"
        if criterion.sub_contents:
            yield f"pass/fail for each of {', '.join(part.id for part in criterion.sub_contents)}"
    elif criterion.scale and criterion.is_scale_complete:
        yield f"one of {', '.join(map(str, criterion.all_points))}"
    elif criterion.step == 1:
        yield f"a whole number from {criterion.min_points} to {criterion.max_points}"
    else:
        first, step = criterion.min_points, criterion.step
        yield f"one of {first}, {first + step} … {criterion.max_points}"
    if criterion.may_not_apply:
        yield "'na'"
