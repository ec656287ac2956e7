"""The public map in a browser, on a small country."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Route, expect

from data.clock import today
from tests.browser.map_country import ISLAND, TWO_LEVELS, venue_id
from tests.browser.visit import DESKTOP, PHONE, Visit, start_visit

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Visit]:
    visit = start_visit(chromium, site, DESKTOP)
    yield visit
    visit.page.context.close()
    assert visit.problems == []
    assert visit.strangers() == []


@pytest.fixture
def phone(chromium: Browser, site: str) -> Iterator[Visit]:
    visit = start_visit(chromium, site, PHONE)
    yield visit
    visit.page.context.close()
    assert visit.problems == []


def test_drilling_down_to_venues_and_back_up_by_the_browser(visit: Visit) -> None:
    visit.open()
    visit.title("Việt Nam")
    visit.click_map(106.5, 11.0)
    visit.title("Thành phố Hồ Chí Minh")
    assert visit.state()["area"] == "79"
    visit.click_map(106.5, 11.0)
    visit.title("Quận 1")
    visit.click_map(106.5, 10.8)
    visit.title("Phường Bến Nghé")
    crumbs = visit.page.locator("#breadcrumb li")
    expect(crumbs).to_have_text(["Việt Nam", "Thành phố Hồ Chí Minh", "Quận 1"])
    expect(visit.page.locator("#map-panel")).to_contain_text("6 cơ sở trong khu vực")
    visit.click_map(106.0 + 3 / 7, 10.5)
    visit.title("Trường Tiểu học Hoa Phượng 2")
    expect(visit.page.locator("#map-panel")).to_contain_text("Không an toàn")
    expect(visit.page.locator("#map-panel")).to_contain_text("Có hiệu lực đến")
    for name in ("Phường Bến Nghé", "Quận 1", "Thành phố Hồ Chí Minh", "Việt Nam"):
        visit.page.go_back()
        visit.title(name)
    visit.page.go_forward()
    visit.title("Thành phố Hồ Chí Minh")


def test_an_address_opens_the_same_view_again(visit: Visit) -> None:
    visit.open("/?area=760&layer=density&lang=en")
    visit.title("Quận 1")
    expect(visit.page.locator('[data-layer="density"]')).to_have_attribute("aria-checked", "true")
    expect(visit.page.locator("html")).to_have_attribute("lang", "en")
    before = visit.state()
    assert before["day"]
    visit.open("/?" + urlsplit(visit.page.url).query)
    visit.title("Quận 1")
    assert visit.state() == before


def test_a_day_or_a_layer_moves_no_geometry(visit: Visit) -> None:
    visit.open("/?area=01")
    visit.title("Thành phố Hà Nội")
    visit.requests.clear()
    slider = visit.page.locator("#day")
    slider.focus()
    slider.press("ArrowLeft")
    slider.press("ArrowLeft")
    expect(visit.page.locator("#map-app")).to_have_attribute(
        "data-shown", re.compile("day=" + _days_before(visit, 2))
    )
    assert len(visit.asked("/api/v1/levels")) >= 1
    visit.page.locator('[data-layer="density"]').click()
    expect(visit.page.locator("#map-app")).to_have_attribute(
        "data-shown", re.compile("layer=density")
    )
    assert len(visit.asked("/api/v1/density")) >= 1
    assert visit.asked(".geojson") == []
    assert visit.asked("_dash-update-component") == []


def _days_before(visit: Visit, count: int) -> str:
    day = visit.page.evaluate(
        "(count) => { const days = antoan.days_of(antoan.controller.view.frame, 'safety');"
        " return days[days.length - 1 - count]; }",
        count,
    )
    return str(day)


def test_search_finds_areas_without_diacritics_by_keyboard(visit: Visit) -> None:
    visit.open()
    visit.page.keyboard.press("/")
    visit.page.keyboard.type("ba dinh")
    option = visit.page.get_by_role("option").first
    expect(option).to_contain_text("Quận Ba Đình")
    expect(option).to_have_attribute("aria-selected", "true")
    visit.page.keyboard.press("Enter")
    visit.title("Quận Ba Đình")
    assert visit.state()["area"] == "001"


def test_search_finds_a_venue_and_shows_its_ward(visit: Visit) -> None:
    visit.open()
    visit.page.locator("#search").fill("hoa phuong 1")
    visit.page.get_by_role("option").first.click()
    visit.title("Trường Tiểu học Hoa Phượng 1")
    assert visit.state()["venue"].endswith("1")
    expect(visit.page.locator("#breadcrumb li")).to_have_count(4)


def test_a_click_near_a_tiny_island_chooses_its_ward(visit: Visit) -> None:
    visit.open("/?area=79")
    visit.title("Thành phố Hồ Chí Minh")
    visit.click_map(ISLAND.centroid.x, ISLAND.centroid.y)
    visit.title("Huyện Cần Giờ")


def test_a_district_without_wards_shows_its_own_facts(visit: Visit) -> None:
    visit.open("/?area=498")
    visit.title("Huyện Hoàng Sa")
    expect(visit.page.locator("#map-panel")).to_contain_text("Chưa có cơ sở nào đăng ký")


def test_the_language_switch_keeps_the_view(visit: Visit) -> None:
    visit.open("/?area=79")
    visit.title("Thành phố Hồ Chí Minh")
    expect(visit.page.locator("#map-notes")).to_contain_text("Dữ liệu mẫu")
    visit.page.locator("#language").click()
    expect(visit.page.locator("#map-notes")).to_contain_text("Sample data")
    expect(visit.page.locator("html")).to_have_attribute("lang", "en")
    expect(visit.page.locator("#map-legend")).to_contain_text("Not enough data")
    assert visit.state()["area"] == "79"
    assert visit.state()["lang"] == "en"


def test_the_table_says_what_the_map_shows_and_leads_on_by_keyboard(visit: Visit) -> None:
    visit.open()
    visit.title("Việt Nam")
    visit.page.keyboard.press("Tab")
    expect(visit.page.locator("#map-skip")).to_be_focused()
    visit.page.keyboard.press("Enter")
    rows = visit.page.locator("#table-dialog tbody tr")
    expect(rows).to_have_count(3)
    visit.page.locator('[data-sort="name"]').press("Enter")
    expect(rows.first).to_contain_text("Thành phố Đà Nẵng")
    header = visit.page.locator("#table-dialog th").first
    expect(header).to_have_attribute("aria-sort", "ascending")
    link = rows.nth(1).get_by_role("link")
    expect(link).to_have_text("Thành phố Hà Nội")
    link.press("Enter")
    visit.title("Thành phố Hà Nội")


def test_every_class_stands_in_the_legend_with_its_count(visit: Visit) -> None:
    visit.open()
    visit.title("Việt Nam")
    rows = visit.page.locator(".legend-row:not(.legend-unseen)")
    expect(rows).to_have_count(4)
    words = ["An toàn", "Có rủi ro", "Không an toàn", "Chưa đủ dữ liệu"]
    expect(rows.locator(".legend-words")).to_have_text(words)
    counts = rows.locator(".legend-count").all_inner_texts()
    assert sum(int(count) for count in counts) == 3


def test_all_wards_of_the_country_by_one_switch(visit: Visit) -> None:
    visit.open()
    visit.title("Việt Nam")
    visit.page.locator("#wards").click()
    expect(visit.page.locator(".legend-note")).to_contain_text("8")
    assert visit.state()["view"] == "wards"


def test_the_last_picture_stays_when_the_server_is_away(chromium: Browser, site: str) -> None:
    visit = start_visit(chromium, site, DESKTOP)
    visit.open("/?area=79")
    visit.title("Thành phố Hồ Chí Minh")
    visit.page.route("**/api/v1/**", lambda route: route.abort())
    visit.click_map(106.5, 11.0)
    message = visit.page.locator("#map-message")
    expect(message).to_contain_text("Không liên lạc được máy chủ")
    expect(visit.page.locator(".panel-title")).to_have_text("Thành phố Hồ Chí Minh")
    visit.page.unroute("**/api/v1/**")
    message.get_by_role("button").click()
    visit.title("Quận 1")
    expect(message).to_be_hidden()
    visit.page.context.close()


def test_an_unknown_area_leads_home(chromium: Browser, site: str) -> None:
    visit = start_visit(chromium, site, DESKTOP)
    failed: list[str] = []
    visit.page.on(
        "response", lambda answer: failed.append(answer.url) if answer.status == 404 else None
    )
    visit.page.goto(site + "/?area=99999")
    message = visit.page.locator("#map-message")
    expect(message).to_contain_text("Không có khu vực", timeout=60_000)
    expect(visit.page.locator(".panel-title")).to_have_text("Việt Nam", timeout=30_000)
    assert "area=" not in visit.page.url
    assert len(failed) == 1
    expect(message).to_be_visible()
    message.get_by_role("button").click()
    visit.title("Việt Nam")
    expect(message).to_be_hidden()
    visit.page.context.close()


def test_a_day_that_cannot_be_shown_leaves_the_address(chromium: Browser, site: str) -> None:
    visit = start_visit(chromium, site, DESKTOP)
    visit.open("/?day=2999-01-01&lang=en")
    assert "2999" not in visit.page.url
    assert f"day={today()}" in visit.page.url
    visit.page.context.close()


def test_search_in_english_names_the_areas_above_in_english(chromium: Browser, site: str) -> None:
    found = {
        "code": "26740",
        "name": "Phường Bến Nghé",
        "name_en": "Ben Nghe Ward",
        "level": "ward",
        "within": ["Quận 1", "Thành phố Hồ Chí Minh"],
        "within_en": ["District 1", None],
        "bbox": None,
    }
    visit = start_visit(chromium, site, DESKTOP)
    visit.page.route(
        "**/api/v1/search?*", lambda route: route.fulfill(json={"areas": [found], "venues": []})
    )
    visit.open("/?lang=en")
    visit.page.get_by_role("combobox").fill("ben nghe")
    first = visit.page.locator("#search-option-0 small")
    expect(first).to_have_text("District 1, Thành phố Hồ Chí Minh")
    visit.page.context.close()


def test_the_cities_are_named_on_a_phone(phone: Visit) -> None:
    phone.open()
    for name in ("Hà Nội", "Hồ Chí Minh"):
        expect(phone.page.locator(".label", has_text=name)).to_be_visible()


@pytest.mark.parametrize("address", ["/", "/?area=760&layer=density", "/?area=26740&lang=en"])
def test_nothing_is_wider_than_a_phone(phone: Visit, address: str) -> None:
    phone.open(address)
    wide = phone.page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
    small = phone.page.evaluate(
        """() => Array.from(document.querySelectorAll(
              'button, select, input, .controls *[role=radio], .breadcrumb a'))
            .map((each) => [each.id || each.className || each.textContent,
                            each.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.right > innerWidth + 1 || box.left < -1))
            .map(([name]) => name)"""
    )
    assert small == []


# The sheet's handle is wide and low; the head below it drags the sheet as well.
TOUCH_TARGETS = """() => Array.from(document.querySelectorAll(
    "button:not(#sheet-handle), select, input, a:not(.skip)"))
  .filter((each) => each.checkVisibility({ visibilityProperty: true }))
  .map((each) => [each.id || each.className || each.textContent, each.getBoundingClientRect()])
  .filter(([, box]) => box.width < 44 || box.height < 44)
  .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""


