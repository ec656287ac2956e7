"""Reports of the public: no name, a number to quote, limits, and venues that are closed."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from assessments.appeals import report_due_on
from assessments.levels import VenueLevel
from dashboard.app import create_app
from data.clock import day_of, now
from tests.api_app import site_settings
from tests.people import sign_in
from tests.town import Town

Sessions = sessionmaker[Session]


@pytest.fixture
def client(sessions: Sessions) -> TestClient:
    app = create_app(site_settings(), sessions)
    assert isinstance(app, FastAPI)
    return TestClient(app, follow_redirects=False)


def open_form(client: TestClient, town: Town) -> dict[str, str]:
    page = client.get(f"/report/{town.venue_id}")
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert token is not None
    return {"csrf": token[1], "reason": "crowded", "words": "Rất đông."}


def test_anybody_reports_and_nobody_learns_who(client: TestClient, town: Town) -> None:
    town.submit(VenueLevel.SAFE)
    path = f"/report/{town.venue_id}"
    page = client.get(path)
    assert page.status_code == 200
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert token is not None
    form = {"csrf": token[1], "reason": "crowded", "words": "Rất đông."}
    assert client.post(path, data={"reason": "crowded"}).status_code == 403
    assert client.post(path, data={**form, "reason": "nonsense"}).status_code == 422
    for _ in range(3):  # what is refused uses up nobody's reports
        photo = {"photo": ("x", b"no photo")}
        assert client.post(path, data=form, files=photo).status_code == 422
    sent = client.post(path, data=form)
    assert sent.status_code == 200
    assert "Rất đông" not in sent.text
    assert client.post(path, data=form).status_code == 200
    often = client.post(path, data=form)
    assert often.status_code == 429
    assert "sau 24 giờ" in often.text
    with town.sessions() as session:
        rows = session.execute(text("SELECT reason, wording FROM venue_report")).all()
    assert [tuple(row) for row in rows] == [("crowded", "Rất đông.")] * 2
    assert client.get("/report/0000000000000000").status_code == 404
    sign_in(client, town.sessions, town.owner)
    own = client.get(f"/venue/{town.venue_id}/verification").text
    assert "Rất đông." not in own
    assert "Quá đông" in own


def test_the_receipt_can_be_quoted_and_says_what_happens_next(
    client: TestClient, town: Town
) -> None:
    town.submit(VenueLevel.SAFE)
    page = client.post(f"/report/{town.venue_id}", data=open_form(client, town)).text
    number = re.search(r'<p class="receipt">(\w{4}-\w{4})</p>', page)
    assert number is not None
    due = report_due_on(day_of(now()))
    assert f"chậm nhất đến hết ngày {due:%d/%m/%Y}" in page
    assert "Rất đông" not in page
    sign_in(client, town.sessions, town.committee)
    for typed in (number[1], number[1].lower().replace("-", " ")):
        found = client.get("/committee/reports", params={"number": typed}).text
        assert number[1] in found
        assert "Rất đông." in found
    nothing = client.get("/committee/reports?number=0000-0000").text
    assert "Rất đông." not in nothing
    assert "Không có tin báo nào mang mã này" in nothing
    sign_in(client, town.sessions, town.stranger)
    assert "Rất đông." not in client.get(f"/committee/reports?number={number[1]}").text


def test_a_closed_venue_says_so_and_counts_against_no_limit(client: TestClient, town: Town) -> None:
    form = open_form(client, town)
    path = f"/report/{town.venue_id}"
    with town.sessions.begin() as session:
        session.execute(text("UPDATE venue SET closed_on = '2021-01-05'"))
    page = client.get(path)
    assert page.status_code == 200
    assert "đã báo đóng cửa từ ngày 05/01/2021" in page.text
    assert 'name="reason"' not in page.text
    for _ in range(4):
        refused = client.post(path, data=form)
        assert refused.status_code == 409
        assert "Không có gì được gửi đi" in refused.text
    with town.sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM venue_report")) == 0
    with town.sessions.begin() as session:
        session.execute(text("UPDATE venue SET closed_on = NULL"))
    assert client.post(path, data=form).status_code == 200
