"""The list of a person's venues and the desk of one."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from dashboard.pages.venue.list import PAGE_SIZE
from data.clock import today
from data.models import Venue
from data.queries.my_venues import list_my_venues
from data.scope import scoped_sessions
from tests.level_data import add_span, add_tree
from tests.people import make_account, make_venue, sign_in
from tests.venue_pages import venue_app


@pytest.fixture
def client(sessions: sessionmaker[Session]) -> TestClient:
    return TestClient(venue_app(sessions), follow_redirects=False)


def pk_of(session: Session, venue_id: str) -> int:
    return session.scalars(select(Venue.venue_pk).where(Venue.venue_id == venue_id)).one()


def test_nobody_sees_a_list(client: TestClient) -> None:
    assert client.get("/venue").headers["location"] == "/sign-in?next=%2Fvenue"


def test_list_shows_own_venues_with_level_and_area(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    owner, other = make_account(sessions), make_account(sessions)
    with sessions.begin() as session:
        ids = add_tree(session)
        session.execute(text("UPDATE boundary_edition SET is_active = true"))
    mine = make_venue(sessions, owner=owner, name="Trường Một", area_id=ids["00001"])
    make_venue(sessions, owner=owner, name="Trường Hai", staff_role="editor")
    closed = make_venue(sessions, owner=owner, name="Trường Ba")
    make_venue(sessions, owner=other, name="Của người khác")
    with sessions.begin() as session:
        add_span(session, pk_of(session, mine), today(), today() + timedelta(days=5))
        session.get_one(Venue, pk_of(session, closed)).closed_on = today()
    sign_in(client, sessions, owner)
    page = client.get("/venue").text
    assert [page.index(name) for name in ("Trường Ba", "Trường Hai", "Trường Một")] == sorted(
        page.index(name) for name in ("Trường Ba", "Trường Hai", "Trường Một")
    )
    assert "Của người khác" not in page
    assert "· 00001" in page
    assert (today() + timedelta(days=5)).strftime("đến hết %d/%m/%Y") in page
    assert page.count("level-safe") == 1
    assert page.count("Đang đóng cửa") == 1
    assert page.count("người đánh giá") == 1
    with scoped_sessions(sessions, owner)() as session:
        found = list_my_venues(session, owner.account_pk, day=today(), limit=10)
    assert [venue.is_closed for venue in found] == [True, False, False]


def test_list_is_paged_and_searched_without_marks(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    owner = make_account(sessions)
    for number in range(PAGE_SIZE + 2):
        make_venue(sessions, owner=owner, name=f"Cửa hàng {number:02}")
    with sessions.begin() as session:
        session.execute(text("UPDATE venue SET name_ascii = replace(name, 'Cửa hàng', 'cua hang')"))
    sign_in(client, sessions, owner)
    first = client.get("/venue?lang=en").text
    assert first.count("venue-row") == PAGE_SIZE
    assert f"{PAGE_SIZE + 2} venues" in first
    address = first.split('href="/venue?before=')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(f"/venue?before={address}").text
    assert second.count("venue-row") == 2
    assert "Cửa hàng 00" in second
    found = client.get("/venue?q=CUA+hàng+07").text
    assert found.count("venue-row") == 1
    assert "Không có cơ sở nào" in client.get("/venue?q=không+có").text


def test_desk_names_the_next_step(client: TestClient, sessions: sessionmaker[Session]) -> None:
    owner = make_account(sessions)
    venue_id = make_venue(sessions, owner=owner)
    sign_in(client, sessions, owner)
    address = f"/venue/{venue_id}?lang=en"
    assert "Assess the venue for the first time" in client.get(address).text
    with sessions.begin() as session:
        pk = pk_of(session, venue_id)
        add_span(session, pk, today() - timedelta(days=9), today() - timedelta(days=2))
    assert "The last result has expired" in client.get(address).text
    with sessions.begin() as session:
        add_span(session, pk, today(), today() + timedelta(days=2))
    assert "Issue its certificate" in client.get(address).text
    with sessions.begin() as session:
        session.execute(text("UPDATE venue_level_span SET last_day = last_day + 60"
                             " WHERE last_day > current_date"))  # fmt: skip
    page = client.get(address).text
    assert "The venue is safe" in page
    assert "Issue the certificate" in page
    with sessions.begin() as session:
        session.execute(text("UPDATE venue_level_span SET level = 'unsafe'"))
    assert "Mend what failed" in client.get(address).text
    with sessions.begin() as session:
        session.execute(text("UPDATE venue_level_span SET level = 'safe'"))
        session.get_one(Venue, pk).closed_on = today() + timedelta(days=2)
    assert "nothing to renew" in client.get(address).text
    with sessions.begin() as session:
        session.get_one(Venue, pk).closed_on = today()
    page = client.get(address).text
    assert "tell the day" in page
    assert f"/venue/{venue_id}/reopen" in page


def test_desk_without_a_criteria_set_offers_no_assessment(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    owner = make_account(sessions)
    venue_id = make_venue(sessions, owner=owner, venue_type="other")
    sign_in(client, sessions, owner)
    page = client.get(f"/venue/{venue_id}?lang=en").text
    assert "There is no criteria set for this type here yet" in page
    assert f"/venue/{venue_id}/assess" not in page
    assert f"/venue/{venue_id}/certificate" not in page
    assert f"/venue/{venue_id}/codes" in page


def test_desk_of_another_is_not_found(client: TestClient, sessions: sessionmaker[Session]) -> None:
    venue_id = make_venue(sessions, owner=make_account(sessions))
    sign_in(client, sessions, make_account(sessions))
    assert client.get(f"/venue/{venue_id}").status_code == 404


def test_editor_is_not_shown_what_only_the_owner_may(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    editor = make_account(sessions)
    venue_id = make_venue(sessions, owner=editor, staff_role="editor")
    sign_in(client, sessions, editor)
    page = client.get(f"/venue/{venue_id}").text
    assert f"/venue/{venue_id}/assess" in page
    assert f"/venue/{venue_id}/close" not in page
