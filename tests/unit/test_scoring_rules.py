"""The rules of the provincial sets: limits of components, scales, deadlines, no level at all."""

from typing import Any

import pytest

from assessments.answers import allowed_answers
from assessments.criteria import CriteriaSet, load_criteria_sets
from assessments.errors import AnswersError
from assessments.levels import VenueLevel
from assessments.rescoring import Rescorer
from assessments.scoring import preview, score

SETS = load_criteria_sets()
WORK, TOURISM, MARKET, FOOD = (
    SETS[key]
    for key in (
        "workplace-hcm-1203", "tourism-hcm-1367", "market-hcm-1370-wholesale", "food-hcm-1369",
    )
)  # fmt: skip
HOSPITAL, GENERAL, HANOI, LODGING = (
    SETS[key]
    for key in ("hospital-3088", "general-hcm-1303", "school-hanoi-16", "lodging-national-4159")
)


def fill(criteria_set: CriteriaSet, answer: object, **others: object) -> dict[str, Any]:
    answers: dict[str, Any] = dict.fromkeys(criteria_set.criteria_by_id, answer)
    return answers | {key.replace("_", "."): value for key, value in others.items()}


def changes(criteria_set: CriteriaSet, answers: dict[str, Any]) -> dict[str, object]:
    found = score(criteria_set, answers).next_level
    assert found is not None
    return {one.criterion_id: one.new_answer for one in found.changes}


def test_98_of_142_points_are_low_safety_without_the_criteria_that_do_not_apply() -> None:
    answers = fill(HOSPITAL, 3, **{"6_2": "na", "5_4": "na"})
    for key in ("1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2"):
        answers[key] = 2
    result = score(HOSPITAL, answers)
    assert (result.points, result.max_points) == (98, 142)
    assert result.score == pytest.approx(69.014, abs=0.001)
    assert result.set_level == "low_safe"


def test_index_of_an_enterprise_begins_at_ten_percent() -> None:
    result = score(WORK, fill(WORK, 1))
    assert (result.score, result.set_level, result.level) == (10, "very_low", VenueLevel.SAFE)
    assert result.safety_tenths == 1000
    assert {one.reason for one in result.criteria} == {"no_risk"}
    worst = score(WORK, fill(WORK, 10))
    assert (worst.score, worst.safety_tenths, worst.set_level) == (100, 0, "very_high")


SIXES = dict.fromkeys(("TP5", "TP6", "TP7", "TP8", "TP9", "TP10"), 6)


@pytest.mark.parametrize(
    ("given", "points", "set_level"),
    [
        ({"TP5": 10, "TP6": 10, "TP7": 2}, 29, "low"),
        ({"TP5": 6, "TP6": 6, "TP7": 6, "TP8": 6}, 30, "medium"),
        ({"TP5": 7, "TP6": 6, "TP7": 6, "TP8": 5}, 30, "medium_blocked"),
        ({**SIXES, "TP1": 5, "TP2": 6}, 49, "medium"),
        ({**SIXES, "TP5": 7, "TP1": 5, "TP2": 6}, 50, "high"),
        ({**SIXES, "TP1": 10, "TP2": 10, "TP3": 10, "TP4": 10, "TP5": 9}, 79, "high"),
        ({**SIXES, "TP1": 10, "TP2": 10, "TP3": 10, "TP4": 10, "TP5": 10}, 80, "very_high"),
    ],
)
def test_index_of_seven_or_more_blocks_at_medium_risk_only(
    given: dict[str, int], points: int, set_level: str
) -> None:
    result = score(WORK, fill(WORK, 1) | given)
    assert (result.points, result.set_level) == (points, set_level)


def test_low_risk_stays_low_whatever_a_single_index_is() -> None:
    result = score(WORK, fill(WORK, 1, TP3=10))
    assert (result.score, result.set_level, result.limited_by) == (19, "low", ())


def test_blocked_enterprise_is_told_which_index_and_keeps_no_safety_above_high_risk() -> None:
    answers = fill(WORK, 2, TP1=10, TP2=10, TP3=1, TP4=1)
    result = score(WORK, answers)
    assert (result.score, result.set_level, result.level) == (
        34, "medium_blocked", VenueLevel.UNSAFE,
    )  # fmt: skip
    assert result.limited_by == ("TP1", "TP2")
    assert result.safety_tenths == 555  # that of exactly 50 %, the best of "high"
    # One change to the low band is shorter than bringing both indices below 7.
    assert list(changes(WORK, answers)) == ["TP1"]
    assert score(WORK, answers | changes(WORK, answers)).set_level == "low"


def test_points_between_two_steps_of_a_scale_are_refused() -> None:
    for points in (3, 0, 11, True, "1"):
        with pytest.raises(AnswersError) as raised:
            score(WORK, fill(WORK, 1, TP1=points))
        assert [one.criterion_id for one in raised.value.problems] == ["TP1"]
    with pytest.raises(AnswersError, match="use one of 1, 2, 5, 7, 10"):
        score(WORK, fill(WORK, 1, TP1=3))
    with pytest.raises(AnswersError, match="use a whole number from 1 to 10"):
        score(WORK, fill(WORK, 1, TP9=0))
    assert allowed_answers(WORK.criteria_by_id["TP1"]) == (1, 2, 5, 7, 10)
    options = WORK.criteria_by_id["TP1"].options
    assert [points for points, _ in options] == [1, 2, 5, 7, 10]
    assert options[0][1].vi == "Dưới 100 người"


def test_scale_of_which_only_a_part_is_known_takes_all_points() -> None:
    school = SETS["school-hcm-1371"]
    assert allowed_answers(school.criteria_by_id["TP3"]) == tuple(range(11))
    assert [points for points, _ in school.criteria_by_id["TP3"].options] == [7, 10]
    assert score(school, fill(school, 9)).set_level == "very_high"
    assert score(school, fill(school, 9, TP3=8)).set_level == "high"


