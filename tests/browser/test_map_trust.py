"""Trust on the public map: who says that an area or a venue has its level."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.axe import assert_accessible
from tests.browser.map_country import venue_id
from tests.browser.visit import DESKTOP, PHONE, POINT, Visit, start_visit

pytestmark = pytest.mark.browser

AGREEMENT = {"pairs": 24, "kappa": 0.58, "low": 0.31, "high": 0.85, "weighted_kappa": 0.62}
RINGS = """() => {
  const { data } = document.querySelector("#map .js-plotly-plot");
  const [rings, venues] = [4, 5].map((trace) => data[trace]);
  return rings.lon.map((lon, at) =>
    [lon.toFixed(3), rings.marker.size[at] - venues.marker.size[at], rings.marker.color[at]]);
}"""


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Visit]:
    visit = start_visit(chromium, site, DESKTOP)
    yield visit
    visit.page.context.close()
    assert visit.problems == []


def tip_at(visit: Visit, lon: float, lat: float) -> str:
    """What the tooltip says of a place."""
    place = visit.page.evaluate(POINT, [lon, lat])
    visit.page.mouse.move(place["x"] - 3, place["y"])
    visit.page.mouse.move(place["x"], place["y"])
    tip = visit.page.locator("#map-tooltip")
    expect(tip).to_be_visible()
    return tip.inner_text()


def test_areas_that_nobody_inspected_are_marked_on_the_map_and_counted_in_the_legend(
    visit: Visit,
) -> None:
    visit.open("/?area=79")
    visit.title("Thành phố Hồ Chí Minh")
    assert visit.pattern_at(107.5, 11.0) == ["antoan-unseen"]  # Cần Giờ
    assert visit.pattern_at(106.5, 11.0) == []  # Quận 1, where one venue was inspected
    row = visit.page.locator(".legend-unseen")
    expect(row).to_have_text("Chưa cơ sở nào được kiểm tra tại chỗ1")
    counts = visit.page.locator(".legend-row:not(.legend-unseen) .legend-count").all_inner_texts()
    assert sum(int(count) for count in counts) == 2
    # The neighbours behind the area chosen are marked as well: Hà Nội, but not Đà Nẵng.
    visit.open("/?area=48")
    visit.title("Thành phố Đà Nẵng")
    visit.page.evaluate("antoan.controller.figure.map().jumpTo({center: [107, 16], zoom: 5})")
    visit.page.evaluate("antoan.controller.figure.settled()")
    assert visit.pattern_at(104.5, 21.0, trace="around") == ["antoan-unseen"]
    assert visit.pattern_at(106.5, 11.0, trace="around") == []


def test_check_ins_and_too_few_data_carry_no_mark_of_trust(visit: Visit) -> None:
    visit.open("/?area=79&layer=density")
    visit.title("Thành phố Hồ Chí Minh")
    assert "antoan-unseen" not in visit.pattern_at(107.5, 11.0)
    expect(visit.page.locator(".legend-unseen")).to_have_count(0)
    assert "kiểm tra" not in tip_at(visit, 107.5, 11.0)


@pytest.mark.parametrize(
    ("lang", "seen", "unseen", "nothing"),
    [
        (
            "vi",
            "Tự khai 64% · kiểm tra tại chỗ 10%",
            "Tự khai 100% · chưa có kiểm tra tại chỗ",
            "chưa có đánh giá",
        ),
        (
            "en",
            "Self-declared 64% · inspected on site 10%",
            "Self-declared 100% · no inspection here yet",
            "not assessed yet",
        ),
    ],
)
def test_the_tip_says_how_far_to_trust_an_area(
    visit: Visit, lang: str, seen: str, unseen: str, nothing: str
) -> None:
    visit.open(f"/?area=79&lang={lang}")
    visit.page.wait_for_selector(".trust-block")
    assert seen in re.sub(r"\s", " ", tip_at(visit, 106.5, 11.0)).replace(" %", "%")
    assert unseen in re.sub(r"\s", " ", tip_at(visit, 107.5, 11.0)).replace(" %", "%")
    visit.open(f"/?area=498&lang={lang}")
    visit.settle()
    assert nothing in tip_at(visit, 111.5, 16.5)  # Hoàng Sa has no venue


@pytest.mark.parametrize(
    ("lang", "bare", "few"),
    [
        (
            "vi",
            "Toàn bộ là tự khai: chưa có cơ sở nào ở đây được kiểm tra.",
            "Chưa đủ lần kiểm tra (0 lần trong 365 ngày, cần 10)",
        ),
        (
            "en",
            "All of it is self-declared: no venue here has been checked.",
            "Not enough inspections (0 in 365 days, 10 needed)",
        ),
    ],
)
def test_the_panel_of_an_area_without_inspections_says_so(
    visit: Visit, lang: str, bare: str, few: str
) -> None:
    visit.open(f"/?area=787&lang={lang}")
    block = visit.page.locator(".trust-block")
    expect(block.locator(".trust-bare")).to_have_text(bare)
    expect(block.locator(".trust-line")).to_have_text(few)
    expect(block.locator(".count-list strong")).to_have_text(["5", "0", "0", "0", "0"])


@pytest.mark.parametrize(
    ("lang", "grades", "kappa"),
    [
        (
            "vi",
            ["Tự khai", "Đã kiểm tra hồ sơ", "Đã kiểm tra tại chỗ", "Đang khiếu nại", "Hết hạn"],
            "κ 0,58 (khoảng tin cậy 95 %: 0,31 đến 0,85), 24 lần kiểm tra",
        ),
        (
            "en",
            ["Self-declared", "Documents checked", "Inspected on site", "Contested", "Expired"],
            "κ 0.58 (95 % interval 0.31 to 0.85), 24 inspections",
        ),
    ],
)
def test_the_panel_counts_the_grades_and_tells_how_inspections_agreed(
    visit: Visit, lang: str, grades: list[str], kappa: str
) -> None:
    def agree(route: Route) -> None:
        answer = route.fetch()
        body: Any = answer.json()
        body["figures"]["trust"] |= {"inspections": 24, "agreement": AGREEMENT}
        route.fulfill(response=answer, json=body)

    visit.page.route("**/api/v1/areas/26740/summary?*", agree)
    visit.open(f"/?area=26740&lang={lang}")
    block = visit.page.locator(".trust-block")
    counts = ["2", "1", "1", "1", "1"]
    expect(block.locator(".count-list li")).to_have_text(
        [f"{grade}{count}" for grade, count in zip(grades, counts, strict=True)]
    )
    expect(block.locator(".trust-bare")).to_have_count(0)
    expect(block.locator(".trust-line")).to_have_text(kappa)
    legend = visit.page.locator(".legend-row").filter(has=visit.page.locator(".trust-sign"))
    expect(legend).to_have_text(
        [f"{grade}{count}" for grade, count in zip(grades, counts, strict=True)]
    )
    assert_accessible(visit.page)


def test_a_ring_around_each_venue_tells_its_grade(visit: Visit) -> None:
    visit.open("/?area=26740")
    visit.title("Phường Bến Nghé")
    rings = {lon: (wide, colour) for lon, wide, colour in visit.page.evaluate(RINGS)}
    lon = [f"{106 + number / 7:.3f}" for number in range(1, 7)]
    assert rings[lon[0]] == (11, "#12418f")  # inspected
    assert rings[lon[1]] == (7, "#12418f")  # documents checked
    assert rings[lon[2]] == (9, "#9a3412")  # contested
    assert rings[lon[4]] == (4, "#ffffff")  # the venue's own word


def test_a_venue_says_who_vouches_for_its_level(visit: Visit) -> None:
    visit.open(f"/?area=26740&venue={venue_id('26740', 0)}")
    grade = visit.page.locator(".trust-grade")
    expect(grade).to_contain_text("Đã kiểm tra tại chỗ")
    visit.open(f"/?area=26740&venue={venue_id('26740', 4)}&lang=en")
    expect(grade).to_contain_text("Self-declared")


@pytest.mark.parametrize(("lang", "words"), [("vi", "Cơ sở của tôi"), ("en", "My venues")])
def test_owners_find_their_way_in_from_the_map(
    chromium: Browser, site: str, lang: str, words: str
) -> None:
    visit = start_visit(chromium, site, PHONE)
    visit.open(f"/?lang={lang}")
    visit.page.get_by_role("button", name="Về bản đồ này" if lang == "vi" else "About").click()
    ways = visit.page.locator("#about-dialog .about-ways a")
    paths = [f"/{path}?lang={lang}" for path in ("venue", "sign-in", "register")]
    assert ways.evaluate_all("all => all.map((one) => one.getAttribute('href'))") == paths
    assert_accessible(visit.page)
    visit.page.keyboard.press("Escape")
    visit.page.get_by_role("link", name=words).click()
    expect(visit.page).to_have_url(re.compile(r"/sign-in\?.*next="))
    expect(visit.page.locator("html")).to_have_attribute("lang", lang)
    visit.page.context.close()
