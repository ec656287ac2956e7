"""Nothing is read of a file whose sender may send none: not one byte, whatever its length."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session, sessionmaker
from starlette.types import Message

from dashboard.app import create_app
from dashboard.auth import upload_gate
from dashboard.auth.session_cookie import COOKIE
from data.services.accounts.attempts import Limit
from tests.apart import run_apart
from tests.api_app import site_settings
from tests.bulk_data import HEADERS, add_wards, csv_file, venue_row
from tests.people import make_account, sign_in

BODY = b"x" * 11_900_000
HEAD = (
    b"--b\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n"
    b"Content-Type: text/csv\r\n\r\n"
)
TAIL = b"\r\n--b--\r\n"
PRIVATE = ("/venue/bulk", "/venue/V1/evidence", "/venue/V1/codes/batch")


@pytest.fixture
def app(committing_sessions: sessionmaker[Session]) -> FastAPI:
    return create_app(site_settings(), committing_sessions)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False) as client:
        yield client


def _send(app: FastAPI, path: str, cookie: str = "", address: str = "192.0.2.7") -> tuple[int, int]:
    """Sends nearly 12 MB to the application itself: the answer's status, and how often it read."""
    reads = 0
    statuses: list[int] = []

    async def receive() -> Message:
        nonlocal reads
        reads += 1
        return {"type": "http.request", "body": HEAD + BODY + TAIL, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = [
        (b"host", b"testserver"),
        (b"accept", b"text/html"),
        (b"content-type", b"multipart/form-data; boundary=b"),
        (b"transfer-encoding", b"chunked"),
    ]
    if cookie:
        headers.append((b"cookie", cookie.encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": (address, 50_000),
        "server": ("testserver", 80),
    }
    run_apart(app(scope, receive, send))
    return statuses[0], reads


@pytest.mark.parametrize("path", PRIVATE)
def test_a_file_of_nobody_is_not_read(app: FastAPI, path: str) -> None:
    assert _send(app, path) == (303, 0)
    assert _send(app, path, f"{COOKIE}=forged") == (303, 0)


def test_an_ended_session_sends_no_file(
    app: FastAPI, client: TestClient, committing_sessions: sessionmaker[Session]
) -> None:
    csrf = sign_in(client, committing_sessions, make_account(committing_sessions))
    cookie = f"{COOKIE}={client.cookies[COOKIE]}"
    # Read, since somebody is signed in, and then refused: the form has no token.
    status, reads = _send(app, "/venue/bulk", cookie)
    assert (status, reads > 0) == (403, True)
    client.post("/sign-out", data={"csrf": csrf})
    assert _send(app, "/venue/bulk", cookie) == (303, 0)


def test_whoever_is_signed_in_uploads_as_before(
    client: TestClient, committing_sessions: sessionmaker[Session]
) -> None:
    with committing_sessions.begin() as session:
        add_wards(session)
    csrf = sign_in(client, committing_sessions, make_account(committing_sessions))
    sent = client.post(
        "/venue/bulk",
        data={"csrf": csrf, "kind": "venues"},
        files={"file": ("a.csv", csv_file(HEADERS, [venue_row("A1")]), "text/csv")},
    )
    assert sent.headers["location"].startswith("/venue/bulk/upload/")


def test_a_photo_is_read_only_from_a_browser_that_opened_the_form(app: FastAPI) -> None:
    assert _send(app, "/report/V1") == (403, 0)
    assert _send(app, "/report/V1", "antoan_visitor=forged") == (403, 0)


def test_photos_from_one_address_are_counted_before_they_are_read(
    app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = Limit(name="report_bodies", most=2, window=upload_gate.REPORT_BODIES.window)
    monkeypatch.setattr(upload_gate, "REPORT_BODIES", few)
    client.get("/sign-in")
    cookie = f"antoan_visitor={client.cookies['antoan_visitor']}"
    for _ in range(2):
        status, reads = _send(app, "/report/V1", cookie)
        assert (status, reads > 0) == (403, True)
    assert _send(app, "/report/V1", cookie) == (429, 0)
    status, reads = _send(app, "/report/V1", cookie, "192.0.2.8")
    assert (status, reads > 0) == (403, True)
