from fractions import Fraction

import pytest

from assessments.answers import read_text_answers
from assessments.criteria import CriteriaSet, load_criteria_sets
from assessments.errors import AnswersError
from assessments.levels import VenueLevel
from assessments.rules import level_of
from assessments.scoring import ScoreResult, preview, score
from dashboard.texts.catalogue import LANGUAGES, texts
from tests.sets import KINDS, make_set

SETS = load_criteria_sets()
HOSPITAL, SCHOOL, WORK = (SETS[key] for key in ("hospital-3088", "school-1467", "workplace-2194"))


def fill(criteria_set: CriteriaSet, answer: object, **others: object) -> dict[str, object]:
    answers = dict.fromkeys(criteria_set.criteria_by_id, answer)
    return answers | {key.replace("_", "."): value for key, value in others.items()}


def hospital_of(points: int) -> ScoreResult:
    """A hospital without zeros and with this sum of 150 points."""
    answers = fill(HOSPITAL, 1)
    rest = points - len(answers)
    for one in HOSPITAL.criteria:
        gain = min(rest, one.max_points - 1)
        answers[one.id] = 1 + gain
        rest -= gain
    assert rest == 0
    return score(HOSPITAL, answers)


@pytest.mark.parametrize(
    ("points", "set_level", "level"),
    [
        (150, "safe", VenueLevel.SAFE),
        (113, "safe", VenueLevel.SAFE),  # 75.33 %
        (112, "low_safe", VenueLevel.AT_RISK),  # 74.67 %
        (75, "low_safe", VenueLevel.AT_RISK),  # exactly 50 %
        (74, "unsafe", VenueLevel.UNSAFE),
        (37, "unsafe", VenueLevel.UNSAFE),
    ],
)
def test_hospital_levels_beside_their_limits(
    points: int, set_level: str, level: VenueLevel
) -> None:
    result = hospital_of(points)
    assert (result.points, result.set_level, result.level) == (points, set_level, level)
    assert result.safety_tenths == 1000 * points // 150


@pytest.mark.parametrize(
    ("criteria_set", "value", "is_vetoed", "set_level"),
    [
        (HOSPITAL, Fraction(75), False, "low_safe"),
        (HOSPITAL, Fraction(75) + Fraction(1, 10**9), False, "safe"),
        (HOSPITAL, Fraction(50), False, "low_safe"),
        (HOSPITAL, Fraction(50) - Fraction(1, 10**9), False, "unsafe"),
        (HOSPITAL, Fraction(100), True, "unsafe"),
        (SCHOOL, Fraction(11), False, "good"),
        (SCHOOL, Fraction(10), False, "fair"),
        (SCHOOL, Fraction(8), False, "fair"),
        (SCHOOL, Fraction(7), False, "unsafe"),
        (SCHOOL, Fraction(14), True, "unsafe"),
        (WORK, Fraction(0), False, "very_low"),
        (WORK, Fraction(15), False, "very_low"),
        (WORK, Fraction(46, 3), False, "low"),  # 46 of 300 points, 15.33: above the band, below 16
        (WORK, Fraction(30), False, "low"),
        (WORK, Fraction(91, 3), False, "medium"),
        (WORK, Fraction(50), False, "medium"),
        (WORK, Fraction(151, 3), False, "high"),
        (WORK, Fraction(80), False, "high"),
        (WORK, Fraction(241, 3), False, "very_high"),
        (WORK, Fraction(100), False, "very_high"),
    ],
)  # fmt: skip
def test_levels_on_and_beside_each_limit(
    criteria_set: CriteriaSet, value: Fraction, is_vetoed: bool, set_level: str
) -> None:
    assert level_of(criteria_set, value, is_vetoed=is_vetoed).code == set_level


def test_one_zero_makes_a_hospital_unsafe_and_caps_its_safety() -> None:
    result = score(HOSPITAL, fill(HOSPITAL, 4, **{"4_4": 5, "4_5": 5, "7_2": 0}))
    assert result.score == pytest.approx(146 / 1.5)
    assert (result.level, result.vetoed_by) == (VenueLevel.UNSAFE, ("7.2",))
    assert result.safety_tenths == 499
    assert {one.id: one.reason for one in result.criteria}["7.2"] == "zero_veto"
    assert result.next_level is not None
    assert [(one.criterion_id, one.new_answer) for one in result.next_level.changes] == [("7.2", 1)]
    assert result.next_level.set_level == "safe"


def test_not_applicable_leaves_the_denominator_and_never_vetoes() -> None:
    result = score(HOSPITAL, fill(HOSPITAL, 3, **{"6_2": "na", "5_4": "na"}))
    assert (result.points, result.max_points) == (105, 142)
    assert result.set_level == "low_safe"
    left = next(one for one in result.criteria if one.id == "6.2")
    assert (left.points, left.max_points, left.reason) == (None, 0, "not_applicable")


def test_school_with_a_failed_mandatory_criterion_is_unsafe_however_many_pass() -> None:
    assert score(SCHOOL, fill(SCHOOL, "pass")).set_level == "good"
    result = score(SCHOOL, fill(SCHOOL, "pass", **{"10": "fail"}))
    assert (result.points, result.level) == (14, VenueLevel.UNSAFE)
    assert result.safety_tenths == 533
    other = score(SCHOOL, fill(SCHOOL, "pass", **{"1": "fail"}))
    assert (other.set_level, other.vetoed_by) == ("good", ())


