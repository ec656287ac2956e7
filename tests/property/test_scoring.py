"""Scoring against a slow twin written from the words of the decisions, not from our code."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessments.answers import NOT_APPLICABLE, allowed_answers
from assessments.criteria import CriteriaSet, load_criteria_sets
from assessments.errors import AnswersError
from assessments.levels import VenueLevel
from assessments.scoring import preview, score
from tests.sets import KINDS, PASS_FAIL, make_set

SETS = load_criteria_sets()
LEVELLED = sorted(key for key, one in SETS.items() if one.gives_level)
Answers = Mapping[str, Any]


def passed(answers: Answers, *ids: str) -> bool:
    return all(answers[key] == "pass" for key in ids)


def zero(answers: Answers, *ids: str) -> bool:
    return any(answers[key] == 0 for key in ids)


def hospital(answers: Answers, maxima: Mapping[str, int]) -> str:
    applies = {key: points for key, points in answers.items() if points != "na"}
    got, possible = sum(applies.values()), sum(maxima[key] for key in applies)
    if any(points == 0 for points in applies.values()) or 2 * got < possible:
        return "unsafe"
    return "safe" if 4 * got > 3 * possible else "low_safe"


def school(answers: Answers, _: object) -> str:
    count = list(answers.values()).count("pass")
    if count <= 7 or not passed(answers, "4", "5", "10", "11"):
        return "unsafe"
    return "good" if count >= 11 else "fair"


def school_hanoi(answers: Answers, _: object) -> str:
    count = list(answers.values()).count("pass")
    has_mandatory = passed(answers, "4", "5", "8", "11", "12")
    if count >= 12 and has_mandatory:
        return "good"
    return "fair" if count >= 8 and has_mandatory else "unsafe"


def school_3588(answers: Answers, _: object) -> str:
    count = list(answers.values()).count("pass")
    return "high" if count >= 8 else "safe" if count >= 6 else "unsafe"


def school_1371(answers: Answers, _: object) -> str:
    total = sum(answers.values())  # of 100: percents
    for code, percent in (("very_high", 90), ("high", 70), ("medium", 50), ("low", 30)):
        if total >= percent:
            return code
    return "unsafe"


def workplace(answers: Answers, _: object) -> str:
    total = sum(answers.values())  # of 300: 3 points are one percent
    for code, percent in (("very_low", 15), ("low", 30), ("medium", 50), ("high", 80)):
        if total <= 3 * percent:
            return code
    return "very_high"


def workplace_1203(answers: Answers, _: object) -> str:
    total = sum(answers.values())  # of 100: percents
    if total == 10:
        return "very_low"
    if total < 30:
        return "low"
    if total < 50:
        return "medium_blocked" if max(answers.values()) >= 7 else "medium"
    return "high" if total < 80 else "very_high"


def transport(safe: int) -> Callable[[Answers, object], str]:
    def level(answers: Answers, _: object) -> str:
        total = sum(answers.values())
        if total < 60 or zero(answers, "TP1", "TP2", "TP3", "TP4", "TP5", "TP6"):
            return "unsafe"
        return "safe" if total >= safe else "fix"

    return level


def market(answers: Answers, _: object) -> str:
    total = sum(answers.values())
    if total < 50 or zero(answers, "TP3", "TP4", "TP5"):
        return "unsafe"
    return "safe" if total >= 80 else "relative"


def food_1369(answers: Answers, _: object) -> str:
    achieved = all(answers[key] == 10 for key in ("TP5", "TP9", "TP10"))
    return "allowed" if sum(answers.values()) >= 50 and achieved else "closed"


def food_3677(answers: Answers, _: object) -> str:
    return "pass" if set(answers.values()) == {"pass"} else "fail"


def tourism(answers: Answers, _: object) -> str:
    total = sum(answers.values())
    if total == 100:
        return "full"
    if 80 <= total < 100 and min(answers.values()) >= 5:
        return "conditional"
    return "adjust" if total >= 50 else "unsafe"


def general(answers: Answers, _: object) -> str:
    if not passed(answers, "G1", "G2", "G3", "G4", "G5", "G6"):
        return "fail"
    return "partial" if "fail" in answers.values() else "pass"


TWINS: dict[str, Callable[[Answers, Mapping[str, int]], str]] = {
    "clinic-4999": hospital,
    "food-hcm-1369": food_1369,
    "food-hcm-3677": food_3677,
    "general-hcm-1303": general,
    "hospital-3088": hospital,
    "lodging-national-4159": lambda *_: "recorded",
    "market-hcm-1370-retail": market,
    "market-hcm-1370-traditional": market,
    "market-hcm-1370-wholesale": market,
    "school-1467": school,
    "school-hanoi-16": school_hanoi,
    "school-hcm-1371": school_1371,
    "school-hcm-3588-general": school_3588,
    "school-hcm-3588-preschool": school_3588,
    "tourism-hcm-1367": tourism,
    "transport-hcm-1368": transport(80),
    "transport-hcm-3324": transport(70),
    "workplace-2194": workplace,
    "workplace-hcm-1203": workplace_1203,
}


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
def levelled_set_and_answers(draw: st.DrawFn) -> tuple[CriteriaSet, dict[str, Any]]:
    criteria_set = SETS[draw(st.sampled_from(LEVELLED))]
    return criteria_set, draw(full_answers(criteria_set))


@st.composite
def small_sets(draw: st.DrawFn) -> CriteriaSet:
    """Sets of every rule type: vetoes, limits of components, scales, least points, "na"."""
    kind = draw(st.sampled_from(KINDS))
    count = draw(st.integers(2, 4))
    max_points = draw(st.lists(st.integers(2, 5), min_size=count, max_size=count))
    least = [0] * count
    if kind == "risk_index":
        least = draw(st.lists(st.integers(0, 1), min_size=count, max_size=count))
    spans = [most - low for most, low in zip(max_points, least, strict=True)]
    steps = [draw(st.sampled_from([n for n in (1, 2) if span % n == 0])) for span in spans]
    scales: dict[int, list[int]] = {}
    if kind not in PASS_FAIL:
        for place in draw(st.lists(st.integers(0, count - 1), unique=True)):
            ends = {least[place], max_points[place]}
            between = st.integers(least[place], max_points[place])
            scales[place] = sorted(ends | draw(st.sets(between)))
            steps[place] = 1
    top = count if kind == "passed_count" else 100
    start = -(-100 * sum(least) // sum(max_points)) if kind == "risk_index" else 0
    limits = sorted(draw(st.sets(st.integers(start + 1, top - 1), min_size=1, max_size=3)))
    places = st.lists(st.integers(0, count - 1), unique=True)
    guard = None
    if draw(st.booleans()):
        highest = 1 if kind in PASS_FAIL else min(max_points)
        reach = draw(st.integers(max(1, *(low + 1 for low in least)), max(2, highest)))
        if kind != "risk_index":
            reach = min(reach, highest)
        guard = (draw(st.integers(0, len(limits) - 1)), reach)
    return make_set(
        kind,
        max_points=max_points,
        min_points=least,
        steps=steps,
        scales=scales,
        may_not_apply=draw(places),
        veto=() if kind == "risk_index" else draw(places),
        limits=limits,
        is_inclusive=[draw(st.booleans()) for _ in limits],
        veto_rank=draw(st.integers(1, len(limits))),
        guard=guard,
        has_own_level=guard is not None and draw(st.booleans()),
    )


@st.composite
def small_set_and_answers(draw: st.DrawFn) -> tuple[CriteriaSet, dict[str, Any]]:
    criteria_set = draw(small_sets())
    answers = draw(full_answers(criteria_set))
    assume(any(answer != NOT_APPLICABLE for answer in answers.values()))
    return criteria_set, answers


def rank(criteria_set: CriteriaSet, code: str) -> int:
    return list(criteria_set.levels_by_code).index(code)


def plain_level(criteria_set: CriteriaSet, answers: Answers) -> str:
    """The level by reading the set's own data step by step, with whole numbers only."""
    rule = criteria_set.rule
    points, maxima, broken, is_vetoed = 0, 0, set(), False
    for one in criteria_set.criteria:
        answer = answers[one.id]
        if answer == "na":
            continue
        got = answer if one.answer == "points" else {"pass": 1, "fail": 0}[answer]
        points, maxima = points + got, maxima + one.max_points
        if (rule.veto == "all" or one.id in rule.veto) and got == 0:
            is_vetoed = True
        for limit in rule.limits:
            if limit.at_least is not None and got < limit.at_least:
                broken.add(limit.level)
            if limit.below is not None and got >= limit.below:
                broken.add(limit.level)
    times, whole = (1, 1) if rule.kind == "passed_count" else (100, maxima)
    order = [level.code for level in criteria_set.levels]
    found = None
    for level in criteria_set.levels:
        bounds = (
            (level.at_least, lambda value, limit: value >= limit),
            (level.above, lambda value, limit: value > limit),
            (level.at_most, lambda value, limit: value <= limit),
            (level.below, lambda value, limit: value < limit),
        )
        given = [(limit, test) for limit, test in bounds if limit is not None]
        if given and all(test(times * points, limit * whole) for limit, test in given):
            assert found is None
            found = level.code
    assert found is not None
    for limit in rule.limits:
        if limit.level == found and found in broken:
            found = limit.otherwise
            break
    if is_vetoed and order.index(found) < order.index(str(rule.veto_level)):
        found = str(rule.veto_level)
    return found


