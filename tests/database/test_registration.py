"""Registration of owners and one-time codes: what strangers try, and what they must not learn."""

from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from dashboard.app import create_app
from data.clock import now
from data.models import Account, OneTimeCode
from data.services.accounts.one_time_codes import check_code, make_code
from tests.account_site import PASSWORD, Site, make_site
from tests.api_app import SECRET, site_settings

MAIL = "mai@example.vn"


@pytest.fixture
def site(sessions: sessionmaker[Session], quick_passwords: None) -> Site:
    return make_site(sessions)


def forget_limits(site: Site) -> None:
    """As if a day had passed for the counters."""
    with site.sessions.begin() as session:
        session.execute(text("DELETE FROM attempt_count"))


def accounts(site: Site) -> int:
    with site.sessions() as session:
        return len(session.scalars(select(Account.account_pk)).all())


@pytest.mark.parametrize(
    ("typed", "stored"),
    [(MAIL, MAIL), ("0912 345 678", "+84912345678"), ("+84 912-345-678", "+84912345678")],
)
def test_a_contact_is_confirmed_by_its_code(site: Site, typed: str, stored: str) -> None:
    sent = site.register(typed)
    assert sent.headers["location"] == "/confirm?lang=vi"
    assert accounts(site) == 0  # nobody blocks a contact that is not theirs
    done = site.send("/confirm", code=site.outbox.code_to(stored))
    assert done.headers["location"].startswith("/venue?")
    page = site.get("/account")
    assert page.status_code == 200
    assert "Nguyễn Thị Mai" in page.text
    with site.sessions() as session:
        account = session.scalars(select(Account)).one()
        assert stored in (account.email, account.phone)
        assert account.role == "owner"
        assert account.password_hash is not None
        assert account.password_hash.startswith("$argon2id$")
        kept = session.scalars(select(OneTimeCode.content)).all()
        assert kept == [{}]


def test_a_known_contact_is_not_told(site: Site) -> None:
    site.make_owner(MAIL)
    forget_limits(site)
    first, second = site.browser(), site.browser()
    unknown = first.register("other@example.vn")
    known = second.register(MAIL)
    assert (unknown.status_code, unknown.headers["location"]) == (
        known.status_code,
        known.headers["location"],
    )
    shown = [one.get("/confirm").text for one in (first, second)]
    same = [page.replace("o•••@", "m•••@").split('name="csrf"')[0] for page in shown]
    assert same[0] == same[1]
    assert "đã có tài khoản" in site.outbox.texts_to(MAIL)[-1]
    # No guess can hit: not even every code there is.
    for guess in ("000000", "123456"):
        assert second.send("/confirm", code=guess).status_code == 422
    assert accounts(site) == 1


def test_known_and_unknown_contacts_take_the_same_time(sessions: sessionmaker[Session]) -> None:
    site = make_site(sessions)
    site.make_owner(MAIL)
    spent: dict[bool, list[float]] = {True: [], False: []}
    for number in range(8):
        for is_known in (True, False):
            forget_limits(site)
            browser = site.browser()
            browser.get("/register")
            begun = perf_counter()
            browser.register(MAIL if is_known else f"new{number}@example.vn")
            spent[is_known].append(perf_counter() - begun)
    assert 0.6 < median(spent[True]) / median(spent[False]) < 1.6


def test_a_code_works_once_and_for_five_minutes(site: Site) -> None:
    with site.sessions.begin() as session:
        made = make_code(session, secret=SECRET, purpose="register", content={"name": "x"})
        common = {"secret": SECRET, "code_id": made.code_id, "code": made.code}
        late = now() + timedelta(minutes=5, seconds=1)
        assert check_code(session, purpose="register", moment=late, **common).state == "gone"
        assert check_code(session, purpose="reset_password", **common).state == "gone"
        in_time = now() + timedelta(minutes=4, seconds=58)
        assert check_code(session, purpose="register", moment=in_time, **common).state == "right"
        assert check_code(session, purpose="register", **common).state == "gone"