def test_workplace_without_risk_is_the_safest() -> None:
    result = score(WORK, fill(WORK, 0))
    assert (result.score, result.safety_tenths, result.set_level) == (0, 1000, "very_low")
    assert result.next_level is None
    worst = score(WORK, fill(WORK, 20))
    assert (worst.score, worst.safety_tenths, worst.set_level) == (100, 0, "very_high")
    assert score(WORK, fill(WORK, 3, CS1=4)).set_level == "low"  # 46 points
    assert score(WORK, fill(WORK, 3, CS1=4)).safety_tenths == 846  # 1000 - 153.3, down


def test_every_wrong_answer_is_named_and_none_is_guessed() -> None:
    answers = fill(HOSPITAL, 3, **{
        "1_1": None, "1_2": 5, "1_3": -1, "1_4": 2.5, "1_5": "4", "2_1": True,
        "2_2": float("nan"), "3_1": "na", "3_2": [], "9_9": 3,
    })  # fmt: skip
    del answers["8.6"]
    with pytest.raises(AnswersError) as raised:
        score(HOSPITAL, answers)
    assert {one.criterion_id: one.code for one in raised.value.problems} == {
        "9.9": "unknown", "1.1": "missing", "8.6": "missing", "1.2": "out_of_range",
        "1.3": "out_of_range", "1.4": "wrong_step", "1.5": "not_allowed", "2.1": "not_allowed",
        "2.2": "not_allowed", "3.1": "not_allowed", "3.2": "not_allowed",
    }  # fmt: skip
    assert "1.2: 5 is out of range; use a whole number from 0 to 4" in str(raised.value)


@pytest.mark.parametrize("answer", [1, 0, True, "passed", "PASS", "", "na", {"1": "pass"}])
def test_pass_fail_takes_only_its_words(answer: object) -> None:
    with pytest.raises(AnswersError):
        score(SCHOOL, fill(SCHOOL, "pass", **{"3": answer}))


def test_whole_number_of_a_spreadsheet_is_taken_as_it_is() -> None:
    assert score(HOSPITAL, fill(HOSPITAL, 3.0)).answers["1.1"] == 3
    assert isinstance(score(HOSPITAL, fill(HOSPITAL, 3.0)).answers["1.1"], int)


def test_nothing_that_applies_is_an_error_not_a_score() -> None:
    small = make_set(KINDS[0], may_not_apply=(0, 1, 2))
    for ask in (score, preview):
        with pytest.raises(AnswersError) as raised:
            ask(small, dict.fromkeys("ABC", "na"))
        assert [one.code for one in raised.value.problems] == ["none_applies"]


def test_criterion_passes_only_if_all_its_parts_pass() -> None:
    small = make_set(KINDS[1], limits=(1, 2), sub_contents=2)
    answers: dict[str, object] = {"A": {"0": "pass", "1": "pass"}, "B": "fail", "C": "pass"}
    assert score(small, answers).points == 2
    answers["A"] = {"0": "pass", "1": "fail"}
    result = score(small, answers)
    assert (result.points, result.answers["A"]) == (1, "fail")
    for wrong in ({"0": "pass"}, {"0": "pass", "1": "na"}, {"0": "pass", "2": "pass"}, {}):
        with pytest.raises(AnswersError):
            score(small, answers | {"A": wrong})


def test_preview_names_what_is_missing_and_bounds_the_level() -> None:
    seen = preview(HOSPITAL, {"1.1": 0, "1.2": 3, "6.2": "na", "1.3": None})
    assert len(seen.missing) == 34
    assert (seen.points, seen.max_points) == (3, 8)
    assert (seen.best.level, seen.worst.level) == (VenueLevel.UNSAFE, VenueLevel.UNSAFE)
    assert seen.result is None
    empty = preview(WORK, {})
    assert (empty.best.set_level, empty.worst.set_level) == ("very_low", "very_high")
    full = preview(SCHOOL, fill(SCHOOL, "pass"))
    assert full.result == score(SCHOOL, fill(SCHOOL, "pass"))
    with pytest.raises(AnswersError):
        preview(HOSPITAL, {"1.1": 7})


def test_texts_of_a_form_become_answers_only_where_they_are_plain() -> None:
    read = read_text_answers(
        HOSPITAL, {"1.1": " 3 ", "1.2": "", "1.3": "٣", "1.4": "3.0", "x": "1"}
    )
    assert read == {"1.1": 3, "1.3": "٣", "1.4": "3.0", "x": "1"}
    assert read_text_answers(SCHOOL, {"1": "1"}) == {"1": "1"}


def test_every_reason_and_problem_has_a_text() -> None:
    codes = "full partial zero zero_veto passed failed mandatory_failed no_risk some_risk full_risk"
    problems = "missing unknown not_allowed out_of_range wrong_step none_applies"
    for language in LANGUAGES:
        text = texts(language)
        assert all(text(f"assess.reason.{one}") for one in [*codes.split(), "not_applicable"])
        assert all(text(f"assess.problem.{one}") for one in problems.split())
