"""The door of signed-in pages: who comes in, who is sent where, whose form is taken."""

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session, sessionmaker

from dashboard.app import create_app
from dashboard.auth.door import Door
from dashboard.pages.forms import Form
from tests.api_app import site_settings
from tests.people import make_account, make_venue, sign_in


def _client(sessions: sessionmaker[Session]) -> TestClient:
    app = create_app(site_settings(), sessions)
    door: Door = app.state.door
    router = APIRouter()

    @router.get("/test/{venue_id}")
    def read(request: Request, venue_id: str) -> Response:
        person, venue = door.require_venue(request, venue_id, needs="owner")
        return PlainTextResponse(f"{person.actor.account_id} {venue.venue_id}")

    @router.post("/test/{venue_id}")
    def write(request: Request, venue_id: str, form: Form) -> Response:
        door.require_venue(request, venue_id, form)
        return PlainTextResponse("written")

    assert isinstance(app, FastAPI)
    app.router.routes[:0] = router.routes  # before the map, which answers every other address
    return TestClient(app, follow_redirects=False)


def test_nobody_is_sent_to_sign_in(sessions: sessionmaker[Session]) -> None:
    answer = _client(sessions).get("/test/AAAA")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Ftest%2FAAAA"


def test_owner_comes_in_and_others_find_nothing(sessions: sessionmaker[Session]) -> None:
    owner, editor, other = (make_account(sessions) for _ in range(3))
    venue_id = make_venue(sessions, owner=owner)
    theirs = make_venue(sessions, owner=editor, staff_role="editor")
    client = _client(sessions)
    sign_in(client, sessions, owner)
    assert client.get(f"/test/{venue_id}").text == f"{owner.account_id} {venue_id}"
    assert client.get(f"/test/{theirs}").status_code == 404
    sign_in(client, sessions, editor)
    assert client.get(f"/test/{theirs}").status_code == 403
    sign_in(client, sessions, other)
    assert client.get(f"/test/{venue_id}").status_code == 404


def test_a_form_without_the_token_changes_nothing(sessions: sessionmaker[Session]) -> None:
    owner = make_account(sessions)
    venue_id = make_venue(sessions, owner=owner)
    client = _client(sessions)
    csrf = sign_in(client, sessions, owner)
    assert client.post(f"/test/{venue_id}", data={}).status_code == 403
    assert client.post(f"/test/{venue_id}", data={"csrf": "0" * 64}).status_code == 403
    assert client.post(f"/test/{venue_id}", data={"csrf": csrf}).text == "written"
    header = client.post(f"/test/{venue_id}", headers={"X-CSRF-Token": csrf})
    assert header.text == "written"