@pytest.mark.parametrize(
    ("answers", "set_level"),
    [
        (fill(TOURISM, 10), "full"),
        (fill(TOURISM, 10, TPx1=9), "conditional"),
        (fill(TOURISM, 10, TPx1=5, ISO=5, TP1=5, ROOM=5), "conditional"),
        (fill(TOURISM, 10, TPx1=4), "adjust"),
        (fill(TOURISM, 10, MEAL=0), "adjust"),
        (fill(TOURISM, 10, TPx1=5, ISO=5, TP1=5, ROOM=5, TPx2=9), "adjust"),
        (fill(TOURISM, 5, TP2=10, MEAL=10, ROOM=0), "adjust"),
        (fill(TOURISM, 5, TP2=10, MEAL=0, TPx1=4), "unsafe"),
    ],
)  # fmt: skip
def test_hotel_operates_on_condition_only_with_every_index_from_five(
    answers: dict[str, Any], set_level: str
) -> None:
    assert score(TOURISM, answers).set_level == set_level


def test_hotel_below_the_floor_is_told_to_lift_only_what_lies_below_it() -> None:
    answers = fill(TOURISM, 10, TPx1=4, TPx2=3)
    result = score(TOURISM, answers)
    assert (result.set_level, result.limited_by) == ("adjust", ("TPx1", "TPx2"))
    assert result.safety_tenths == 799
    assert changes(TOURISM, answers) == {"TPx1": 5, "TPx2": 5}


def test_market_with_a_mandatory_zero_is_suspended_and_else_gets_a_week() -> None:
    assert score(MARKET, fill(MARKET, 10, TP6=0)).set_level == "safe"
    result = score(MARKET, fill(MARKET, 10, TP4=0))
    assert (result.set_level, result.vetoed_by, result.safety_tenths) == ("unsafe", ("TP4",), 499)
    assert changes(MARKET, fill(MARKET, 10, TP3=0)) == {"TP3": 5}
    assert score(MARKET, fill(MARKET, 5, TP1=10, TP2=10)).set_level == "relative"
    remedy = MARKET.levels_by_code["relative"].remedy
    assert remedy is not None
    assert (remedy.days, remedy.kind) == (7, "mend")


def test_mandatory_of_food_service_is_achieved_or_not() -> None:
    assert score(FOOD, fill(FOOD, 0, TP5=10, TP9=10, TP10=10, TP1=10, TP2=10)).points == 50
    assert score(FOOD, fill(FOOD, 10, TP9=0)).set_level == "closed"
    with pytest.raises(AnswersError, match="use one of 0, 10"):
        score(FOOD, fill(FOOD, 10, TP5=5))


def test_school_of_hanoi_with_a_failed_mandatory_criterion_is_unsafe_however_many_pass() -> None:
    assert score(HANOI, fill(HANOI, "pass", **{"12": "fail"})).set_level == "unsafe"
    answers = fill(HANOI, "fail", **dict.fromkeys(("4", "5", "8", "11", "12", "1", "2"), "pass"))
    assert score(HANOI, answers).set_level == "unsafe"
    assert score(HANOI, answers | {"3": "pass"}).set_level == "fair"
    assert score(HANOI, answers | dict.fromkeys(("3", "6", "7", "9", "10"), "pass")).set_level == (
        "good"
    )


def test_general_set_asks_food_only_where_it_is_served() -> None:
    answers = fill(GENERAL, "pass", F1="na", **{"S1-S9": "na"})
    result = score(GENERAL, answers)
    assert (result.points, result.max_points, result.set_level) == (6, 6, "pass")
    assert score(GENERAL, answers | {"F1": "fail"}).set_level == "partial"
    failed = score(GENERAL, answers | {"G6": "fail"})
    assert (failed.set_level, failed.vetoed_by, failed.safety_tenths) == ("fail", ("G6",), 499)
    assert changes(GENERAL, answers | {"G6": "fail", "F1": "fail"}) == {"G6": "pass"}
    with pytest.raises(AnswersError):
        score(GENERAL, answers | {"G1": "na"})


def test_lodging_is_told_what_is_met_and_gets_no_level() -> None:
    result = score(LODGING, fill(LODGING, "pass", **{"3": "fail"}))
    assert (result.level, result.set_level, result.has_level) == (
        VenueLevel.NOT_ASSESSED, "recorded", False,
    )  # fmt: skip
    assert (result.points, result.max_points, result.safety_tenths) == (5, 6, None)
    assert result.next_level is None
    assert {one.id: one.reason for one in result.criteria}["3"] == "failed"
    seen = preview(LODGING, {"1": "pass"})
    assert (seen.points, len(seen.missing)) == (1, 5)
    assert {seen.best.level, seen.worst.level} == {VenueLevel.NOT_ASSESSED}


def test_scoring_again_gives_what_scoring_gave() -> None:
    for criteria_set in SETS.values():
        rescorer = Rescorer(criteria_set)
        answers = {one.id: allowed_answers(one)[0] for one in criteria_set.criteria}
        first = score(criteria_set, answers)
        results = rescorer.results(first.answers)
        verdict = rescorer.verdict(results)
        assert tuple(results) == first.criteria
        assert (verdict.score, verdict.safety_tenths, verdict.set_level.code) == (
            first.score, first.safety_tenths, first.set_level,
        )  # fmt: skip
    for wrong in ({"1": "pass"}, fill(LODGING, "pass", x="pass"), fill(LODGING, ["pass"])):
        with pytest.raises(AnswersError):
            Rescorer(LODGING).results(wrong)
