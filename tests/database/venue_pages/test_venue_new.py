"""A venue is registered by its page, without JavaScript; likely duplicates are shown first."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from data.clock import today
from data.models import (
    Venue,
    VenueContact,
    VenueStaff,
)
from data.scope import Actor
from data.services.counting.aggregation import aggregate
from data.services.venues.venue_registration import VenueDetails, register_venue
from tests.level_data import counts_of
from tests.people import make_account
from tests.venue_pages import FORM, Browser, kinds, only_venue


def test_registered_venue_is_its_owners_and_counted_at_once(
    browser: Browser, sessions: sessionmaker[Session], owner: Actor, country: dict[str, int]
) -> None:
    aggregate(sessions, first_day=today() - timedelta(days=2), last_day=today())
    answer = browser.send("/venue/new", FORM)
    assert answer.status_code == 303, unescape(answer.text)
    venue = only_venue(sessions)
    assert answer.headers["location"] == f"/venue/{venue.venue_id}?done=registered"
    assert (venue.name_ascii, venue.footfall_per_day) == ("truong tieu hoc kim dong", 600)
    assert (venue.opened_on, venue.source) == (today(), "owner")
    assert counts_of(sessions) == {
        (today(), country[code]): (1, 0, 0, 0, 0, 0) for code in ("90", "900", "90001")
    }
    page = browser.get(answer.headers["location"]).text
    assert "Phường Một, Quận Giữa, Thành phố Thử" in page
    assert "Hãy tự đánh giá lần đầu" in page
    assert kinds(sessions) == ["registered"]
    with sessions() as session:
        assert session.scalars(select(VenueStaff.role)).all() == ["owner"]
        assert session.scalars(select(VenueContact)).all() == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Hãy nhập tên cơ sở"),
        ({"name": "Trường\u202eKim"}, "Có ký tự ẩn (U+202E)"),
        ({"name": "x" * 301}, "nhiều nhất 300 ký tự"),
        ({"type": ""}, "Hãy chọn loại hình cơ sở"),
        ({"type": "castle"}, "Hãy chọn một loại trong danh sách"),
        ({"point": ""}, "Hãy chọn vị trí trên bản đồ"),
        ({"point": "Hà Nội"}, "Không đọc được tọa độ"),
        ({"point": "105.05, 21.05"}, "có vẻ bị đổi chỗ"),
        ({"footfall": "nhiều"}, "số nguyên từ 1"),
        ({"capacity": "-5"}, "số nguyên từ 1"),
        ({"contact": "gọi tôi"}, "số điện thoại Việt Nam"),
    ],
    ids=["name", "hidden", "long", "type", "unknown", "point", "words", "swapped", "footfall",
         "capacity", "contact"],
)  # fmt: skip
def test_wrong_fields_are_named_and_nothing_is_lost(
    browser: Browser, sessions: sessionmaker[Session], change: dict[str, str], sentence: str
) -> None:
    answer = browser.send("/venue/new", FORM | change)
    assert answer.status_code == 422
    page = unescape(answer.text)
    field = next(iter(change))
    assert sentence in page
    assert f'href="#{field}"' in page
    assert f'aria-describedby="{field}-problem' in page
    kept = {name: text for name, text in FORM.items() if name not in ("type", "do", field)}
    assert all(f'value="{text}"' in page for text in kept.values())
    with sessions() as session:
        assert session.scalars(select(Venue)).all() == []


def test_likely_duplicate_is_shown_before_a_second_one_is_made(
    browser: Browser, sessions: sessionmaker[Session]
) -> None:
    other = make_account(sessions)
    details = VenueDetails(
        name="Tiểu học KIM ĐỒNG", venue_type="school.primary", address="Số 12",
        footfall_per_day=5, capacity=None,
    )  # fmt: skip
    theirs = register_venue(sessions, details, lon=105.0503, lat=21.05, actor=other)
    shown = browser.send("/venue/new", FORM)
    page = unescape(shown.text)
    assert shown.status_code == 200
    assert "Tiểu học KIM ĐỒNG" in page
    assert "cách 31 m" in page
    assert f"/venue/ask?venue={theirs}" in page
    assert "Trần" not in page  # nobody is told who the owner is
    assert browser.send("/venue/new", FORM | {"not_same": "another"}).status_code == 200
    made = browser.send("/venue/new", FORM | {"not_same": theirs})
    assert made.status_code == 303
    # The same form again, as by a second press: now it is their own venue that is found.
    again = unescape(browser.send("/venue/new", FORM | {"not_same": theirs}).text)
    assert "Đây là cơ sở của tôi: mở trang quản lý" in again
    with sessions() as session:
        assert len(session.scalars(select(Venue)).all()) == 2


@pytest.mark.parametrize("name", ["TH Kim Đồng", "Kim Dong Primary School", "TRƯỜNG KIM ĐỒNG"])
def test_a_short_or_an_english_name_is_known_again(
    browser: Browser, sessions: sessionmaker[Session], name: str
) -> None:
    assert browser.send("/venue/new", FORM).status_code == 303
    shown = browser.send("/venue/new", FORM | {"name": name})
    assert shown.status_code == 200
    assert "cách 0 m" in unescape(shown.text)


@pytest.mark.parametrize(
    "change",
    [{"type": "kindergarten"}, {"point": "21.0510, 105.05"}, {"name": "Trường Lê Văn Tám"}],
    ids=["type", "distance", "name"],
)
def test_other_venues_near_by_are_no_duplicates(
    browser: Browser, sessions: sessionmaker[Session], change: dict[str, str]
) -> None:
    assert browser.send("/venue/new", FORM).status_code == 303
    assert browser.send("/venue/new", FORM | change).status_code == 303


def test_accounts_of_offices_register_nothing(
    browser: Browser, sessions: sessionmaker[Session]
) -> None:
    committee = make_account(sessions, role="committee", areas=(("e3", "90"),))
    assert Browser(browser.app, sessions, committee).send("/venue/new", FORM).status_code == 404