def test_everything_on_a_phone_is_as_large_as_a_finger(phone: Visit) -> None:
    phone.open("/?area=26740&layer=density")
    phone.title("Phường Bến Nghé")
    assert phone.page.evaluate(TOUCH_TARGETS) == []
    phone.page.locator("#sheet-handle").tap()
    expect(phone.page.locator(".panel-body")).to_be_visible()
    assert phone.page.evaluate(TOUCH_TARGETS) == []


def test_too_few_data_is_hatched_on_the_map_itself(visit: Visit) -> None:
    visit.open("/?area=498")
    visit.title("Huyện Hoàng Sa")
    assert visit.pattern_at(111.5, 16.5) == ["antoan-hatch"]
    visit.open("/?area=490")
    visit.title("Quận Liên Chiểu")
    assert visit.pattern_at(108, 16) == []


def test_withheld_counts_are_dotted_on_the_map_itself(visit: Visit) -> None:
    def withhold(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        route.fulfill(response=answer, json={**body, "classes": "x" * len(body["classes"])})

    visit.page.route("**/api/v1/density*form=compact*", withhold)
    visit.open("/?area=490&layer=density")
    visit.title("Quận Liên Chiểu")
    assert visit.pattern_at(108, 16) == ["antoan-dots"]


def test_a_long_list_of_venues_comes_in_parts(visit: Visit) -> None:
    def multiply(route: Route) -> None:
        answer = route.fetch()
        body = {
            key: value * 30 if key == "levels" or isinstance(value, list) else value
            for key, value in answer.json().items()
        }
        route.fulfill(response=answer, json=body)

    visit.page.route("**/api/v1/venues*form=points*", multiply)
    visit.open("/?area=26740")
    visit.title("Phường Bến Nghé")
    rows = visit.page.locator("#map-panel .row-link")
    expect(rows).to_have_count(100)
    visit.page.get_by_role("button", name="Xem thêm 80 cơ sở").click()
    expect(rows).to_have_count(180)
    expect(rows.nth(100)).to_be_focused()
    expect(visit.page.locator("#map-panel .more")).to_be_hidden()


def test_an_edition_of_two_levels_leads_from_province_to_ward(visit: Visit) -> None:
    visit.open(f"/?edition={TWO_LEVELS}")
    visit.title("Việt Nam")
    visit.click_map(105.5, 21.0)
    visit.title("Thành phố Hà Nội")
    panel = visit.page.locator("#map-panel")
    expect(panel).to_contain_text("3 phường, xã")
    expect(panel).to_contain_text("18 cơ sở")
    expect(panel.locator(".row-link")).to_have_count(3)
    expect(panel.locator(".type-list")).to_contain_text("18")
    visit.click_map(105.5, 21.0)
    visit.title("Phường Hàng Đào")
    crumbs = visit.page.locator("#breadcrumb li")
    expect(crumbs).to_have_text(["Việt Nam", "Thành phố Hà Nội"])
    expect(panel).to_contain_text("6 cơ sở trong khu vực")
    assert visit.state()["edition"] == TWO_LEVELS


def test_the_sheet_opens_on_a_phone_and_shows_the_figures(phone: Visit) -> None:
    phone.open("/?area=79")
    phone.title("Thành phố Hồ Chí Minh")
    expect(phone.page.locator(".panel-body")).to_be_hidden()
    phone.page.locator("#sheet-handle").click()
    expect(phone.page.locator(".panel-body")).to_be_visible()
    expect(phone.page.locator("#sheet-handle")).to_have_attribute("aria-expanded", "true")
    phone.page.locator("#sheet-handle").click()
    expect(phone.page.locator(".panel-body")).to_be_hidden()


def test_playing_moves_through_the_days(visit: Visit) -> None:
    visit.open("/?area=79")
    visit.title("Thành phố Hồ Chí Minh")
    slider = visit.page.locator("#day")
    last = slider.input_value()
    visit.page.locator("#play").click()
    expect(visit.page.locator("#play")).to_have_attribute("aria-label", "Dừng")
    expect(slider).not_to_have_value(last)
    visit.page.locator("#play").click()
    expect(visit.page.locator("#play")).to_have_attribute("aria-label", "Chạy qua các ngày")
    assert visit.asked("_dash-update-component") == []


def test_a_venue_address_opens_its_ward(visit: Visit) -> None:
    visit.open(f"/?area=26740&venue={venue_id('26740', 1)}")
    visit.title("Trường Tiểu học Hoa Phượng 1")
    expect(visit.page.locator("#map-panel")).to_contain_text("Có rủi ro")
