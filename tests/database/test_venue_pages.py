"""Registering, changing, moving, closing and staffing a venue by its pages, without JavaScript."""

import re
from datetime import timedelta
from html import unescape

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from data.clock import today
from data.models import (
    ClaimRequest,
    Venue,
    VenueClosure,
    VenueContact,
    VenueEvent,
    VenuePastPlace,
    VenueStaff,
)
from data.scope import Actor
from data.services.counting.aggregation import aggregate
from data.services.venues.venue_claims import read_claim, use_claim
from data.services.venues.venue_registration import VenueDetails, register_venue
from tests.level_data import add_area, add_edition, add_span, counts_of
from tests.people import make_account, make_venue
from tests.venue_pages import Browser, venue_app

FORM = {
    "name": "Trường Tiểu học Kim Đồng",
    "type": "school.primary",
    "address": "12 Phố Huế, Phường Một, Quận Giữa",
    "point": "21.05000, 105.05000",
    "footfall": "600",
    "do": "register",
}


@pytest.fixture
def country(sessions: sessionmaker[Session]) -> dict[str, int]:
    """The active edition: a province, a district and two wards side by side."""
    with sessions.begin() as session:
        add_edition(session, "e3", is_active=True)
        ids = {"90": add_area(session, "e3", "90", 1, name="Thành phố Thử")}
        ids["900"] = add_area(session, "e3", "900", 2, parent=ids["90"], name="Quận Giữa")
        for code, name, box in (
            ("90001", "Phường Một", (105.0, 21.0, 105.1, 21.1)),
            ("90004", "Phường Hai", (105.1, 21.0, 105.2, 21.1)),
        ):
            ids[code] = add_area(session, "e3", code, 3, parent=ids["900"], name=name, box=box)
        return ids


@pytest.fixture
def owner(sessions: sessionmaker[Session]) -> Actor:
    return make_account(sessions, name="Trần Thị Chủ")


@pytest.fixture
def app(sessions: sessionmaker[Session]) -> FastAPI:
    return venue_app(sessions)


@pytest.fixture
def browser(
    app: FastAPI, sessions: sessionmaker[Session], owner: Actor, country: dict[str, int]
) -> Browser:
    return Browser(app, sessions, owner)


def only_venue(sessions: sessionmaker[Session]) -> Venue:
    with sessions() as session:
        return session.scalars(select(Venue)).one()


def kinds(sessions: sessionmaker[Session]) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(VenueEvent.kind).order_by(VenueEvent.event_pk)))


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
        ({"type": ""}, "Hãy chọn loại cơ sở"),
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


def registered(browser: Browser, sessions: sessionmaker[Session]) -> str:
    assert browser.send("/venue/new", FORM).status_code == 303
    return only_venue(sessions).venue_id


def test_details_are_changed_and_another_type_is_asked_about(
    browser: Browser, sessions: sessionmaker[Session]
) -> None:
    venue_id = registered(browser, sessions)
    page = f"/venue/{venue_id}/edit"
    assert 'value="600"' in browser.get(page).text
    changed = FORM | {"name": "Trường Mới", "capacity": "1.200", "contact": "024 3825 1234"}
    assert browser.send(page, changed).headers["location"].endswith("done=edited")
    venue = only_venue(sessions)
    assert (venue.name, venue.name_ascii, venue.capacity) == ("Trường Mới", "truong moi", 1200)
    with sessions() as session:
        contact = session.scalars(select(VenueContact)).one()
    assert (contact.phone, contact.email) == ("+842438251234", None)
    with sessions.begin() as session:
        add_span(session, venue.venue_pk, today() - timedelta(days=3), today())
    asked = browser.send(page, changed | {"type": "kindergarten"})
    assert "Đổi loại thành “Trường mầm non”?" in unescape(asked.text)
    assert only_venue(sessions).venue_type == "school.primary"
    done = browser.send(page, changed | {"type": "kindergarten", "new_type": "kindergarten"})
    assert done.headers["location"].endswith("done=type_changed")
    assert only_venue(sessions).venue_type == "kindergarten"
    assert "Kết quả trước đã hết hiệu lực" in browser.get(f"/venue/{venue_id}").text
    assert browser.send(page, changed | {"name": ""}).status_code == 422


