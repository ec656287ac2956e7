"""Days in the order in which each language writes them, from one place."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import dashboard
from dashboard.pages.days import day_text, moment_text
from dashboard.texts.catalogue import texts


@pytest.mark.parametrize(
    ("language", "written"), [("vi", "03/09/2021"), ("en", "3 September 2021")]
)
def test_a_day_is_written_as_its_language_does(language: str, written: str) -> None:
    assert day_text(date(2021, 9, 3), texts(language)) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [("vi", "01:05, 04/09/2021"), ("en", "4 September 2021, 01:05")],
)
def test_a_moment_is_that_of_viet_nam(language: str, written: str) -> None:
    at = datetime(2021, 9, 3, 18, 5, tzinfo=UTC)
    assert moment_text(at, texts(language)) == written


def test_no_page_has_a_way_of_its_own() -> None:
    folder = Path(dashboard.__file__).parent
    found = [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*.py"))
        if re.search(
            r"^def (day|moment)_text|import format_date|%d/%m.* %H|%H:%M.*%d/%m",
            path.read_text("utf-8"),
            re.MULTILINE,
        )
    ]
    assert found == ["pages/days.py"]
