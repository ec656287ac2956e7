"""Where a venue is: points as people write them, addresses, and what the page says of them."""

import re
from html import unescape

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from data.models import Venue
from tests.venue_pages import FORM, Browser, only_venue


@pytest.mark.parametrize(
    ("typed", "lon"),
    [
        ("21.05, 105.05", 105.05),
        ("(21.05, 105.05)", 105.05),
        ("21.05 105.05", 105.05),
        ("21,05; 105,05", 105.05),
        ("21,05 105,05", 105.05),
        ("21.05°, 105.05°", 105.05),
    ],
    ids=["comma", "brackets", "space", "decimal comma", "decimal comma and space", "degrees"],
)
def test_points_are_read_as_people_write_them(
    browser: Browser, sessions: sessionmaker[Session], typed: str, lon: float
) -> None:
    assert browser.send("/venue/new", FORM | {"point": typed}).status_code == 303
    with sessions() as session:
        found = session.execute(text("SELECT ST_X(point), ST_Y(point) FROM venue")).one()
    assert tuple(found) == (lon, 21.05)


def test_place_is_compared_with_the_address_and_shown_for_correction(
    browser: Browser, sessions: sessionmaker[Session]
) -> None:
    wrong = FORM | {"point": "21.05, 105.15"}
    first = browser.send("/venue/new", wrong)
    page = unescape(first.text)
    assert first.status_code == 200
    assert "Vị trí nằm ở Phường Hai, Quận Giữa, Thành phố Thử, nhưng địa chỉ ghi" in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    assert browser.send("/venue/new", wrong | {"seen": "disagrees:90001"}).status_code == 200
    assert browser.send("/venue/new", wrong | {"seen": seen[1]}).status_code == 303
    venue = only_venue(sessions)
    desk = unescape(browser.get(f"/venue/{venue.venue_id}").text)
    assert "nhưng địa chỉ ghi địa bàn khác" in desk


def test_point_outside_every_area_is_taken_after_a_warning(
    browser: Browser, sessions: sessionmaker[Session]
) -> None:
    far = FORM | {"point": "10.5, 110.5"}
    assert "nằm ngoài mọi địa bàn" in unescape(browser.send("/venue/new", far).text)
    assert browser.send("/venue/new", far | {"seen": "outside"}).status_code == 303
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM venue_area")) == 0


def test_search_without_javascript_gives_a_point(browser: Browser) -> None:
    page = browser.send("/venue/new", FORM | {"point": "", "do": "search", "search": "phuong hai"})
    picked = re.search(r'name="pick" value="([^"]+)"', page.text)
    assert picked is not None
    assert picked[1] == "21.05000, 105.15000"
    shown = unescape(browser.send("/venue/new", FORM | {"pick": picked[1], "do": ""}).text)
    assert 'value="21.05000, 105.15000"' in shown
    assert "Phường Hai" in shown
    entered = browser.send("/venue/new", {"do": "enter", "search": "phuong mot"})
    assert "21.05000, 105.05000" in entered.text
    assert (
        "Không tìm thấy nơi nào"
        in browser.send("/venue/new", {"do": "search", "search": "zzz"}).text
    )


def test_only_these_pages_may_ask_where_the_device_is(browser: Browser) -> None:
    assert "geolocation=(self)" in browser.get("/venue/new").headers["permissions-policy"]
    assert "geolocation=()" in browser.get("/venue").headers["permissions-policy"]


def test_place_answers_the_maps_script(browser: Browser) -> None:
    fields = {"point": "21.05, 105.15", "address": FORM["address"]}
    found = browser.send("/venue/place", fields).json()
    assert (found["kind"], found["lon"]) == ("disagrees", 105.15)
    assert browser.send("/venue/place", {"point": "21.05, 105.05"}).json()["kind"] == "named"
    assert browser.send("/venue/place", {"point": "1, 1"}).json()["kind"] == "outside"
    assert browser.send("/venue/place", {"point": "x"}).json()["kind"] == "problem"
    assert browser.client.post("/venue/place", data=fields).status_code == 403


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("phuong mot", ["Phường Một"]),
        ("5 Phố Huế, P. Hai, Q. Giữa, TP. Thử", ["Phường Hai"]),
        ("5 pho hue, hai, giua", ["Phường Hai"]),
        ("Phường Hai, Thành phố Khác", []),
        ("Ngõ 1, Hai, ở đâu đó", []),
        ("Ngõ 1, Phường Ba", []),
        ("1, 2, 3", []),
        ("", []),
    ],
)
def test_a_whole_address_finds_the_area_that_it_names(
    browser: Browser, typed: str, names: list[str]
) -> None:
    found = browser.send("/venue/points", {"search": typed}).json()["items"]
    assert [one["name"] for one in found] == names
    assert browser.client.post("/venue/points", data={"search": typed}).status_code == 403


def test_a_type_without_criteria_there_is_told_before_the_venue_is_made(
    browser: Browser, sessions: sessionmaker[Session]
) -> None:
    cafe = {**FORM, "type": "cafe"}
    place = browser.send("/venue/place", cafe).json()
    assert place["has_criteria"] is False
    assert "“Quán cà phê” tại Thành phố Thử" in place["criteria_text"]
    assert browser.send("/venue/place", FORM).json()["has_criteria"] is True
    assert browser.send("/venue/place", {"point": FORM["point"]}).json()["has_criteria"] is True
    outside = browser.send("/venue/place", {**cafe, "point": "1, 1"}).json()
    assert "bộ tiêu chí toàn quốc" in outside["criteria_text"]
    asked = browser.send("/venue/new", cafe)
    assert asked.status_code == 200
    assert "Chưa có bộ tiêu chí cho cơ sở này" in asked.text
    assert "in mã QR" in asked.text
    with sessions() as session:
        assert session.scalars(select(Venue)).all() == []
    mark = re.search(r'name="seen" value="([^"]+)"', asked.text)
    assert mark is not None
    # Another type there is another question.
    karaoke = browser.send("/venue/new", {**cafe, "type": "karaoke", "seen": mark[1]})
    assert "Chưa có bộ tiêu chí cho cơ sở này" in karaoke.text
    assert browser.send("/venue/new", {**cafe, "seen": mark[1]}).status_code == 303
