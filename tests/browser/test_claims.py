"""Whose a venue is: asked of the committee, or taken by a one-time key; by keyboard on a phone."""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session, sessionmaker

from dashboard.app import create_app
from data.services.venues.venue_claims import make_claim
from tests.api_app import site_settings
from tests.browser.signed_in import Visitor
from tests.browser.visit import PHONE
from tests.messages import Outbox, recording_messenger
from tests.people import make_account
from tests.town import Town

pytestmark = pytest.mark.browser


def tab_to(page: Page, name: str) -> None:
    """Go on by the Tab key until the button or field of this name has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "(document.activeElement.getAttribute('aria-label')"
            " || document.activeElement.labels?.[0]?.innerText"
            " || document.activeElement.innerText || '').trim()"
        )
        if found == name:
            return
    pytest.fail(f"the Tab key does not come to {name!r}")


def test_a_person_asks_and_the_committee_answers(
    chromium: Browser,
    committing_sessions: sessionmaker[Session],
    serve: Callable[[FastAPI], str],
) -> None:
    town, outbox = Town(committing_sessions), Outbox()
    asker = make_account(committing_sessions, name="Trần Văn Hai")
    messenger = recording_messenger(committing_sessions, outbox)
    app = create_app(site_settings(), committing_sessions, messenger=messenger)
    assert isinstance(app, FastAPI)
    page = chromium.new_page(viewport=PHONE)
    visitor = Visitor(page, app, town, "claims", serve(app))

    visitor.become(asker)
    visitor.open(f"/venue/ask?venue={town.venue_id}")
    visitor.look("ask")
    tab_to(page, "Vì sao đây là cơ sở của bạn?")
    page.keyboard.type("Tôi là hiệu trưởng.")
    tab_to(page, "Gửi yêu cầu")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    visitor.look("asked")

    visitor.become(town.committee)
    visitor.open("/committee")
    page.get_by_role("link", name="Yêu cầu quản lý cơ sở (1)").click()
    visitor.look("requests")
    expect(page.locator("main")).to_contain_text("Tôi là hiệu trưởng.")
    expect(page.locator(".crumb a")).to_have_attribute("href", "/committee?lang=vi")
    tab_to(page, "Chấp nhận yêu cầu về Trường thử")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã chấp nhận")
    expect(page.locator("main")).to_contain_text("Không có yêu cầu nào đang chờ.")
    visitor.look("answered")
    page.wait_for_timeout(200)
    assert len(outbox.sent) == 2

    visitor.become(asker)
    visitor.open(f"/venue/{town.venue_id}")
    expect(page.locator("h1")).to_contain_text("Trường thử")
    page.close()


def test_a_key_is_taken_by_whoever_signs_in(
    chromium: Browser,
    committing_sessions: sessionmaker[Session],
    serve: Callable[[FastAPI], str],
) -> None:
    town = Town(committing_sessions)
    heir = make_account(committing_sessions)
    with committing_sessions.begin() as session:
        key = make_claim(session, town.venue_id)
    app = create_app(site_settings(), committing_sessions)
    assert isinstance(app, FastAPI)
    page = chromium.new_page(viewport=PHONE)
    visitor = Visitor(page, app, town, "key", serve(app))
    visitor.open(f"/venue/claim?key={key}")
    expect(page).to_have_url(re.compile(r"/venue/claim$"))
    visitor.look("claim-signed-out")
    expect(page.locator("main").get_by_role("link", name="Đăng nhập")).to_be_visible()
    visitor.become(heir)
    visitor.open(f"/venue/claim?key={key}&lang=en")
    assert key not in page.url
    visitor.look("claim")
    tab_to(page, page.locator("main .primary").inner_text())
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/venue/{town.venue_id}\?"))
    visitor.open(f"/venue/claim?key={key}&lang=en")
    visitor.look("claim-used")
    page.close()
