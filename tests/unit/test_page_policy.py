"""R14: no page loads anything from elsewhere, and none needs a script or style within itself."""

import re
from pathlib import Path

import pytest

import dashboard
from dashboard.pages.templates import PAGE_POLICY

FOLDER = Path(dashboard.__file__).parent
TEMPLATES = sorted(
    path for path in (FOLDER / "templates").glob("*.html") if path.name != "map.html"
)
STATICS = sorted(
    path for path in (FOLDER / "static").rglob("*.*") if path.suffix in (".css", ".js")
)
INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)
LOADED = re.compile(r"""(?:src|srcset|action|data|poster)=["'](?:https?:)?//""", re.IGNORECASE)
STYLESHEET = re.compile(r"<link[^>]+href=[\"'](?:https?:)?//", re.IGNORECASE)
ELSEWHERE = re.compile(
    r"""url\(\s*["']?(?:https?:)?//|@import|(?:fetch|import)\(\s*["'](?:https?:)?//"""
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_needs_more_than_the_policy_allows(path: Path) -> None:
    text = path.read_text("utf-8")
    for rule in (INLINE, LOADED, STYLESHEET):
        assert not rule.search(text), rule.search(text)


def test_no_style_and_no_script_loads_from_elsewhere() -> None:
    assert STATICS
    assert [path.name for path in STATICS if ELSEWHERE.search(path.read_text("utf-8"))] == []


def test_the_policy_of_pages_allows_nothing_inline_and_no_other_host() -> None:
    assert "unsafe" not in PAGE_POLICY
    assert "http" not in PAGE_POLICY
    assert "default-src 'none'" in PAGE_POLICY
    assert "frame-ancestors 'none'" in PAGE_POLICY


def test_the_rules_see_what_they_are_for() -> None:
    for bad in ("<script>x", '<p style="x">', '<a onclick="x">'):
        assert INLINE.search(bad)
    assert LOADED.search('<img src="https://elsewhere.example/x.png">')
    assert ELSEWHERE.search("url(//elsewhere.example/f.woff2)")
