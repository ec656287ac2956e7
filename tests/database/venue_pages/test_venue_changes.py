"""A venue is changed, moved, closed and reopened by its pages."""

from datetime import timedelta
from html import unescape

from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from data.clock import today
from data.models import (
    VenueClosure,
    VenueContact,
    VenuePastPlace,
)
from data.services.counting.aggregation import aggregate
from tests.level_data import add_span, counts_of
from tests.venue_pages import FORM, Browser, kinds, only_venue, registered


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
