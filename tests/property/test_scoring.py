"""Scoring against a slow twin written from the words of the decisions, not from our code."""

import itertools
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.answers import NOT_APPLICABLE, allowed_answers
from assessments.criteria import CriteriaSet, load_criteria_sets
from assessments.errors import AnswersError
from assessments.scoring import preview, score
from tests.sets import KINDS, make_set

SETS = load_criteria_sets()
MANDATORY_AT_SCHOOL = ("4", "5", "10", "11")


def twin_level(set_id: str, answers: Mapping[str, Any], maxima: Mapping[str, int]) -> str:
    """The level in the words of each decision, by decimal-free arithmetic."""
    if set_id == "hospital-3088":
        applies = {key: points for key, points in answers.items() if points != "na"}
        got, possible = sum(applies.values()), sum(maxima[key] for key in applies)
        if any(points == 0 for points in applies.values()) or 2 * got < possible:
            return "unsafe"
        return "safe" if 4 * got > 3 * possible else "low_safe"
    if set_id == "school-1467":
        passed = list(answers.values()).count("pass")
        if passed <= 7 or any(answers[key] == "fail" for key in MANDATORY_AT_SCHOOL):
            return "unsafe"
        return "good" if passed >= 11 else "fair"
    total = sum(answers.values())  # of 300: 3 points are one percent
    for code, percent in (("very_low", 15), ("low", 30), ("medium", 50), ("high", 80)):
        if total <= 3 * percent:
            return code
    return "very_high"


@st.composite
def full_answers(draw: st.DrawFn, criteria_set: CriteriaSet) -> dict[str, Any]:
    """Answers that reach every level often: mostly near one quality, sometimes anything."""
    quality = draw(st.floats(0, 1))
    answers: dict[str, Any] = {}
    for one in criteria_set.criteria:
        choices = [choice for choice in allowed_answers(one) if choice != NOT_APPLICABLE]
        kind = draw(st.integers(0, 9))
        if kind == 0 and one.may_not_apply:
            answers[one.id] = NOT_APPLICABLE
        elif kind == 1:
            answers[one.id] = draw(st.sampled_from(choices))
        else:
            answers[one.id] = choices[round(quality * (len(choices) - 1))]
    return answers


@st.composite
def set_and_answers(draw: st.DrawFn) -> tuple[CriteriaSet, dict[str, Any]]:
    criteria_set = SETS[draw(st.sampled_from(sorted(SETS)))]
    return criteria_set, draw(full_answers(criteria_set))


@st.composite
def small_set_and_answers(draw: st.DrawFn) -> tuple[CriteriaSet, dict[str, Any]]:
    kind = draw(st.sampled_from(KINDS))
    count = draw(st.integers(2, 4))
    max_points = draw(st.lists(st.integers(1, 4), min_size=count, max_size=count))
    steps = [draw(st.sampled_from([n for n in (1, 2) if most % n == 0])) for most in max_points]
    top = count if kind == "passed_count" else 100
    limits = sorted(draw(st.sets(st.integers(1, top - 1), min_size=1, max_size=3)))
    places = st.lists(st.integers(0, count - 1), unique=True)
    criteria_set = make_set(
        kind,
        max_points=max_points,
        steps=steps,
        may_not_apply=draw(places),
        veto=() if kind == "risk_index" else draw(places),
        limits=limits,
        is_inclusive=[draw(st.booleans()) for _ in limits],
        veto_rank=draw(st.integers(1, len(limits))),
    )
    return criteria_set, draw(full_answers(criteria_set))


def rank(criteria_set: CriteriaSet, code: str) -> int:
    return list(criteria_set.levels_by_code).index(code)


@given(set_and_answers())
@settings(max_examples=400, deadline=None)
def test_level_is_that_of_the_decision(given: tuple[CriteriaSet, dict[str, Any]]) -> None:
    criteria_set, answers = given
    maxima = {one.id: one.max_points for one in criteria_set.criteria}
    result = score(criteria_set, answers)
    assert result.set_level == twin_level(criteria_set.id, answers, maxima)
    assert 0 <= result.safety_tenths <= 1000
    assert [one.id for one in result.criteria] == list(maxima)


