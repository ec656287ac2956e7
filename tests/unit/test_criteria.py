from datetime import date
from importlib.resources import files

import pytest
import yaml

from assessments.criteria import (
    build_criteria_sets,
    criteria_set_for,
    load_criteria_sets,
    parse_criteria_set,
)
from assessments.errors import DefinitionError, UnknownVenueTypeError
from assessments.levels import VenueLevel
from assessments.validity import valid_until
from assessments.venue_types import ASSESSED_VENUE_TYPES, VenueType, require_venue_type
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
    assert set(sets) == {"hospital-3088", "school-1467", "workplace-2194"}
    hospital, school, workplace = (sets[key] for key in sorted(sets))
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
        assert all(not criterion.is_official_text for criterion in one.criteria)


@pytest.mark.shared
def test_facts_agree_with_the_drafts_beside_the_project(shared) -> None:  # type: ignore[no-untyped-def]
    for name, criteria_set in load_criteria_sets().items():
        draft = yaml.safe_load((shared / "criteria" / f"{name}.yaml").read_text(encoding="utf-8"))
        assert [one.id for one in criteria_set.criteria] == [one["id"] for one in draft["criteria"]]
        assert [one.max_points for one in criteria_set.criteria] == [
            one["max"] for one in draft["criteria"]
        ]
        assert [one.code for one in criteria_set.levels] == [one["code"] for one in draft["levels"]]
        assert criteria_set.document == draft["document"]
        assert criteria_set.issued_on.isoformat() == draft["date"]
        assert list(criteria_set.venue_types) == draft["venue_types"]
        assert criteria_set.validity_days == draft["validity_days"]["recommended"]
        for ours, theirs in zip(criteria_set.criteria, draft["criteria"], strict=True):
            assert theirs["confidence"].startswith(ours.confidence.text)


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


def test_two_sets_never_claim_one_type_on_one_day() -> None:
    other = SCHOOL.replace("id: school-1467", "id: school-2")
    with pytest.raises(DefinitionError, match="also claims"):
        build_criteria_sets({"school-1467.yaml": SCHOOL, "school-2.yaml": other})
    ended = SCHOOL.replace("first_day: 2020-04-28", "first_day: 2020-04-28\nlast_day: 2021-01-01")
    later = other.replace("first_day: 2020-04-28", "first_day: 2021-01-02")
    assert len(build_criteria_sets({"school-1467.yaml": ended, "school-2.yaml": later})) == 2


def test_set_of_a_type_is_that_in_force() -> None:
    found = criteria_set_for("kindergarten", date(2020, 4, 28))
    assert found is not None
    assert found.id == "school-1467"
    assert criteria_set_for("kindergarten", date(2020, 4, 27)) is None
    assert criteria_set_for("cafe", date(2021, 1, 1)) is None


def test_exactly_the_assessed_types_have_a_set() -> None:
    day = date(2021, 11, 20)
    assert {one for one in VenueType if criteria_set_for(one, day)} == set(ASSESSED_VENUE_TYPES)


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
