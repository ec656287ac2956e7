"""A person registers on a phone, signs out and comes back: by keyboard, without JavaScript."""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session, sessionmaker

from dashboard.app import create_app
from dashboard.auth.door import Door
from dashboard.auth.session_cookie import COOKIE
from data.services.accounts.web_sessions import open_web_session
from tests.account_site import PASSWORD
from tests.api_app import site_settings
from tests.browser.axe import assert_accessible
from tests.browser.visit import PHONE
from tests.messages import Outbox, recording_messenger
from tests.people import make_account

pytestmark = pytest.mark.browser
MAIL = "mai@example.vn"


def type_and_go(page: Page, *texts: str) -> None:
    """Fill a form field after field as a keyboard does, then send it."""
    page.locator("main input:not([type=hidden])").first.focus()
    for number, text in enumerate(texts):
        if number:
            page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_register_sign_out_and_come_back(
    chromium: Browser,
    serve: Callable[[FastAPI], str],
    committing_sessions: sessionmaker[Session],
    quick_passwords: None,
) -> None:
    outbox = Outbox()
    messenger = recording_messenger(committing_sessions, outbox)
    site = serve(create_app(site_settings(), committing_sessions, messenger=messenger))
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/register")
    type_and_go(page, "Nguyễn Thị Mai", "maiexample", PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("không phải số điện thoại")
    expect(page.locator("#contact")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#name")).to_have_value("Nguyễn Thị Mai")
    page.locator("#contact").fill(MAIL)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/confirm*")
    expect(page.locator("main")).to_contain_text("m•••@example.vn")
    type_and_go(page, outbox.code_to(MAIL))
    page.wait_for_url("**/venue*")

    page.goto(f"{site}/account")
    expect(page.locator("#name")).to_have_value("Nguyễn Thị Mai")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/sign-in*")
    expect(page.get_by_role("status")).to_have_text("Bạn đã đăng xuất.")
    page.goto(f"{site}/account")
    expect(page).to_have_url(re.compile(r"/sign-in\?next=%2Faccount$"))
    type_and_go(page, MAIL, PASSWORD)
    page.wait_for_url("**/account*")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context.close()


def test_no_serious_finding_of_axe(
    chromium: Browser,
    serve: Callable[[FastAPI], str],
    committing_sessions: sessionmaker[Session],
) -> None:
    app = create_app(site_settings(), committing_sessions)
    site = serve(app)
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    for path in ("/register", "/sign-in", "/password", "/set-up"):
        page.goto(f"{site}{path}")
        assert_accessible(page)
    owner = make_account(committing_sessions)
    token = open_web_session(committing_sessions, owner.account_pk, role="owner")
    door: Door = app.state.door
    context.add_cookies([{"name": COOKIE, "value": door.sign(token), "url": site}])
    for path in ("/account", "/account/second"):
        page.goto(f"{site}{path}")
        assert_accessible(page)
    page.goto(f"{site}/account")
    for fold in page.locator("details").all():
        fold.locator("summary").click()
    assert_accessible(page)
    context.close()
