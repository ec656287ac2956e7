"""A venue is registered in the browser: by a tap on a phone, by keyboard alone, without scripts."""

import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from dashboard.app import create_app
from dashboard.auth.door import Door
from dashboard.auth.session_cookie import COOKIE
from data.clock import today
from data.services.accounts.web_sessions import open_web_session
from tests.api_app import site_settings
from tests.browser.axe import assert_accessible
from tests.browser.map_country import load_map_country
from tests.people import make_account

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}

OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def address(
    committing_sessions: sessionmaker[Session], serve: Callable[[FastAPI], str]
) -> tuple[str, str]:
    """Address of the site, and the cookie of an owner who is signed in."""
    load_map_country(committing_sessions, today=today())
    owner = make_account(committing_sessions, name="Trần Thị Chủ")
    app = create_app(site_settings(), committing_sessions)
    door: Door = app.state.door
    token = open_web_session(
        committing_sessions, owner.account_pk, role="owner", has_second_factor=True
    )
    return serve(app), door.sign(token)


def open_page(chromium: Browser, address: tuple[str, str], path: str, **options: Any) -> Page:
    site, cookie = address
    context = chromium.new_context(**options)
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": site}])
    page = context.new_page()
    page.goto(site + path)
    return page


def venues_in(site: str, ward: str) -> int:
    with urllib.request.urlopen(f"{site}/api/v1/levels?level=ward&parent=001") as answer:  # noqa: S310  # our own
        items = json.load(answer)["items"]
    return int(next(one["venues"] for one in items if one["code"] == ward))


def test_tap_on_a_phone_registers_a_venue_that_the_map_counts_at_once(
    chromium: Browser, address: tuple[str, str]
) -> None:
    site = address[0]
    page = open_page(chromium, address, "/venue/new", viewport=PHONE, has_touch=True)
    foreign: list[str] = []
    page.on("request", lambda one: None if one.url.startswith(site) else foreign.append(one.url))
    assert_accessible(page)
    page.fill("#name", "Quán Phở Gánh")
    page.select_option("#type", "restaurant")
    page.fill("#address", "5 Phố Trấn Vũ, Phường Phúc Xá")
    page.fill("#search", "truc bach")
    page.get_by_role("button", name="Tìm", exact=True).tap()
    page.locator("#search-results").get_by_role("button", name="Phường Trúc Bạch").first.tap()
    said = page.locator("#place-result")
    expect(said).to_contain_text("Bản đồ đã đến Phường Trúc Bạch")
    page.locator("#picker-canvas").tap()
    expect(said).to_contain_text("Vị trí nằm ở Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội")
    expect(said).to_contain_text("địa chỉ ghi địa bàn khác")
    page.fill("#address", "5 Phố Trấn Vũ, Phường Trúc Bạch")
    page.locator("#footfall").focus()
    expect(said).to_contain_text("khớp với địa chỉ")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    # No set applies to restaurants there: said at once, and once more before it is made.
    expect(page.locator("#criteria-result")).to_contain_text(
        "chưa có bộ tiêu chí nào áp dụng cho “Nhà hàng” tại Thành phố Hà Nội"
    )
    before = venues_in(site, "00004")
    page.get_by_role("button", name="Đăng ký cơ sở").tap()
    expect(page.get_by_role("heading", name="Chưa có bộ tiêu chí cho cơ sở này")).to_be_visible()
    assert_accessible(page)
    assert venues_in(site, "00004") == before
    page.get_by_role("button", name="Vẫn tiếp tục").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quán Phở Gánh")
    deadline = time.monotonic() + 1
    while venues_in(site, "00004") != before + 1:
        assert time.monotonic() < deadline, "the ward does not count the venue within a second"
    assert_accessible(page)
    page.goto(f"{site}/venue")
    expect(page.get_by_role("link", name="Quán Phở Gánh")).to_be_visible()
    assert foreign == []


def test_keyboard_alone_registers_a_venue(chromium: Browser, address: tuple[str, str]) -> None:
    page = open_page(chromium, address, "/venue/new?lang=en", viewport=DESKTOP)
    keys = page.keyboard
    reach(page, "name")
    keys.type("Keyboard School")
    keys.press("Tab")
    keys.type("Primary")
    reach(page, "search")
    keys.type("hang dao")
    keys.press("Enter")
    expect(page.locator("#search-results button").first).to_be_visible()
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator("#picker-canvas")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#place-result")).to_contain_text("Phường Hàng Đào")
    lat, lon = (float(part) for part in page.input_value("#point").split(", "))
    keys.press("ArrowRight")
    keys.press("ArrowUp")
    new_lat, new_lon = (float(part) for part in page.input_value("#point").split(", "))
    assert new_lon > lon
    assert new_lat > lat
    reach(page, "point")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keyboard School")


def reach(page: Page, name: str) -> None:
    """Press Tab until a field has the focus."""
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == name:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not reach {name}")


def test_device_location_sets_the_pin(chromium: Browser, address: tuple[str, str]) -> None:
    page = open_page(
        chromium,
        address,
        "/venue/new",
        viewport=PHONE,
        geolocation={"longitude": 105.5, "latitude": 21.5},
        permissions=["geolocation"],
    )
    page.get_by_role("button", name="Dùng vị trí của tôi").click()
    expect(page.locator("#point")).to_have_value("21.50000, 105.50000")
    expect(page.locator("#place-result")).to_contain_text("Phường Hàng Đào")