def test_every_set_has_a_twin() -> None:
    assert set(TWINS) == set(SETS)


@given(set_and_answers())
@settings(max_examples=600, deadline=None)
def test_level_is_that_of_the_decision(given: tuple[CriteriaSet, dict[str, Any]]) -> None:
    criteria_set, answers = given
    maxima = {one.id: one.max_points for one in criteria_set.criteria}
    result = score(criteria_set, answers)
    assert result.set_level == TWINS[criteria_set.id](answers, maxima)
    assert [one.id for one in result.criteria] == list(maxima)
    if criteria_set.gives_level:
        assert result.safety_tenths is not None
        assert 0 <= result.safety_tenths <= 1000
    else:
        assert (result.level, result.safety_tenths) == (VenueLevel.NOT_ASSESSED, None)
        assert result.next_level is None


@given(st.one_of(small_set_and_answers(), levelled_set_and_answers()))
@settings(max_examples=300, deadline=None)
def test_level_is_that_of_plain_reading(given: tuple[CriteriaSet, dict[str, Any]]) -> None:
    criteria_set, answers = given
    assert score(criteria_set, answers).set_level == plain_level(criteria_set, answers)


@given(set_and_answers(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_of_answers_does_not_matter(
    given: tuple[CriteriaSet, dict[str, Any]], random: Any
) -> None:
    criteria_set, answers = given
    keys = list(answers)
    random.shuffle(keys)
    assert score(criteria_set, {key: answers[key] for key in keys}) == score(criteria_set, answers)


@given(st.one_of(levelled_set_and_answers(), small_set_and_answers()), st.data())
@settings(max_examples=350, deadline=None)
def test_better_answer_never_makes_the_result_worse(
    given: tuple[CriteriaSet, dict[str, Any]], data: st.DataObject
) -> None:
    criteria_set, answers = given
    one = data.draw(st.sampled_from(criteria_set.criteria))
    choices = [choice for choice in allowed_answers(one) if choice != NOT_APPLICABLE]
    assume(answers[one.id] != NOT_APPLICABLE)
    if criteria_set.rule.is_lower_safer:
        choices.reverse()
    better = data.draw(st.sampled_from(choices[choices.index(answers[one.id]) :]))
    before, after = score(criteria_set, answers), score(criteria_set, answers | {one.id: better})
    assert rank(criteria_set, after.set_level) <= rank(criteria_set, before.set_level)
    assert before.safety_tenths is not None
    assert after.safety_tenths is not None
    assert after.safety_tenths >= before.safety_tenths


@given(st.one_of(levelled_set_and_answers(), small_set_and_answers()))
@settings(max_examples=250, deadline=None)
def test_proposed_changes_reach_the_level_they_name(
    given: tuple[CriteriaSet, dict[str, Any]],
) -> None:
    criteria_set, answers = given
    result = score(criteria_set, answers)
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
@settings(max_examples=250, deadline=None)
def test_no_fewer_changes_reach_a_better_level(given: tuple[CriteriaSet, dict[str, Any]]) -> None:
    criteria_set, answers = given
    result = score(criteria_set, answers)
    if result.next_level is None:
        return
    before = rank(criteria_set, result.set_level)
    changeable = [one for one in criteria_set.criteria if answers[one.id] != NOT_APPLICABLE]
    for fewer in range(len(result.next_level.changes)):
        for chosen in itertools.combinations(changeable, fewer):
            options = [[a for a in allowed_answers(one) if a != NOT_APPLICABLE] for one in chosen]
            for answer in itertools.product(*options):
                tried = answers | dict(zip((one.id for one in chosen), answer, strict=True))
                assert rank(criteria_set, plain_level(criteria_set, tried)) >= before


@given(st.one_of(levelled_set_and_answers(), small_set_and_answers()), st.data())
@settings(max_examples=150, deadline=None)
def test_each_proposed_change_is_needed_and_no_larger_than_it_must_be(
    given: tuple[CriteriaSet, dict[str, Any]], data: st.DataObject
) -> None:
    criteria_set, answers = given
    result = score(criteria_set, answers)
    assume(result.next_level is not None)
    assert result.next_level is not None
    changes = {one.criterion_id: one.new_answer for one in result.next_level.changes}
    key = data.draw(st.sampled_from(sorted(changes)))
    before = rank(criteria_set, result.set_level)
    choices = [
        one for one in allowed_answers(criteria_set.criteria_by_id[key]) if one != NOT_APPLICABLE
    ]
    first, last = sorted((choices.index(answers[key]), choices.index(changes[key])))
    between = choices[first:last] if not criteria_set.rule.is_lower_safer else choices[first + 1 :]
    for smaller in between[: last - first]:
        tried = answers | changes | {key: smaller}
        assert rank(criteria_set, score(criteria_set, tried).set_level) >= before


@given(small_set_and_answers(), st.data())
@settings(max_examples=120, deadline=None)
def test_final_level_lies_within_the_bounds_of_the_preview(
    given: tuple[CriteriaSet, dict[str, Any]], data: st.DataObject
) -> None:
    criteria_set, answers = given
    result = score(criteria_set, answers)
    known = data.draw(st.sets(st.sampled_from(sorted(answers))))
    seen = preview(criteria_set, {key: answers[key] for key in known})
    final = rank(criteria_set, result.set_level)
    assert rank(criteria_set, seen.best.set_level) <= final
    assert final <= rank(criteria_set, seen.worst.set_level)
    assert set(seen.missing) == set(answers) - known


def test_answers_that_cannot_be_scored_are_an_error_in_every_set() -> None:
    for criteria_set in SETS.values():
        with pytest.raises(AnswersError) as raised:
            score(criteria_set, {})
        assert len(raised.value.problems) == len(criteria_set.criteria)
