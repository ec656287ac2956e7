"""Accessibility of an open page, by axe-core: no finding may be serious or critical."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from playwright.sync_api import Page

BAD: Final = ("serious", "critical")
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ANIMATIONS_DONE: Final = """() => Promise.race([
  Promise.all(document.getAnimations()
    .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime))
    .map((one) => one.finished.catch(() => {}))),
  new Promise((resolve) => setTimeout(resolve, 2000)),
])"""
"""Of those that end; a paused one is not waited for longer than two seconds."""


@cache
def _axe_source() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def find_problems(page: Page, *, impacts: Sequence[str] = BAD) -> list[str]:
    """Findings of these impacts as `rule (impact): place, place`, in axe's order.

    The script is evaluated by the browser's own protocol, so that a page's
    Content-Security-Policy need not be loosened for it.
    """
    page.evaluate(ANIMATIONS_DONE)
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(_axe_source() + "\n;undefined")
    found: dict[str, Any] = page.evaluate(
        "(tags) => window.axe.run(document, { runOnly: { type: 'tag', values: tags },"
        " resultTypes: ['violations'] })",
        list(RULES),
    )
    return [
        f"{one['id']} ({one['impact']}): "
        + ", ".join(" ".join(map(str, node["target"])) for node in one["nodes"][:5])
        for one in found["violations"]
        if one["impact"] in impacts
    ]


def assert_accessible(page: Page) -> None:
    """Fail with every serious or critical finding on the open page."""
    problems = find_problems(page)
    assert problems == [], "\n".join([page.url, *problems])