def test_without_scripts_search_and_degrees_do(chromium: Browser, address: tuple[str, str]) -> None:
    page = open_page(chromium, address, "/venue/new", viewport=PHONE, java_script_enabled=False)
    expect(page.locator("#picker")).to_be_hidden()
    page.fill("#name", "Chợ Không Kịch Bản")
    page.select_option("#type", "market")
    page.fill("#search", "hang dao")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.locator('button[name="pick"]').first.click()
    expect(page.locator("#place-result")).to_contain_text("Phường Hàng Đào")
    page.get_by_role("button", name="Đăng ký cơ sở").click()
    page.get_by_role("button", name="Vẫn tiếp tục").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chợ Không Kịch Bản")


def watch_canvas(page: Page) -> None:
    """Keep every text that a canvas of the page writes from now on."""
    page.evaluate("""() => {
        const paper = CanvasRenderingContext2D.prototype, write = paper.fillText;
        window.written = new Set();
        paper.fillText = function (text, ...rest) {
            window.written.add(text);
            return write.call(this, text, ...rest);
        };
    }""")


def wait_for_text(page: Page, wanted: str) -> set[str]:
    """All that was written on canvases once a text is among it."""
    deadline = time.monotonic() + 10
    while wanted not in (written := set(page.evaluate("[...window.written]"))):
        assert time.monotonic() < deadline, written
        page.wait_for_timeout(50)
    return written


def test_from_afar_the_map_has_short_names_and_both_archipelagos(
    chromium: Browser, address: tuple[str, str]
) -> None:
    page = open_page(chromium, address, "/venue/new", viewport=PHONE, has_touch=True)
    watch_canvas(page)
    page.locator("[data-act=in]").tap()
    page.locator("[data-act=out]").tap()
    written = wait_for_text(page, "Hà Nội")
    assert {"Đà Nẵng", "Quần đảo Hoàng Sa", "Quần đảo Trường Sa"} <= written
    assert not [one for one in written if one.startswith(("Tỉnh ", "Thành phố "))]


def test_the_only_place_found_is_shown_at_once(chromium: Browser, address: tuple[str, str]) -> None:
    page = open_page(chromium, address, "/venue/new", viewport=PHONE, has_touch=True)
    page.fill("#search", "phuong hang dao")
    page.get_by_role("button", name="Tìm", exact=True).tap()
    expect(page.locator("#search-results button")).to_have_count(1)
    expect(page.locator("#picker-place")).to_contain_text("Giữa bản đồ: Phường Hàng Đào")
    assert page.input_value("#point") == ""


def test_close_up_the_map_names_where_the_point_is(
    chromium: Browser, address: tuple[str, str]
) -> None:
    page = open_page(chromium, address, "/venue/new", viewport=PHONE, has_touch=True)
    page.fill("#search", "12 Phố Trấn Vũ, P. Trúc Bạch, Q. Ba Đình, Hà Nội")
    page.get_by_role("button", name="Tìm", exact=True).tap()
    page.locator("#search-results button", has_text="Phường Trúc Bạch").tap()
    caption = page.locator("#picker-place")
    expect(caption).to_have_text("Giữa bản đồ: Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội")
    watch_canvas(page)
    page.locator("#picker-canvas").tap()
    expect(caption).to_have_text("Ghim: Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội")
    # Beside the border of the district the neighbour is named with its own.
    page.fill("#point", "21.5, 104.98")
    page.keyboard.press("Tab")
    for _ in range(2):
        page.locator("[data-act=in]").tap()
    page.evaluate("window.written.clear()")
    page.locator("[data-act=in]").tap()
    page.locator("[data-act=out]").tap()
    written = wait_for_text(page, "Quận Hoàn Kiếm")
    assert {"Phường Trúc Bạch", "Quận Ba Đình", "Phường Hàng Đào", "2 km"} <= written


def test_venues_near_by_are_dots_with_names(
    chromium: Browser, address: tuple[str, str], committing_sessions: sessionmaker[Session]
) -> None:
    with committing_sessions() as session:
        near = session.execute(
            text(
                "SELECT name, ST_X(point) AS lon, ST_Y(point) AS lat FROM venue"
                " WHERE point IS NOT NULL ORDER BY venue_pk LIMIT 1"
            )
        ).one()
    page = open_page(
        chromium,
        address,
        "/venue/new",
        viewport=PHONE,
        geolocation={"longitude": near.lon + 0.0004, "latitude": near.lat, "accuracy": 180},
        permissions=["geolocation"],
    )
    watch_canvas(page)
    page.get_by_role("button", name="Dùng vị trí của tôi").click()
    expect(page.locator("#place-result")).to_contain_text("lệch khoảng 180 m")
    page.locator("[data-act=in]").click()
    wait_for_text(page, near.name)


def test_a_device_that_may_not_tell_its_place_says_what_to_do(
    chromium: Browser, address: tuple[str, str]
) -> None:
    page = open_page(chromium, address, "/venue/new", viewport=PHONE, permissions=[])
    page.get_by_role("button", name="Dùng vị trí của tôi").click()
    expect(page.locator("#place-result")).to_contain_text("Trình duyệt không được phép")
