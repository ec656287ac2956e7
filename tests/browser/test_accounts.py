"""A person registers on a phone, signs out and comes back: by keyboard, without JavaScript."""

import re
from collections.abc import Callable

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session, sessionmaker

from dashboard.app import create_app
from dashboard.auth.door import Door
from dashboard.auth.session_cookie import COOKIE
from data.services.accounts.web_sessions import open_web_session
from tests.account_site import PASSWORD, Site
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
    quick_passwords: None,
) -> None:
    messenger = recording_messenger(committing_sessions, Outbox())
    app = create_app(site_settings(), committing_sessions, messenger=messenger)
    site = serve(app)
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{site}/register")
    type_and_go(page, "Nguyễn Thị Mai", MAIL, PASSWORD)
    page.wait_for_url("**/confirm*")
    assert_accessible(page)
    for path in ("/register", "/sign-in", "/password", "/set-up", "/privacy", "/nowhere"):
        page.goto(f"{site}{path}")
        assert_accessible(page)
    owner = make_account(committing_sessions)
    token = open_web_session(committing_sessions, owner.account_pk, role="owner")
    door: Door = app.state.door
    context.add_cookies([{"name": COOKIE, "value": door.sign(token), "url": site}])
    for path in ("/account", "/account/second", "/account/delete"):
        page.goto(f"{site}{path}")
        assert_accessible(page)
    page.goto(f"{site}/account")
    for fold in page.locator("details").all():
        fold.locator("summary").click()
    assert_accessible(page)
    context.close()


@pytest.mark.parametrize("width", [320, 390])
def test_the_header_is_one_line_and_its_menu_needs_no_script(
    chromium: Browser,
    serve: Callable[[FastAPI], str],
    committing_sessions: sessionmaker[Session],
    width: int,
) -> None:
    app = create_app(site_settings(), committing_sessions)
    site = serve(app)
    context = chromium.new_context(
        viewport={"width": width, "height": 700}, java_script_enabled=False
    )
    page = context.new_page()
    for lang in ("vi", "en"):
        page.goto(f"{site}/privacy?lang={lang}")
        assert one_line(page)
    owner = make_account(committing_sessions)
    token = open_web_session(committing_sessions, owner.account_pk, role="owner")
    door: Door = app.state.door
    context.add_cookies([{"name": COOKIE, "value": door.sign(token), "url": site}])
    for lang, mine in (("vi", "Cơ sở của tôi"), ("en", "My venues")):
        page.goto(f"{site}/privacy?lang={lang}")
        assert one_line(page)
        expect(page.locator("a.language")).to_be_visible()
        menu = page.locator("details.top-menu")
        expect(menu.get_by_text(mine)).to_be_hidden()
        menu.locator("summary").click()
        menu.get_by_role("link", name=mine).click()
        page.wait_for_url("**/venue*")
    context.close()


def one_line(page: Page) -> bool:
    """Whether the header is as high as one line, and as wide as the screen."""
    header = page.locator("header.top").bounding_box()
    assert header is not None
    wide = page.evaluate("document.documentElement.scrollWidth")
    return header["height"] < 60 and wide == header["width"]


def test_recovery_codes_stay_until_they_are_kept(
    chromium: Browser,
    serve: Callable[[FastAPI], str],
    committing_sessions: sessionmaker[Session],
    quick_passwords: None,
) -> None:
    outbox = Outbox()
    messenger = recording_messenger(committing_sessions, outbox)
    app = create_app(site_settings(), committing_sessions, messenger=messenger)
    site = serve(app)
    made = Site(TestClient(app, follow_redirects=False), outbox, committing_sessions)
    made.make_owner(MAIL)
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{site}/sign-in?next=%2Faccount%2Fsecond")
    type_and_go(page, MAIL, PASSWORD)
    page.wait_for_url("**/account/second*")
    secret = page.locator(".secret").inner_text().replace(" ", "")
    assert f"secret={secret}" in str(page.locator("a[href^=otpauth]").get_attribute("href"))
    page.locator("#code").fill(pyotp.TOTP(secret).now())
    page.locator("#second_current").fill(PASSWORD)
    page.locator("#second_current").press("Enter")
    page.wait_for_url("**/account/recovery*")
    assert_accessible(page)
    codes = page.locator(".codes").inner_text()
    page.reload()
    page.locator("a.language").click()
    page.wait_for_url("**lang=en*")
    expect(page.locator(".codes")).to_have_text(codes)
    with page.expect_download() as download:
        page.get_by_role("link", name="text file").click()
    assert codes.split()[0] in download.value.path().read_text(encoding="utf-8")
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile("/account/recovery"))  # not ticked: the browser asks
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(re.compile(r"/account\?"))
    context.close()
