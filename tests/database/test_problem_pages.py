"""Wrong addresses and forms opened by hand: people get pages, programs get documents."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session, sessionmaker

from checkins.place_codes import code_of
from data.scope import Role
from tests.account_site import Site, make_site
from tests.people import make_account, sign_in

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def site(sessions: sessionmaker[Session]) -> Site:
    return make_site(sessions)


@pytest.mark.parametrize("path", ["/nowhere", "/venue/x/y/z", "/verifyx"])
def test_a_wrong_address_is_a_page_for_people(site: Site, path: str) -> None:
    page = site.client.get(path, headers=HTML)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "Không tìm thấy trang này" in page.text
    assert site.client.get(path).headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/healthz/x", "/static/nothing.css"])
def test_programs_get_documents_whatever_they_accept(site: Site, path: str) -> None:
    answer = site.client.get(path, headers=HTML)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/sign-in/second/set-up?lang=en", "/sign-in/second?lang=en"),
        ("/confirm/again", "/confirm"),
        ("/password/again", "/password/new"),
        ("/account/keys", "/account"),
        ("/account/contact/confirm", "/account/contact"),
        ("/venue/ABC/assess/answers", "/venue/ABC/assess"),
        ("/venue/ABC/evidence/1/remove", "/venue/ABC/assess"),
        ("/sign-out?lang=en&x=1", "/?lang=en"),
    ],
)
def test_the_address_of_a_form_leads_to_its_page(site: Site, path: str, page: str) -> None:
    answer = site.client.get(path, headers=HTML, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == page


def test_refusals_are_pages_too(site: Site) -> None:
    foreign = {**HTML, "sec-fetch-site": "cross-site"}
    forged = site.client.post("/sign-in", headers=foreign, data={})
    assert (forged.status_code, "hết hạn" in forged.text) == (403, True)
    long = site.client.post("/sign-in?lang=en", headers=HTML, content=b"x" * 3_000_000)
    assert (long.status_code, "too large" in long.text) == (413, True)
    wrong = site.client.get("/sign-in?next=" + "x" * 600, headers=HTML)
    assert (wrong.status_code, "Không thực hiện được" in wrong.text) == (422, True)
    method = site.client.delete("/sign-in", headers=HTML)
    assert method.status_code == 405
    assert "Không tìm thấy" in method.text


def test_no_message_is_a_dead_end(site: Site) -> None:
    foreign = {**HTML, "sec-fetch-site": "cross-site"}
    forged = site.client.post("/venue/ABC/close?lang=en", headers=foreign, data={}).text
    assert 'href="/venue/ABC/close?lang=en">Open the page again' in forged
    missing = site.client.get("/nowhere", headers=HTML).text
    assert 'href="/sign-in?lang=vi"' in missing.split("<main")[1]
    homes: tuple[tuple[Role, str], ...] = (
        ("owner", "/venue"),
        ("ministry", "/committee"),
        ("administrator", "/account"),
    )
    for role, home in homes:
        browser = site.browser()
        sign_in(browser.client, site.sessions, make_account(site.sessions, role=role))
        page = browser.client.get("/nowhere", headers=HTML).text.split("<main")[1]
        assert f'href="{home}?lang=vi"' in page
        assert 'href="/?lang=vi"' in page


def test_what_nobody_foresaw_is_a_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("dashboard.pages.codes.place.PlacePages.typed", fail)
    client = TestClient(site.client.app, raise_server_exceptions=False)
    page = client.get("/v", headers=HTML)
    assert (page.status_code, "Hệ thống đang gặp lỗi" in page.text) == (500, True)
    assert client.get("/v").headers["content-type"] == "application/problem+json"


def test_verify_alone_asks_for_the_number(site: Site) -> None:
    assert "Số của giấy xác nhận" in site.client.get("/verify").text
    assert site.client.get("/verify?number=12").status_code == 422
    code = code_of(b"0123456789")
    answer = site.client.get(f"/verify?number={code.lower()}&lang=en", follow_redirects=False)
    assert answer.headers["location"] == f"/verify/{code}?lang=en"
