"""Codes, certificates and the screen at the door in a browser, on a phone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from dashboard.app import create_app
from dashboard.auth.session_cookie import COOKIE
from data.models import Venue
from data.queries.place_codes import find_venue_pk, list_places
from data.services.accounts.web_sessions import open_web_session
from data.services.codes.certificates import issue
from data.services.codes.place_codes import add_zone, ensure_codes, renew_code
from tests.api_app import site_settings
from tests.browser.axe import assert_accessible
from tests.people import make_account, make_venue
from tests.place_pages import assess

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}
STEP_S = 120


@dataclass(frozen=True)
class Shop:
    """A venue with a zone and a certificate, its owner signed in on a phone."""

    site: str
    context: BrowserContext
    venue_id: str
    code: str
    old_code: str
    certificate_id: str


@pytest.fixture
def shop(
    committing_sessions: sessionmaker[Session],
    chromium: Browser,
    serve: Callable[[FastAPI], str],
) -> Iterator[Shop]:
    sessions = committing_sessions
    owner = make_account(sessions)
    venue_id = make_venue(sessions, owner=owner, name="Nhà hàng Nguyễn Thị Minh Khai")
    now = datetime.now(UTC)
    assess(sessions, venue_id, at=now, level="at_risk")
    with sessions.begin() as session:
        venue_pk = find_venue_pk(session, venue_id) or 0
        ensure_codes(session, [venue_pk])
        old_code = list_places(session, venue_pk)[0].code
    renew_code(sessions, venue_id=venue_id, zone_pk=None, actor=None)
    add_zone(sessions, venue_id=venue_id, name="Tầng 2", actor=None)
    with sessions() as session:
        code = list_places(session, venue_pk)[0].code
    certificate_id = issue(sessions, venue_id=venue_id, actor=None, at=now).certificate_id
    app = create_app(site_settings(), sessions)
    site = serve(app)
    token = open_web_session(sessions, owner.account_pk, role="owner", has_second_factor=True)
    context = chromium.new_context(viewport=PHONE, timezone_id="Asia/Ho_Chi_Minh")
    context.add_cookies([{"name": COOKIE, "value": app.state.door.sign(token), "url": site}])
    yield Shop(site, context, venue_id, code, old_code, certificate_id)
    context.close()


def open_page(shop: Shop, address: str, problems: list[str]) -> Page:
    page = shop.context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None,
    )
    page.goto(shop.site + address)
    return page


def test_every_page_is_accessible_and_fits_a_phone(shop: Shop) -> None:
    problems: list[str] = []
    codes = f"/venue/{shop.venue_id}/codes"
    page = open_page(shop, "/v", problems)
    for address in (
        f"/v/{shop.code}?lang=en",
        f"/v/{shop.old_code}",
        "/v?code=ABC",
        "/v/0000000000000000",
        f"/verify/{shop.certificate_id}",
        "/verify/0000000000000000?lang=en",
        codes,
        f"{codes}/change?do=renew",
        f"/venue/{shop.venue_id}/certificate",
        "/venue/bulk/posters",
        "/screen",
    ):
        page.goto(shop.site + address)
        for details in page.locator("details").all():
            details.locator("summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address
        assert_accessible(page)
    assert not problems


LINES_OF = """node => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size;
}"""


def test_the_name_of_a_level_never_breaks(shop: Shop) -> None:
    page = open_page(shop, "/verify", [])
    for address in (f"/verify/{shop.certificate_id}", f"/venue/{shop.venue_id}/certificate"):
        page.goto(shop.site + address)
        for width in (320, 344, 360, 390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            names = page.locator(".unbroken, .level")
            assert names.count() >= 2
            for name in names.all():
                assert name.evaluate(LINES_OF) == 1, (address, width, name.inner_text())
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_zone_is_added_and_a_code_replaced_by_keyboard(shop: Shop) -> None:
    page = open_page(shop, f"/venue/{shop.venue_id}/codes?lang=vi", [])
    page.get_by_label("Tên khu vực").focus()
    page.keyboard.type("Sân vườn")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã thêm khu vực")
    expect(page.get_by_role("heading", name="Sân vườn")).to_be_visible()
    row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Toàn cơ sở"))
    old = row.locator(".codes-short").inner_text()
    row.locator("summary").press("Enter")
    row.get_by_role("link", name="Thay mã mới…").press("Enter")
    page.get_by_role("button", name="Thay mã").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã thay mã")
    assert old not in page.content()


def open_screen(shop: Shop, page: Page) -> None:
    """Opens the screen of the venue itself."""
    page.goto(f"{shop.site}/venue/{shop.venue_id}/codes")
    address = page.locator('a[href^="/screen"]').first.get_attribute("href")
    page.goto(f"{shop.site}{address}")


@pytest.mark.parametrize("name", ["Chợ Lớn", "Trung tâm Tiệc cưới Phượng Hoàng ỄẬ " * 4])
def test_the_code_fills_screens_of_every_shape(
    shop: Shop, name: str, committing_sessions: sessionmaker[Session]
) -> None:
    with committing_sessions.begin() as session:
        venue = session.scalars(select(Venue).where(Venue.venue_id == shop.venue_id)).one()
        venue.name = name.strip()
    page = shop.context.new_page()
    open_screen(shop, page)
    for width, height in ((800, 600), (1920, 1080), (1080, 1920), (1024, 768), (768, 1024)):
        page.set_viewport_size({"width": width, "height": height})
        box = page.locator("#code svg").bounding_box()
        assert box is not None
        side = min(box["width"], box["height"])
        assert side >= 0.93 * min(width, height), (width, height)
        for words in page.locator("h1, .by-hand, #status, .buttons").all():
            place = words.bounding_box()
            assert place is not None
            assert place["x"] >= 0
            assert place["y"] >= 0
            assert place["x"] + place["width"] <= width
            assert place["y"] + place["height"] <= height + 1, (width, height)
            # Beside or above or below the picture, never on it.
            assert (
                place["x"] + place["width"] <= box["x"]
                or place["y"] + place["height"] <= box["y"] + 1
                or place["y"] >= box["y"] + box["height"] - 1
            ), (width, height)


def test_the_screen_keeps_the_device_awake_where_it_can(shop: Shop) -> None:
    page = shop.context.new_page()
    page.add_init_script(
        "window.asked = [];"
        "Object.defineProperty(navigator, 'wakeLock',"
        " {value: {request: async (kind) => { window.asked.push(kind); }}});"
    )
    open_screen(shop, page)
    expect(page.locator("#code")).to_have_attribute("data-step", re.compile(r"^\d+$"))
    assert page.evaluate("window.asked") == ["screen"]
    # A device lets go of the lock while another page is shown.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert page.evaluate("window.asked") == ["screen", "screen"]


def test_a_screen_whose_code_is_renewed_says_so(
    shop: Shop, committing_sessions: sessionmaker[Session]
) -> None:
    page = shop.context.new_page()
    open_screen(shop, page)
    expect(page.locator("#code")).to_have_attribute("data-step", re.compile(r"^\d+$"))
    renew_code(committing_sessions, venue_id=shop.venue_id, zone_pk=None, actor=None)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("heading", name="Màn hình này không còn mã")).to_be_visible()
    # And what the device showed before leads to a page that says so.
    page.goto(f"{shop.site}/v/{shop.code}")
    expect(page.get_by_role("main")).to_contain_text("thay")


def test_the_screen_goes_on_without_a_connection_and_says_so(shop: Shop) -> None:
    problems: list[str] = []
    opener = open_page(shop, f"/venue/{shop.venue_id}/codes", problems)
    address = opener.locator('a[href^="/screen"]').first.get_attribute("href")
    opener.close()
    page = shop.context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.clock.install(time=datetime.now(UTC))
    page.goto(f"{shop.site}{address}")
    assert "key" not in page.url
    box, status = page.locator("#code"), page.locator("#status")
    expect(box).to_have_attribute("data-step", re.compile(r"^\d+$"))
    first = int(box.get_attribute("data-step") or 0)
    drawn = box.inner_html()
    assert_accessible(page)
    shop.context.set_offline(True)
    page.clock.run_for(STEP_S * 1000 + 2000)
    expect(status).to_contain_text("Mất kết nối từ")
    assert int(box.get_attribute("data-step") or 0) > first
    assert box.inner_html() != drawn
    assert "is-out" not in (box.get_attribute("class") or "")
    page.clock.fast_forward("01:02:00")
    expect(status).to_contain_text("dùng áp phích giấy")
    expect(box).to_be_hidden()
    shop.context.set_offline(False)
    page.clock.run_for(61_000)
    expect(status).to_have_text("Mã tự đổi hai phút một lần.")
    expect(box).to_be_visible()
    assert not problems
