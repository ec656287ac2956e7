"""One word for one thing: what docs/GLOSSARY.md decided holds over all catalogues and templates."""

import re
from pathlib import Path

import pytest

import dashboard
from dashboard.texts.catalogue import texts
from data.catalogues import Texts, message_texts

FOLDER = Path(dashboard.__file__).parent
FORBIDDEN = {
    "vi": (
        r"loại cơ sở",
        r"số người đến",
        r"lượt khách",
        r"bằng chứng",
        r"giấy chứng nhận",
        r"thẩm định",
        r"trang xác minh",
        r"minh họa",
        r"thư điện tử",
        r"\bemail",
    ),
    "en": (
        r"kind of venue",
        r"visitors? (per|a) day",
        r"\bproofs?\b",
        r"\bdemo",
        r"\bemail",
        r"\blog ?in\b",
        r"[\d}] signs\b",
        r"two-factor",
    ),
}
OLD_TONES = re.compile(r"\w*o[áàảãạéèẻẽẹ]\b|\w*(?<!q)u[ýỳỷỹỵ]\b", re.IGNORECASE)
COUNTS = r"footfall\w*|capacity|count|visits"


def all_texts(language: str) -> dict[str, str]:
    return {**texts(language).messages, **message_texts(language).messages}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_other_word_for_the_same_thing(language: str) -> None:
    words = re.compile("|".join(FORBIDDEN[language]), re.IGNORECASE)
    found = {key: text for key, text in all_texts(language).items() if words.search(text)}
    assert found == {}


def test_the_site_has_one_name_in_each_language() -> None:
    assert not [key for key, text in all_texts("en").items() if "Bản đồ An Toàn" in text]
    other = {key for key, text in all_texts("vi").items() if "An Toàn Map" in text}
    assert {key.split(".")[0] for key in other} <= {"bulk"}  # columns of files


def test_tone_marks_stand_where_schoolbooks_set_them() -> None:
    found = {key: text for key, text in all_texts("vi").items() if OLD_TONES.search(text)}
    assert found == {}
    assert OLD_TONES.search("xoá")
    assert OLD_TONES.search("uỷ ban")
    assert not OLD_TONES.search("quý cơ sở, hòa, thoải mái, Hoàng Sa, khỏe")


def test_counts_are_written_by_the_language() -> None:
    shown = {one: Texts(one, {"x": "{count}, {name}"}) for one in ("vi", "en")}
    assert shown["vi"]("x", count=1004, name="1004") == "1.004, 1004"
    assert shown["en"]("x", count=1_234_567, name=True) == "1,234,567, True"
    assert shown["vi"].number(1234.5) == "1.234,5"


def test_no_template_shows_a_count_raw() -> None:
    raw = re.compile(r"{{\s*(?:\w+\.)*(?:" + COUNTS + r")\s*(?:}}|\bor\b)")
    found = {
        f"{path.name}: {line.strip()}"
        for path in sorted((FOLDER / "templates").glob("*.html"))
        for line in path.read_text("utf-8").splitlines()
        if raw.search(line)
    }
    assert found == set()