def test_move_keeps_where_the_venue_stood(
    browser: Browser, sessions: sessionmaker[Session], country: dict[str, int]
) -> None:
    venue_id = registered(browser, sessions)
    with sessions.begin() as session:
        session.execute(text("UPDATE venue SET opened_on = current_date - 10"))
    first_day = today() - timedelta(days=2)
    aggregate(sessions, first_day=first_day, last_day=today())
    page = f"/venue/{venue_id}/move"
    assert 'value="21.05000, 105.05000"' in browser.get(page).text
    there = {"address": "3 Phố Khác, Phường Hai", "point": "21.05, 105.15", "do": "move"}
    assert browser.send(page, there).headers["location"].endswith("done=moved")
    wards = {key: row[0] for key, row in counts_of(sessions).items() if key[1] > country["900"]}
    assert wards == {
        (first_day, country["90001"]): 1,
        (first_day + timedelta(days=1), country["90001"]): 1,
        (today(), country["90004"]): 1,
    }
    with sessions() as session:
        past = session.scalars(select(VenuePastPlace)).one()
    assert (past.last_day, past.address) == (today() - timedelta(days=1), FORM["address"])
    assert "Hãy xem lại vị trí" in browser.send(page, there | {"point": "1, 1"}).text
    assert browser.send(page, there | {"point": "x"}).status_code == 422
    assert kinds(sessions) == ["registered", "moved"]


def test_close_and_reopen_keep_the_closed_days(
    browser: Browser, sessions: sessionmaker[Session]
) -> None:
    venue_id = registered(browser, sessions)
    with sessions.begin() as session:
        session.execute(text("UPDATE venue SET opened_on = current_date - 30"))
    desk, close, reopen = (f"/venue/{venue_id}{end}" for end in ("", "/close", "/reopen"))
    assert browser.get(reopen).headers["location"] == desk
    assert f'value="{today()}"' in browser.get(close).text
    too_early = browser.send(close, {"day": str(today() - timedelta(days=15))})
    assert too_early.status_code == 422
    assert "Ngày này không chọn được" in too_early.text
    assert browser.send(close, {"day": "mai"}).status_code == 422
    first = today() - timedelta(days=5)
    assert browser.send(close, {"day": str(first)}).headers["location"].endswith("done=closed")
    assert "Đang đóng cửa" in browser.get(desk).text
    assert browser.send(close, {"day": str(first)}).headers["location"] == desk
    reopened = browser.send(reopen, {"day": str(today())}).headers["location"]
    assert "Cơ sở đã mở lại" in browser.get(reopened).text
    with sessions() as session:
        closure = session.scalars(select(VenueClosure)).one()
    assert (closure.first_day, closure.last_day) == (first, today() - timedelta(days=1))
    assert "Đang đóng cửa" not in browser.get(desk).text
    later = today() + timedelta(days=9)
    announced = browser.get(browser.send(close, {"day": str(later)}).headers["location"]).text
    assert later.strftime("Sẽ đóng cửa từ ngày %d/%m/%Y") in announced
    assert "Cho đến hôm đó, cơ sở vẫn hoạt động" in announced
    assert "Không đóng cửa nữa" in browser.get(reopen).text
    cancelled = browser.get(browser.send(reopen, {"day": str(later)}).headers["location"]).text
    assert "Đã hủy việc đóng cửa" in cancelled
    assert "mở lại" not in cancelled
    assert only_venue(sessions).closed_on is None
    assert kinds(sessions) == ["registered", "closed", "reopened", "closed", "closing_cancelled"]


def test_a_reopening_day_ahead_leaves_the_venue_closed_until_then(
    browser: Browser, sessions: sessionmaker[Session]
) -> None:
    venue_id = registered(browser, sessions)
    browser.send(f"/venue/{venue_id}/close", {"day": str(today())})
    later = today() + timedelta(days=3)
    page = browser.send(f"/venue/{venue_id}/reopen", {"day": str(later)}).headers["location"]
    said = browser.get(page).text
    assert "Cho đến hôm đó, cơ sở vẫn đóng cửa" in said
    assert (today() + timedelta(days=2)).strftime("Đóng cửa đến hết ngày %d/%m/%Y") in said


def test_a_venue_was_open_on_the_day_of_its_assessment(
    browser: Browser, sessions: sessionmaker[Session]
) -> None:
    venue_id = registered(browser, sessions)
    with sessions.begin() as session:
        session.execute(text("UPDATE venue SET opened_on = current_date - 30"))
        add_span(session, only_venue(sessions).venue_pk, today() - timedelta(days=2), today())
    close = f"/venue/{venue_id}/close"
    assert browser.send(close, {"day": str(today() - timedelta(days=2))}).status_code == 422
    assert browser.send(close, {"day": str(today() - timedelta(days=1))}).status_code == 303


