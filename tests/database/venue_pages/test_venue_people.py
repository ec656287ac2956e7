"""Who acts for a venue: invitations, leaving, and asking for one that others entered."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from data.models import (
    ClaimRequest,
    VenueStaff,
)
from data.scope import Actor
from data.services.venues.venue_claims import read_claim, use_claim
from tests.people import make_account, make_venue
from tests.venue_pages import Browser, kinds, only_venue, registered


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
