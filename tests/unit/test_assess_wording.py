"""Criteria whose wording is not known, and where their document can be read."""

import pytest

from assessments.criteria import load_criteria_sets
from dashboard.pages.assess.view import DraftPicture, build_chapters
from dashboard.pages.assess.wording import read_sources, unknown_criteria
from dashboard.texts.catalogue import texts

SETS = load_criteria_sets()


def test_unknown_criteria_are_those_without_a_wording() -> None:
    assert unknown_criteria(SETS["school-1467"]) == ()
    assert unknown_criteria(SETS["market-hcm-1370-retail"]) == ("TP7", "TP8", "TP9", "TP10")
    assert len(unknown_criteria(SETS["school-hanoi-16"])) == 16


@pytest.mark.parametrize("set_id", sorted(SETS))
def test_only_whole_addresses_are_links_and_no_source_is_lost(set_id: str) -> None:
    found = read_sources(SETS[set_id])
    assert {one.text for one in found} == set(SETS[set_id].sources)
    for one in found:
        assert bool(one.address) == bool(one.host)
        assert one.address == "" or one.address in one.text
        assert "..." not in one.address


def test_a_shortened_source_is_text_and_stands_last() -> None:
    found = read_sources(SETS["school-hanoi-16"])
    assert found[0].host == "danviet.vn"
    assert (found[-1].text, found[-1].address) == ("https://www.vietnamplus.vn/...750407.vnp", "")


def test_a_question_says_in_a_sentence_that_its_wording_is_unknown() -> None:
    criteria_set = SETS["market-hcm-1370-retail"]
    picture = DraftPicture(
        answers={}, state=None, reasons={}, problems={}, conflicts=(), evidence={}, account_pk=1
    )
    (chapter,) = build_chapters(criteria_set, picture, texts("vi"))
    known = {one.id: one.is_text_known for one in chapter.questions}
    assert [key for key, is_known in known.items() if not is_known] == ["TP7", "TP8", "TP9", "TP10"]
    marks = {one.id: one.marks for one in chapter.questions}
    assert not any(mark.startswith("Câu chữ") for mark in marks["TP7"])
    assert any(mark.startswith("Câu chữ") for mark in marks["TP1"])