def test_owner_invites_an_editor_by_a_link_shown_once(
    browser: Browser, sessions: sessionmaker[Session]
) -> None:
    venue_id = registered(browser, sessions)
    page = f"/venue/{venue_id}/staff"
    made = browser.send(page, {"do": "invite", "role": "editor"}).text
    key = re.search(r"/venue/claim\?key=([\w-]{32})<", made)
    assert key is not None
    assert key[1] not in browser.get(page).text
    assert read_claim(sessions, key[1]).role == "editor"
    colleague = make_account(sessions, name="Lê Văn Sửa")
    use_claim(sessions, key[1], colleague)
    shown = browser.get(page).text
    assert "Lê Văn Sửa" in shown
    editor = Browser(browser.app, sessions, colleague)
    assert editor.get(page).status_code == 200
    assert editor.get(f"/venue/{venue_id}/move").status_code == 403
    assert editor.send(page, {"do": "invite", "role": "owner"}).status_code == 403
    removed = browser.send(page, {"do": "remove", "person": colleague.account_id})
    assert removed.headers["location"].endswith("done=removed")
    assert editor.get(page).status_code == 404


def test_the_last_owner_cannot_leave_and_an_editor_can(
    browser: Browser, sessions: sessionmaker[Session], owner: Actor
) -> None:
    venue_id = registered(browser, sessions)
    page = f"/venue/{venue_id}/staff"
    for fields in ({"do": "leave"}, {"do": "remove", "person": owner.account_id}):
        refused = browser.send(page, fields)
        assert refused.status_code == 409
        assert "Chủ cơ sở cuối cùng không thể rời đi" in refused.text
    colleague = make_account(sessions)
    with sessions.begin() as session:
        session.add(
            VenueStaff(
                venue_pk=only_venue(sessions).venue_pk,
                account_pk=colleague.account_pk,
                role="editor",
            )
        )
    left = Browser(browser.app, sessions, colleague).send(page, {"do": "leave"})
    assert left.headers["location"] == "/venue?done=left"
    assert kinds(sessions) == ["registered", "left"]


def test_invitation_is_taken_back(browser: Browser, sessions: sessionmaker[Session]) -> None:
    venue_id = registered(browser, sessions)
    page = f"/venue/{venue_id}/staff"
    key = re.search(r"key=([\w-]{32})<", browser.send(page, {"do": "invite"}).text)
    mark = re.search(r'name="invitation" value="(\w+)"', browser.get(page).text)
    assert key is not None
    assert mark is not None
    browser.send(page, {"do": "take_back", "invitation": mark[1]})
    assert "Lời mời chưa dùng" not in browser.get(page).text
    answer = Browser(browser.app, sessions, make_account(sessions)).get(
        f"/venue/claim?key={key[1]}"
    )
    assert answer.status_code == 303


def test_committee_of_the_area_answers_who_asks_for_a_venue(
    browser: Browser, sessions: sessionmaker[Session], owner: Actor, country: dict[str, int]
) -> None:
    venue_id = make_venue(sessions, name="Chợ Một", area_id=country["90001"])
    ask = f"/venue/ask?venue={venue_id}"
    assert "Chợ Một" in browser.get(ask).text
    assert browser.get("/venue/ask?venue=NOBODY").status_code == 404
    assert browser.send(ask, {"reason": ""}).status_code == 422
    assert browser.send(ask, {"reason": "Tôi là trưởng ban quản lý chợ"}).status_code == 303
    assert browser.send(ask, {"reason": "Xin lần nữa"}).status_code == 303
    assert browser.get("/committee/claims").status_code == 404
    here = make_account(sessions, role="committee", areas=(("e3", "900"),))
    elsewhere = make_account(sessions, role="committee", areas=(("e3", "90004"),))
    far, near = Browser(browser.app, sessions, elsewhere), Browser(browser.app, sessions, here)
    assert "Chợ Một" not in far.get("/committee/claims").text
    page = near.get("/committee/claims").text
    assert "Tôi là trưởng ban quản lý chợ" in page
    assert page.count('name="request"') == 1
    number = re.search(r'name="request" value="(\d+)"', page)
    assert number is not None
    far.send("/committee/claims", {"request": number[1], "do": "accept"})
    with sessions() as session:
        assert session.scalars(select(VenueStaff)).all() == []
    near.send("/committee/claims", {"request": number[1], "do": "accept"})
    near.send("/committee/claims", {"request": number[1], "do": "refuse"})
    with sessions() as session:
        request = session.scalars(select(ClaimRequest)).one()
        assert request.outcome == "accepted"
        assert session.scalars(select(VenueStaff.account_pk)).all() == [owner.account_pk]
    assert browser.get(f"/venue/{venue_id}").status_code == 200
    assert browser.send(ask, {"reason": "Nữa"}).status_code == 422


def test_accounts_of_offices_register_nothing(
    browser: Browser, sessions: sessionmaker[Session]
) -> None:
    committee = make_account(sessions, role="committee", areas=(("e3", "90"),))
    assert Browser(browser.app, sessions, committee).send("/venue/new", FORM).status_code == 404