def test_five_wrong_guesses_lock_a_code(site: Site) -> None:
    site.register(MAIL)
    code = site.outbox.code_to(MAIL)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(4):
        assert "Mã không đúng" in site.send("/confirm", code=wrong).text
    assert "không còn dùng được" in site.send("/confirm", code=wrong).text
    assert "không còn dùng được" in site.send("/confirm", code=code).text
    assert accounts(site) == 0


def test_a_new_code_after_a_minute_ends_the_old_one(site: Site) -> None:
    site.register(MAIL)
    old = site.outbox.code_to(MAIL)
    page = site.get("/confirm")
    refused = site.send("/confirm/again", page="/confirm")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) <= 60
    assert page.status_code == 200
    forget_limits(site)
    assert site.send("/confirm/again", page="/confirm").status_code == 200
    new = site.outbox.code_to(MAIL)
    if new != old:
        assert site.send("/confirm", code=old).status_code == 422
    assert site.send("/confirm", code=new).status_code == 303


def test_codes_to_one_contact_are_limited_whoever_asks(site: Site) -> None:
    for _ in range(5):
        assert site.browser().register(MAIL).status_code == 303
        with site.sessions.begin() as session:
            session.execute(text("DELETE FROM attempt_count WHERE key LIKE 'code-pause:%'"))
    limited = site.browser().register(MAIL)
    assert limited.status_code == 429
    assert len(site.outbox.texts_to(MAIL)) == 5
    with site.sessions() as session:
        keys = session.scalars(text("SELECT key FROM attempt_count")).all()
    assert not any("mai" in key or "example" in key for key in keys)


def test_a_code_opens_nothing_in_another_browser(site: Site) -> None:
    site.register(MAIL)
    other = site.browser()
    assert other.get("/confirm").headers["location"] == "/register?lang=vi"
    page = other.client.get("/register")
    token = page.text.split('name="csrf" value="')[1].split('"')[0]
    sent = other.client.post("/confirm", data={"csrf": token, "code": site.outbox.code_to(MAIL)})
    assert sent.headers["location"] == "/register?lang=vi"
    assert accounts(site) == 0


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({"contact": ""}, "Hãy viết số điện thoại hoặc e-mail"),
    ({"contact": "mai@"}, "không phải địa chỉ e-mail"),
    ({"contact": "12345"}, "không phải số điện thoại"),
    ({"contact": "024 3825 3536"}, "không nhận được tin nhắn"),
    ({"contact": "+1 202 555 0123"}, "không gửi tin nhắn đến số này"),
    ({"name": " "}, "Hãy viết tên"),
    ({"name": "Mai\u202egnp.exe"}, "Hãy viết tên"),
    ({"name": "M" * 101}, "Hãy viết tên"),
    ({"password": "ngắn quá"}, "ít nhất 10 ký tự"),
    ({"password": "x1" * 101}, "dài nhất là 200"),
    ({"password": "matkhau12345"}, "quá phổ biến"),
    ({"password": "aaaaaaaaaaaa"}, "quá phổ biến"),
    ({"contact": "maimaimaimai@example.vn", "password": "maimaimaimai"}, "liên hệ của bạn"),
    ({"contact": "0912345678", "password": "84912345678"}, "liên hệ của bạn"),
)


def test_what_cannot_be_taken_is_said_at_its_field(site: Site) -> None:
    for fields, said in REFUSED:
        typed = {"name": "Mai", "contact": MAIL, "password": PASSWORD, **fields}
        sent = site.send("/register", **typed)
        assert sent.status_code == 422
        assert said in sent.text, fields
        assert f'value="{typed["password"]}"' not in sent.text
    assert site.outbox.sent == []


def test_production_without_mail_and_sms_says_that_registration_is_closed(
    sessions: sessionmaker[Session],
) -> None:
    settings = site_settings(
        env="production",
        public_url="https://antoan.example.vn",
        secret_key=SecretStr("qT3v-8Zk1_rM0xYb7WcLd5NfHs2JgPaE"),
    )
    client = TestClient(create_app(settings, sessions), base_url="https://antoan.example.vn")
    cookie = client.get("/sign-in").headers["set-cookie"]
    for path in ("/register", "/password"):
        page = client.get(path)
        assert page.status_code == 503
        assert "<form" not in page.text
    for word in ("Secure", "HttpOnly", "SameSite=lax"):
        assert word in cookie
