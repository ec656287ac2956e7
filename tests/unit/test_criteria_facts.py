"""Every set beside the facts that it was made from."""

import operator
import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from assessments.criteria import load_criteria_sets, load_reference_sets
from assessments.levels import VenueLevel
from assessments.venue_types import VenueType

FACTS_OF = {
    "market-hcm-1370-wholesale": "market-hcm-1370",
    "market-hcm-1370-traditional": "market-hcm-1370",
    "market-hcm-1370-retail": "market-hcm-1370",
}
TYPES_OF = {
    "school": {"school.primary", "school.secondary"},
    "market": {"market", "market.wholesale", "market.traditional"},
}
SOURCE_WORDS = {
    "inferred": "reconstructed",
    "title-only": "secondary",
    "count-and-mandatory-only": "unknown",
    "exact-points": "secondary",
    "critical-exact/title-guess": "unknown",
}


def facts_of(shared: Path, name: str) -> dict[str, Any]:
    path = shared / "criteria" / f"{FACTS_OF.get(name, name)}.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(load_criteria_sets()))
def test_facts_agree_with_the_drafts_beside_the_project(shared: Path, name: str) -> None:
    one, draft = load_criteria_sets()[name], facts_of(shared, name)
    asked = [theirs for theirs in draft["criteria"] if theirs["id"] != "7-10"]
    assert [ours.id for ours in one.criteria] == [theirs["id"] for theirs in asked]
    assert [ours.max_points for ours in one.criteria] == [theirs.get("max", 1) for theirs in asked]
    assert [ours.min_points for ours in one.criteria] == [theirs.get("min", 0) for theirs in asked]
    assert draft["document"].startswith(one.document)
    assert str(draft["date"])[:7] == f"{one.issued_on:%Y-%m}"
    assert one.rule.is_lower_safer == (draft["direction"] == "lower_is_safer")
    assert one.validity_days == draft["validity_days"]["recommended"]
    if name not in FACTS_OF:
        wanted = [TYPES_OF.get(key, {key}) for key in draft["venue_types"]]
        named = set(VenueType) if draft["venue_types"] == ["any"] else set().union(*wanted)
        assert set(one.venue_types) == named
    mandatory = {theirs["id"] for theirs in asked if theirs.get("critical")}
    assert mandatory == (set(one.criteria_by_id) if name == "food-hcm-3677" else one.mandatory_ids)
    for ours, theirs in zip(one.criteria, asked, strict=True):
        steps = {step["points"] for step in theirs.get("scale", [])}
        assert {points for points, _ in ours.options} == steps or ours.id in ("TP5", "TP9", "TP10")
        if name not in FACTS_OF or name.endswith("wholesale"):
            words = theirs["confidence"]
            assert SOURCE_WORDS.get(words, words).startswith(ours.confidence.text)


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(load_criteria_sets()))
def test_levels_agree_with_the_drafts_beside_the_project(shared: Path, name: str) -> None:
    one, draft = load_criteria_sets()[name], facts_of(shared, name)
    if not draft["levels"]:  # the readings of these two are ours
        assert name in ("general-hcm-1303", "lodging-national-4159")
        return
    own = [level for level in one.levels if level.has_band]
    assert [level.code for level in own] == [level["code"] for level in draft["levels"]]
    for ours, theirs in zip(own, draft["levels"], strict=True):
        assert SOURCE_WORDS.get(theirs["confidence"], theirs["confidence"]).startswith(
            ours.confidence
        )
        assert ours.level in COLOURS[theirs["colour"]]
    deadline = draft.get("remedy_deadline_days") or draft.get("recheck_days")
    if "remedy_deadline_hours" in draft:
        deadline = draft["remedy_deadline_hours"] // 24
    assert [level.remedy.days for level in one.levels if level.remedy] == [deadline] * bool(
        deadline
    )


def holds_by(words: str, score: Fraction, top: int) -> bool:
    """What a draft says of a score: `70 <= percent < 90`, or `all passed` and `any failed`."""
    rule = words.split(" and ", maxsplit=1)[0].split(" or ", maxsplit=1)[0].strip()
    if rule.startswith(("all ", "any ")):
        return (score == top) == rule.startswith("all ")
    parts = re.split(r"(<=|>=|<|>|==)", rule)
    values = [
        score if word.strip() in ("x", "percent", "passed") else Fraction(word)
        for word in parts[::2]
    ]
    return all(
        COMPARED[sign](left, right)
        for sign, (left, right) in zip(parts[1::2], pairwise(values), strict=True)
    )


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(load_criteria_sets()))
def test_bands_agree_with_the_drafts_beside_the_project(shared: Path, name: str) -> None:
    """On every quarter of the scale, ends and limits among them, the same level holds."""
    one, draft = load_criteria_sets()[name], facts_of(shared, name)
    top = one.rule.scale_max
    step = Fraction(1, 4) if top == 100 else Fraction(1)
    # Below the lowest score that answers can have a draft may say what it likes.
    least = Fraction(100 * one.min_points, one.rule.total_points) if one.min_points else Fraction(0)
    scores = [step * number for number in range(int(top / step) + 1) if step * number >= least]
    compared = 0
    for score in scores if draft["levels"] else ():
        wanted = [level["code"] for level in draft["levels"] if holds_by(level["rule"], score, top)]
        assert [level.code for level in one.levels if level.holds(score)] == wanted, score
        compared += 1
    assert compared or name in ("general-hcm-1303", "lodging-national-4159")


COMPARED: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}
COLOURS = {
    "green": {VenueLevel.SAFE},
    "blue": {VenueLevel.SAFE},
    "yellow": {VenueLevel.AT_RISK},
    "orange": {VenueLevel.UNSAFE},
    "red": {VenueLevel.UNSAFE},
}


@pytest.mark.shared
def test_every_draft_that_scores_or_names_a_venue_is_a_set(shared: Path) -> None:
    drafts = {path.stem for path in (shared / "criteria").glob("*.yaml")}
    others = {"area-218", "area-2686", "area-4800", "checkin-qr", "health-declaration"}
    ours = {FACTS_OF.get(name, name) for name in load_criteria_sets()} | set(load_reference_sets())
    assert drafts - others - {"map-antoancovid"} == ours
