"""Days in the order in which each language writes them, from one place."""

import re
from datetime import date
from pathlib import Path

import pytest

import dashboard
from dashboard.pages.days import day_text
from dashboard.texts.catalogue import texts


@pytest.mark.parametrize(
    ("language", "written"), [("vi", "03/09/2021"), ("en", "3 September 2021")]
)
def test_a_day_is_written_as_its_language_does(language: str, written: str) -> None:
    assert day_text(date(2021, 9, 3), texts(language)) == written


def test_no_page_has_a_way_of_its_own() -> None:
    folder = Path(dashboard.__file__).parent
    found = [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*.py"))
        if re.search(r"^def day_text|import format_date\b", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert found == ["pages/days.py"]
