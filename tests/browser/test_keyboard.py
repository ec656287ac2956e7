"""Keyboard alone: committee, public, certificate and staff, by Tab, Enter, Space and arrows.

At each stop the focus must be seen, and it must follow the order of the page.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy.orm import Session, sessionmaker

from assessments.levels import VenueLevel
from dashboard.app import create_app
from data.clock import today
from data.queries.trust import read_trust
from tests.api_app import site_settings
from tests.browser.axe import assert_accessible
from tests.browser.signed_in import Visitor
from tests.browser.visit import DESKTOP
from tests.town import Town

pytestmark = pytest.mark.browser

MOST_STOPS = 120
STOP = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const before = window.lastStop;
  window.lastStop = one;
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {
    name: `${one.tagName} ${one.id || one.name || one.textContent.trim().slice(0, 40)}`,
    is_seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2
      && box.width > 0 && box.bottom > 0 && box.top < innerHeight,
    is_after: !before || !before.isConnected
      || Boolean(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING),
  };
}"""


def reach(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus; each stop is seen and comes after the last."""
    expect(target).to_be_attached()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        assert stop is not None, f"the focus left the page before {target}"
        assert stop["is_seen"], f"nobody sees the focus on {stop['name']}"
        assert stop["is_after"], f"the focus jumps back to {stop['name']}"
        if target.evaluate("(one) => one === document.activeElement"):
            return
    pytest.fail(f"the keyboard does not reach {target}")


def go(page: Page, target: Locator, key: str = "Enter") -> None:
    """Reach the target and press it."""
    reach(page, target)
    page.keyboard.press(key)


def skip_to_content(page: Page) -> None:
    """The first stop of a page leads past its header."""
    link = page.locator("a.skip")
    reach(page, link)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


@pytest.fixture
def visitor(
    chromium: Browser,
    committing_sessions: sessionmaker[Session],
    serve: Callable[[FastAPI], str],
) -> Iterator[Visitor]:
    town = Town(committing_sessions)
    town.submit(VenueLevel.SAFE)
    app = create_app(site_settings(), committing_sessions)
    page = chromium.new_page(viewport=DESKTOP, reduced_motion="reduce")
    yield Visitor(page, app, town, "keyboard", serve(app))
    page.close()


def test_every_part_of_the_site_works_by_keyboard_alone(visitor: Visitor) -> None:
    """One site for all four journeys, since making it takes longest."""
    _report_a_venue(visitor)
    _confirm_a_review(visitor)
    _issue_a_certificate(visitor)
    _invite_a_colleague(visitor)


def _report_a_venue(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open(f"/report/{visitor.town.venue_id}?lang=en")
    skip_to_content(page)
    reach(page, page.get_by_role("radio").first)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    reach(page, page.locator("#words"))
    page.keyboard.type("The queue fills the stairs.")
    go(page, page.get_by_role("button", name="Send the report"))
    expect(page.get_by_role("heading", name="The report has arrived")).to_be_visible()
    assert_accessible(page)


def _confirm_a_review(visitor: Visitor) -> None:
    page, town = visitor.page, visitor.town
    review_id = town.review()
    visitor.become(town.committee)
    visitor.open("/committee")
    skip_to_content(page)
    go(page, page.locator(f'a[href*="/committee/reviews/{review_id}"]').first)
    expect(page).to_have_url(f"{visitor.address}/committee/reviews/{review_id}?lang=vi")
    go(page, page.locator('nav.bar a[href="#decide"]'))
    go(page, page.get_by_role("button", name="Xác nhận hồ sơ đúng"))
    expect(page.get_by_role("status")).to_be_visible()
    with town.sessions() as session:
        assert read_trust(session, town.venue_pk, today()).trust == "documents_checked"


def _issue_a_certificate(visitor: Visitor) -> None:
    page, town = visitor.page, visitor.town
    visitor.become(town.owner)
    visitor.open(f"/venue/{town.venue_id}/certificate")
    skip_to_content(page)
    go(page, page.locator('form[action$="/certificate"] button'), key="Space")
    expect(page.get_by_role("status")).to_be_visible()
    page.evaluate("window.lastStop = null")
    go(page, page.locator('.certificate-links a[href*="/verify/"]'))
    expect(page).to_have_url(re.compile("/verify/"))


def _invite_a_colleague(visitor: Visitor) -> None:
    page, town = visitor.page, visitor.town
    visitor.open(f"/venue/{town.venue_id}/staff")
    skip_to_content(page)
    reach(page, page.locator('input[name="role"][value="editor"]'))
    page.keyboard.press("ArrowDown")
    expect(page.locator('input[name="role"][value="owner"]')).to_be_checked()
    page.keyboard.press("ArrowUp")
    go(page, page.locator('button[value="invite"]'))
    expect(page.locator("#link")).to_contain_text("/")
    reach(page, page.locator("#link"))
