from datetime import date
from importlib.resources import files

import pytest

from assessments.criteria import (
    load_criteria_sets,
    parse_criteria_set,
)
from assessments.errors import DefinitionError, UnknownVenueTypeError
from assessments.levels import VenueLevel
from assessments.validity import remedy_due, valid_until
from assessments.venue_types import VenueType, require_venue_type
from dashboard.texts.catalogue import LANGUAGES, texts

SCHOOL = (files("assessments") / "definitions" / "school-1467.yaml").read_text(encoding="utf-8")
HOSPITAL = (files("assessments") / "definitions" / "hospital-3088.yaml").read_text(encoding="utf-8")
WORK = (files("assessments") / "definitions" / "workplace-2194.yaml").read_text(encoding="utf-8")


def problems_of(text: str, name: str = "school-1467.yaml") -> str:
    with pytest.raises(DefinitionError) as raised:
        parse_criteria_set(name, text)
    return str(raised.value)


def test_sets_carry_the_figures_of_their_sources() -> None:
    sets = load_criteria_sets()
    hospital, school, workplace = (
        sets[key] for key in ("hospital-3088", "school-1467", "workplace-2194")
    )
    assert (len(hospital.criteria), len(hospital.chapters)) == (37, 8)
    assert sum(one.max_points for one in hospital.criteria) == 150
    assert hospital.veto_ids == set(hospital.criteria_by_id)
    assert [
        sum(1 for one in school.criteria if one.chapter == key.id) for key in school.chapters
    ] == [7, 6, 2]
    assert school.veto_ids == {"4", "5", "10", "11"}
    assert (len(workplace.criteria), workplace.rule.total_points) == (15, 300)
    assert [one.validity_days for one in (hospital, school, workplace)] == [30, 1, 7]
    assert [level.level for level in workplace.levels] == [
        VenueLevel.SAFE, VenueLevel.SAFE, VenueLevel.AT_RISK, VenueLevel.UNSAFE, VenueLevel.UNSAFE,
    ]  # fmt: skip


def test_text_that_is_not_the_annex_is_marked() -> None:
    for one in load_criteria_sets().values():
        assert not one.has_official_text
        for criterion in one.criteria:
            has_none = "chưa tìm được" in criterion.title.vi
            assert has_none == ("not found" in criterion.title.en)
            assert has_none == (not criterion.is_text_known)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    max_points: 1\n", "    max_points: 2\n", ("criteria.1.max_points", "counts 1")),
        ("total_points: 15", "total_points: 16", ("rule.total_points", "sum to 15, not 16")),
        ("criteria_count: 15", "criteria_count: 14", ("rule.criteria_count", "15 criteria")),
        ("    below: 11\n", "    below: 10\n", ("levels.good", "gap between 10 and 11")),
        ("    below: 11\n", "    at_most: 11\n", ("levels.fair and levels.good", "overlap")),
        ("    below: 11\n", "    below: 12\n", ("levels.good", "overlap between 11 and 12")),
        ("    at_most: 15\n", "    at_most: 14\n", ("levels.good", "scale ends at 15")),
        ("    at_least: 0\n", "    at_least: 1\n", ("levels.unsafe", "begins at 0")),
        ("    at_least: 0\n", "", ("levels.unsafe", "one of at_least and above")),
        ("kind: passed_count", "kind: counted", ("rule.kind", "passed_count")),
        ('id: "2"', 'id: "1"', ("criteria", "'1' stands more than once")),
        ('id: "2"', "id: 2", ("criteria.1.id", "quotes")),
        ('veto: ["4"', 'veto: ["44"', ("rule.veto", "no criterion '44'")),
        ("  veto_level: unsafe", "  veto_level: bad", ("rule.veto_level", "no level 'bad'")),
        ("  veto_level: unsafe\n", "", ("rule.veto_level", "needs the level")),
        ('chapter: "after"', 'chapter: "later"', ("criteria.14.chapter", "no chapter 'later'")),
        ("    level: at_risk", "    level: not_assessed", ("levels.fair.level", "not_assessed")),
        ("    level: at_risk", "    level: unsafe\n    hue: red", ("levels.1.hue", "remove it")),
        ("kindergarten,", "creche,", ("venue_types.0", "kindergarten")),
        ("  days: 1\n", "  days: 0\n", ("validity.days", "greater than or equal to 1")),
        ("first_day: ", "last_day: 2019-01-01\nfirst_day: ", ("last_day", "ends before")),
        ("version:", "id: x\nversion:", ("line 5", "'id' stands twice")),
        ("version:", "version: [", ("line", "correct the line")),
        ('document: "1467/BGDĐT-GDTC"\n', "", ("document", "add it")),
    ],
)  # fmt: skip
def test_wrong_set_is_refused_with_place_problem_and_remedy(
    old: str, new: str, words: tuple[str, str]
) -> None:
    assert old in SCHOOL
    message = problems_of(SCHOOL.replace(old, new, 1))
    assert "school-1467.yaml: " in message
    for word in words:
        assert word in message


def test_other_rules_are_checked_too() -> None:
    assert "steps of 3 never reach 4" in problems_of(
        HOSPITAL.replace("max_points: 4\n", "max_points: 4\n    step: 3\n", 1), "hospital-3088.yaml"
    )
    assert "a risk index has no veto" in problems_of(
        WORK.replace("criteria_count: 15", "criteria_count: 15\n  veto: all\n  veto_level: high"),
        "workplace-2194.yaml",
    )
    assert "fixed denominator" in problems_of(
        WORK.replace("max_points: 20\n", "max_points: 20\n    may_not_apply: true\n", 1),
        "workplace-2194.yaml",
    )
    assert "call it school-1467.yaml" in problems_of(SCHOOL, "school.yaml")


def test_every_problem_of_a_set_is_named_at_once() -> None:
    text = SCHOOL.replace("total_points: 15", "total_points: 9").replace(
        'veto: ["4"', 'veto: ["99"'
    )
    message = problems_of(text)
    assert "rule.total_points" in message
    assert "'99'" in message


def test_every_type_has_a_name_and_unknown_ones_are_refused() -> None:
    for language in LANGUAGES:
        assert all(texts(language)(f"venue_type.{one}") for one in VenueType)
    assert require_venue_type("factory") is VenueType.FACTORY
    with pytest.raises(UnknownVenueTypeError, match=r"hospital\.public"):
        require_venue_type("hospital")


def test_day_of_submission_is_the_first_valid_day() -> None:
    sets = load_criteria_sets()
    day = date(2021, 11, 20)
    assert valid_until(sets["school-1467"], day) == day
    assert valid_until(sets["workplace-2194"], day) == date(2021, 11, 26)
    assert valid_until(sets["hospital-3088"], day) == date(2021, 12, 19)


def test_deadline_counts_from_the_day_after_the_submission() -> None:
    sets = load_criteria_sets()
    day = date(2021, 11, 20)
    assert remedy_due(sets["school-hcm-3588-general"], "safe", day) == date(2021, 11, 22)
    assert remedy_due(sets["school-hcm-3588-general"], "high", day) is None
    assert remedy_due(sets["market-hcm-1370-retail"], "relative", day) == date(2021, 11, 27)