@given(set_and_answers(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_order_of_answers_does_not_matter(
    given: tuple[CriteriaSet, dict[str, Any]], random: Any
) -> None:
    criteria_set, answers = given
    keys = list(answers)
    random.shuffle(keys)
    assert score(criteria_set, {key: answers[key] for key in keys}) == score(criteria_set, answers)


@given(st.one_of(set_and_answers(), small_set_and_answers()), st.data())
@settings(max_examples=300, deadline=None)
def test_better_answer_never_makes_the_result_worse(
    given: tuple[CriteriaSet, dict[str, Any]], data: st.DataObject
) -> None:
    criteria_set, answers = given
    one = data.draw(st.sampled_from(criteria_set.criteria))
    choices = [choice for choice in allowed_answers(one) if choice != NOT_APPLICABLE]
    if answers[one.id] == NOT_APPLICABLE:
        return
    if criteria_set.rule.is_lower_safer:
        choices.reverse()
    better = data.draw(st.sampled_from(choices[choices.index(answers[one.id]) :]))
    before, after = score(criteria_set, answers), score(criteria_set, answers | {one.id: better})
    assert rank(criteria_set, after.set_level) <= rank(criteria_set, before.set_level)
    assert after.safety_tenths >= before.safety_tenths


@given(st.one_of(set_and_answers(), small_set_and_answers()))
@settings(max_examples=400, deadline=None)
def test_proposed_changes_reach_the_level_they_name(
    given: tuple[CriteriaSet, dict[str, Any]],
) -> None:
    criteria_set, answers = given
    try:
        result = score(criteria_set, answers)
    except AnswersError:
        return
    if result.next_level is None:
        assert rank(criteria_set, result.set_level) == 0
        return
    changes = {one.criterion_id: one.new_answer for one in result.next_level.changes}
    assert len(changes) == len(result.next_level.changes) > 0
    assert all(answers[one.criterion_id] == one.old_answer for one in result.next_level.changes)
    after = score(criteria_set, answers | changes)
    assert (after.set_level, after.level) == (result.next_level.set_level, result.next_level.level)
    assert rank(criteria_set, after.set_level) < rank(criteria_set, result.set_level)


@given(small_set_and_answers())
@settings(max_examples=300, deadline=None)
def test_no_fewer_changes_reach_a_better_level(given: tuple[CriteriaSet, dict[str, Any]]) -> None:
    criteria_set, answers = given
    try:
        result = score(criteria_set, answers)
    except AnswersError:
        return
    if result.next_level is None:
        return
    before = rank(criteria_set, result.set_level)
    changeable = [one for one in criteria_set.criteria if answers[one.id] != NOT_APPLICABLE]
    for fewer in range(len(result.next_level.changes)):
        for chosen in itertools.combinations(changeable, fewer):
            options = [[a for a in allowed_answers(one) if a != NOT_APPLICABLE] for one in chosen]
            for answer in itertools.product(*options):
                tried = answers | dict(zip((one.id for one in chosen), answer, strict=True))
                assert rank(criteria_set, score(criteria_set, tried).set_level) >= before


@given(small_set_and_answers(), st.data())
@settings(max_examples=200, deadline=None)
def test_final_level_lies_within_the_bounds_of_the_preview(
    given: tuple[CriteriaSet, dict[str, Any]], data: st.DataObject
) -> None:
    criteria_set, answers = given
    try:
        result = score(criteria_set, answers)
    except AnswersError:
        return
    known = data.draw(st.sets(st.sampled_from(sorted(answers))))
    seen = preview(criteria_set, {key: answers[key] for key in known})
    final = rank(criteria_set, result.set_level)
    assert rank(criteria_set, seen.best.set_level) <= final
    assert final <= rank(criteria_set, seen.worst.set_level)
    assert set(seen.missing) == set(answers) - known
