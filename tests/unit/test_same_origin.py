"""Forged requests from other sites, with Dash's own callbacks behind the second wall."""

from typing import Any

import pytest
from dash import Dash, Input, Output, html
from fastapi import FastAPI
from fastapi.testclient import TestClient
from itsdangerous import URLSafeSerializer

from dashboard.auth.client import client_address, read_networks
from dashboard.auth.csrf import HEADER, make_csrf_token
from dashboard.auth.same_origin import SameOrigin
from dashboard.auth.session_cookie import COOKIE, CSRF_COOKIE, SALT
from tests.api_app import SECRET

SITE = "https://antoan.example.vn"
CALLBACK = {
    "output": "out.children",
    "outputs": {"id": "out", "property": "children"},
    "inputs": [{"id": "in", "property": "n_clicks", "value": 1}],
    "changedPropIds": ["in.n_clicks"],
}


def client(**cookies: str) -> TestClient:
    server = FastAPI()

    @server.post("/form")
    def form() -> str:
        return "done"

    @server.post("/api/v1/thing")
    def api() -> str:
        return "done"

    backend: Any = server
    app = Dash(
        "pages",
        server=backend,
        csrf_token_name=CSRF_COOKIE,
        csrf_header_name=HEADER,
        add_log_handler=False,
    )
    app.layout = html.Div([html.Button(id="in"), html.Div(id="out")])

    @app.callback(Output("out", "children"), Input("in", "n_clicks"))
    def answer(clicks: int) -> str:
        return f"clicked {clicks}"

    server.add_middleware(SameOrigin, public_url=SITE, secret=SECRET)
    return TestClient(server, base_url=SITE, cookies=cookies)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": SITE}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": SITE, "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://antoan.example.vn.evil.example"}, 403),
        ({"Origin": "http://antoan.example.vn"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_forms_of_other_sites_are_refused(headers: dict[str, str], status: int) -> None:
    assert client().post("/form", headers=headers).status_code == status


def test_the_api_takes_no_cookie_and_answers_any_site() -> None:
    answer = client().post("/api/v1/thing", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 200


def test_callbacks_prove_that_they_are_the_sites_own() -> None:
    path = "/_dash-update-component"
    visitor = client()
    assert visitor.post(path, json=CALLBACK).status_code == 403
    refused = visitor.post(path, json=CALLBACK, headers={"Origin": "https://evil.example"})
    assert refused.status_code == 403
    done = visitor.post(path, json=CALLBACK, headers={"Origin": SITE})
    assert done.status_code == 200, done.text
    assert "clicked 1" in done.text


def test_callbacks_of_the_signed_in_carry_the_sessions_token() -> None:
    path = "/_dash-update-component"
    token = "the token of a session"
    cookie = str(URLSafeSerializer(SECRET, salt=SALT).dumps(token))
    person = client(**{COOKIE: cookie})
    assert person.post(path, json=CALLBACK, headers={"Origin": SITE}).status_code == 403
    wrong = {"Origin": SITE, HEADER: make_csrf_token(SECRET, "another session")}
    assert person.post(path, json=CALLBACK, headers=wrong).status_code == 403
    right = {"Origin": SITE, HEADER: make_csrf_token(SECRET, token)}
    assert person.post(path, json=CALLBACK, headers=right).status_code == 200
    forged = {**right, "Sec-Fetch-Site": "cross-site"}
    assert person.post(path, json=CALLBACK, headers=forged).status_code == 403


class _Request:
    def __init__(self, peer: str, *forwarded: str) -> None:
        self.client = type("Peer", (), {"host": peer})()
        values = list(forwarded)
        self.headers = type("Headers", (), {"getlist": lambda _, __: values})()


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "seen"),
    [
        ("203.0.113.9", ["10.0.0.1"], "", "203.0.113.9"),
        ("127.0.0.1", ["203.0.113.9"], "", "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.9"], "127.0.0.1/32", "203.0.113.9"),
        ("127.0.0.1", ["1.2.3.4, 203.0.113.9"], "127.0.0.1/32", "203.0.113.9"),
        ("127.0.0.1", ["1.2.3.4", "203.0.113.9, 10.0.0.7"], "127.0.0.1, 10.0.0.0/8", "203.0.113.9"),
        ("127.0.0.1", ["nonsense"], "127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", [], "127.0.0.1", "127.0.0.1"),
        ("2001:db8:1:2:3::4", [], "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", [], "", "203.0.113.9"),
        ("testclient", [], "", "unknown"),
    ],
)
def test_only_named_proxies_are_believed(
    peer: str, forwarded: list[str], proxies: str, seen: str
) -> None:
    request: Any = _Request(peer, *forwarded)
    assert client_address(request, read_networks(proxies)) == seen
