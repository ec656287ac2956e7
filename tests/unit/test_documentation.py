"""The documentation hangs together: links lead somewhere, the index leads everywhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def targets(page: Path) -> set[Path]:
    """Files of the project that a page links to."""
    links = (link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8")))
    return {(page.parent / link).resolve() for link in links if link and "://" not in link}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files(page: Path) -> None:
    assert not [target for target in targets(page) if not target.exists()]


def test_the_index_leads_to_every_page() -> None:
    index = ROOT / "docs" / "index.md"
    missing = set(PAGES[1:]) - targets(index) - {index}
    assert not missing
    assert index in targets(ROOT / "README.md")


def test_the_pictures_of_the_readme_are_there_and_small() -> None:
    pictures = [target for target in targets(ROOT / "README.md") if target.suffix == ".png"]
    assert pictures
    assert all(picture.stat().st_size < 500_000 for picture in pictures)
