"""Signing in: guessing, forging, replaying, and where one lands afterwards."""

import re
import unicodedata
from datetime import timedelta
from statistics import median
from time import perf_counter

import pyotp
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from pydantic import SecretStr
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from dashboard.app import create_app
from dashboard.auth.csrf import make_csrf_token
from dashboard.auth.door import Door
from data.clock import now
from data.models import Account, AuditEvent, WebSession
from data.services import audit
from data.services.accounts import passwords
from data.services.accounts.contacts import read_contact
from data.services.accounts.user_accounts import add_user, disable_user, reset_second_factor
from data.services.accounts.web_sessions import delete_old_sessions
from tests.account_site import PASSWORD, Site, form_token, make_site
from tests.api_app import SECRET, site_settings
from tests.messages import Outbox, recording_messenger

MAIL = "mai@example.vn"


@pytest.fixture
def site(sessions: sessionmaker[Session], quick_passwords: None) -> Site:
    made = make_site(sessions)
    made.browser().make_owner(MAIL)
    return made


def forget_limits(site: Site) -> None:
    with site.sessions.begin() as session:
        session.execute(text("DELETE FROM attempt_count"))


def recovery_codes(page: str) -> list[str]:
    _, block = page.split('<pre class="secret codes"', maxsplit=1)
    return block.partition(">")[2].partition("<")[0].split()


def secret_of(page: str) -> str:
    """The key that a page shows for typing, in groups of four."""
    found = re.search(r'class="secret" translate="no">([A-Z2-7 ]+)<', page)
    assert found, page
    assert re.fullmatch(r"(\w{4} )+\w{1,4}", found[1])
    return found[1].replace(" ", "")


def is_in(site: Site) -> bool:
    return site.get("/account").status_code == 200


def test_sign_in_and_out(site: Site) -> None:
    assert site.get("/account").headers["location"] == "/sign-in?next=%2Faccount"
    done = site.sign_in(f" {MAIL.upper()} ", next="/account")
    assert done.headers["location"] == "/account"
    cookies = done.headers.get_list("set-cookie")
    session = next(one for one in cookies if one.startswith("antoan_session="))
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    assert is_in(site)
    cookie = site.client.cookies["antoan_session"]
    assert site.send("/sign-out", page="/account").status_code == 303
    assert not is_in(site)
    site.client.cookies.set("antoan_session", cookie)  # kept by a thief: revoked on the server
    assert not is_in(site)


def test_wrong_password_and_unknown_contact_are_one_answer(site: Site) -> None:
    wrong = site.browser().sign_in(MAIL, "not the password")
    unknown = site.browser().sign_in("nobody@example.vn", "not the password")
    assert wrong.status_code == unknown.status_code == 422
    pages = [one.text.split("<form")[0] for one in (wrong, unknown)]
    assert pages[0] == pages[1]
    assert "Liên hệ hoặc mật khẩu không đúng" in pages[0]
    assert "not the password" not in wrong.text


def test_unknown_contacts_take_as_long_as_known_ones(sessions: sessionmaker[Session]) -> None:
    site = make_site(sessions)
    site.browser().make_owner(MAIL)
    spent: dict[str, list[float]] = {MAIL: [], "nobody@example.vn": [], "no contact": []}
    browser = site.browser()
    token = form_token(browser.get("/sign-in"))
    for _ in range(7):
        forget_limits(site)
        for contact, times in spent.items():
            begun = perf_counter()
            browser.client.post(
                "/sign-in", data={"csrf": token, "contact": contact, "password": "wrong one"}
            )
            times.append(perf_counter() - begun)
    known, *others = (median(times) for times in spent.values())
    for other in others:
        assert 0.6 < other / known < 1.6


def test_guessing_locks_the_contact_wherever_it_comes_from_and_ends_by_itself(
    site: Site,
) -> None:
    for _ in range(10):
        assert site.browser().sign_in(MAIL, "guessed wrong").status_code == 422
    locked = site.browser().sign_in(MAIL)
    assert locked.status_code == 429
    assert 0 < int(locked.headers["retry-after"]) <= 15 * 60
    for _ in range(10):
        site.browser().sign_in("nobody@example.vn", "guessed wrong")
    same = site.browser().sign_in("nobody@example.vn")
    assert (same.status_code, same.text.split("csrf")[0]) == (429, locked.text.split("csrf")[0])
    with site.sessions.begin() as session:
        session.execute(
            text("UPDATE attempt_count SET ends_at = ends_at - :span"),
            {"span": timedelta(minutes=15)},
        )
    assert site.browser().sign_in(MAIL).status_code == 303


def test_addresses_are_limited_and_only_named_proxies_are_believed(
    sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch, quick_passwords: None
) -> None:
    monkeypatch.setenv("ANTOAN_LIMIT_SIGN_INS_PER_ADDRESS", "3")
    site = make_site(sessions)
    browser = site.browser()
    token = form_token(browser.get("/sign-in"))

    def attempt(number: int, forwarded: str) -> int:
        return browser.client.post(
            "/sign-in",
            data={"csrf": token, "contact": f"n{number}@example.vn", "password": "wrong one"},
            headers={"X-Forwarded-For": forwarded},
        ).status_code

    answers = [attempt(number, f"10.0.0.{number}") for number in range(5)]
    assert answers == [422, 422, 422, 429, 429]


def test_next_never_leads_away(site: Site) -> None:
    browser = site.browser()
    for wished in ("//evil.example", "/\\evil.example", "https://evil.example/", "/sign-out"):
        page = browser.client.get("/sign-in", params={"next": wished})
        assert "evil" not in page.text
        assert browser.sign_in(MAIL, next=wished).headers["location"] == "/venue"
        again = browser.client.get("/sign-in", params={"next": wished})  # signed in by now
        assert again.headers["location"] == "/venue"
        browser.client.cookies.clear()


def test_next_leads_to_pages_of_this_site(site: Site) -> None:
    done = site.sign_in(MAIL, next="/venue/ABC/assess?step=2")
    assert done.headers["location"] == "/venue/ABC/assess?step=2"


@pytest.mark.parametrize(
    "path", ["/sign-in", "/register", "/confirm", "/confirm/again", "/password", "/password/new"]
)
def test_public_forms_need_the_token_of_this_browser(site: Site, path: str) -> None:
    mine, other = site.browser(), site.browser()
    mine.get("/sign-in")
    token = form_token(other.get("/sign-in"))
    for sent in ({}, {"csrf": token}, {"csrf": ""}, {"csrf": make_csrf_token(SECRET, "")}):
        answer = mine.client.post(path, data={"contact": MAIL, "password": PASSWORD, **sent})
        assert answer.status_code == 403, sent
    fresh = site.browser()
    assert fresh.client.post(path, data={"csrf": token}).status_code == 403


def test_a_browser_of_another_session_cannot_use_a_token(site: Site) -> None:
    first, second = site.browser(), site.browser()
    first.sign_in(MAIL)
    second.sign_in(MAIL)
    token = form_token(first.get("/account"))
    refused = second.client.post("/account/name", data={"csrf": token, "name": "Kẻ lạ"})
    assert refused.status_code == 403
    assert "Kẻ lạ" not in second.get("/account").text


def test_a_reset_password_ends_every_session(site: Site) -> None:
    site.sign_in(MAIL)
    forget_limits(site)
    forgetful = site.browser()
    assert forgetful.send("/password", contact=MAIL).headers["location"].startswith("/password/new")
    code = site.outbox.code_to(MAIL)
    weak = forgetful.send("/password/new", code=code, password="short")
    assert weak.status_code == 422  # and the code still works
    done = forgetful.send("/password/new", code=code, password="một mật khẩu khác")
    assert done.headers["location"] == "/sign-in?lang=vi&said=password_set"
    assert not is_in(site)
    assert site.browser().sign_in(MAIL).status_code == 422
    assert site.browser().sign_in(MAIL, "một mật khẩu khác").status_code == 303
    assert "vừa được đổi" in site.outbox.texts_to(MAIL)[-1]


def test_a_reset_for_an_unknown_contact_looks_the_same_and_sends_nothing(site: Site) -> None:
    forget_limits(site)
    before = len(site.outbox.sent)
    browser = site.browser()
    sent = browser.send("/password", contact="nobody@example.vn")
    assert sent.headers["location"] == "/password/new?lang=vi"
    assert "n•••@example.vn" in browser.get("/password/new").text
    refused = browser.send("/password/new", code="123456", password="một mật khẩu khác")
    assert "Mã không đúng" in refused.text
    assert len(site.outbox.sent) == before


def test_the_same_letters_are_the_same_password(site: Site) -> None:
    composed = "mật khẩu tiếng Việt"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    forget_limits(site)
    site.browser().make_owner("lan@example.vn", composed)
    assert site.browser().sign_in("lan@example.vn", decomposed).status_code == 303


def test_sessions_age_and_sleep(site: Site) -> None:
    site.sign_in(MAIL)
    assert is_in(site)
    for change in (
        {"last_seen_at": now() - timedelta(days=7, seconds=1)},
        {"last_seen_at": now(), "expires_at": now() - timedelta(seconds=1)},
    ):
        with site.sessions.begin() as session:
            session.execute(update(WebSession).values(**change))
        assert not is_in(site)
    with site.sessions.begin() as session:
        assert delete_old_sessions(session) == 0
        held = len(session.scalars(select(WebSession.session_hash)).all())
        later = now() + timedelta(days=31 + 7)
        assert delete_old_sessions(session, moment=later) == held


def test_others_are_signed_out_from_the_account_page(site: Site) -> None:
    other = site.browser()
    other.sign_in(MAIL)
    site.sign_in(MAIL)
    assert site.send("/account/sessions", page="/account", which="others").status_code == 303
    assert is_in(site)
    assert not is_in(other)


def test_signing_in_again_ends_the_session_before(site: Site) -> None:
    site.sign_in(MAIL)
    cookie = site.client.cookies["antoan_session"]
    site.client.cookies.delete("antoan_session")
    page = site.get("/sign-in")
    site.client.cookies.set("antoan_session", cookie)
    site.client.post(
        "/sign-in", data={"csrf": form_token(page), "contact": MAIL, "password": PASSWORD}
    )
    thief = site.browser()
    thief.client.cookies.set("antoan_session", cookie)
    assert not is_in(thief)


def make_ministry(site: Site, mail: str = "bo@example.vn") -> str:
    """An account as the command makes it; gives the link's key."""
    made = add_user(
        site.sessions, secret=SECRET, role="ministry", name="Bà Hoa", contact=read_contact(mail)
    )
    return made.key


def test_a_committee_sets_password_then_second_factor_then_enters(site: Site) -> None:
    key = make_ministry(site)
    assert site.get(f"/set-up?key={key}").headers["location"] == "/set-up"
    assert "Bà Hoa" in site.get("/set-up").text
    done = site.send("/set-up", password=PASSWORD)
    assert done.headers["location"].startswith("/sign-in")
    assert site.get(f"/set-up?key={key}").status_code == 303
    assert site.get("/set-up").status_code == 404  # the link works once
    entered = site.sign_in("bo@example.vn")
    assert entered.headers["location"] == "/sign-in/second"
    half = site.client.cookies["antoan_session"]
    assert site.get("/account").headers["location"].startswith("/sign-in/second")
    shown = site.get("/sign-in/second")
    assert 'src="data:image/svg+xml' in shown.text
    secret = secret_of(shown.text)
    assert 'href="otpauth://totp/' in shown.text
    with site.sessions() as session:
        stored = session.scalars(
            select(Account.totp_secret).where(Account.role == "ministry")
        ).one()
        assert stored is not None
        assert secret.encode() not in stored
    code = pyotp.TOTP(secret).now()
    made = site.send("/sign-in/second/set-up", page="/sign-in/second", code=code)
    assert made.headers["location"] == "/account/recovery?next=%2Fcommittee"
    codes = site.get(made.headers["location"])
    recovery, *others = recovery_codes(codes.text)
    assert len(others) == 9
    assert codes.text.count("<a ") == 3  # past the header, the language, the file
    assert is_in(site)
    thief = site.browser()
    thief.client.cookies.set("antoan_session", half)
    assert not is_in(thief)  # the token changed with the second factor

    again = site.browser()
    again.sign_in("bo@example.vn")
    assert again.send("/sign-in/second", code=code).status_code == 422  # never twice
    entered = again.send("/sign-in/second", code=recovery.lower())
    assert entered.headers["location"].startswith("/account/recovery?")  # not said to be kept
    assert is_in(again)
    third = site.browser()
    third.sign_in("bo@example.vn")
    assert third.send("/sign-in/second", code=recovery).status_code == 422
    for _ in range(5):
        last = third.send("/sign-in/second", code="000000")
    assert last.status_code == 429
    off = site.send("/account/second/off", page="/account", off_current=PASSWORD)
    assert off.headers["location"] == "/account?lang=vi"  # not theirs to switch off
    assert is_in(site)
    with site.sessions() as session:
        assert session.scalars(
            select(Account.totp_confirmed_at).where(Account.role == "ministry")
        ).one()


def test_a_lost_phone_and_a_lost_account(site: Site) -> None:
    with site.sessions() as session:  # other tests of the same database have acted before
        earlier = session.scalar(select(func.coalesce(func.max(AuditEvent.event_pk), 0)))
    key = make_ministry(site)
    site.get(f"/set-up?key={key}")
    site.send("/set-up", password=PASSWORD)
    site.sign_in("bo@example.vn")
    secret = secret_of(site.get("/sign-in/second").text)
    code = pyotp.TOTP(secret).now()
    site.send("/sign-in/second/set-up", page="/sign-in/second", code=code)
    assert is_in(site)
    reset_second_factor(site.sessions, Account.email == "bo@example.vn")
    assert not is_in(site)
    site.sign_in("bo@example.vn")
    assert "data:image/svg+xml" in site.get("/sign-in/second").text
    disable_user(site.sessions, Account.email == "bo@example.vn")
    assert site.sign_in("bo@example.vn").status_code == 422
    with site.sessions() as session:
        acts = session.scalars(
            select(AuditEvent.action)
            .where(AuditEvent.event_pk > earlier)
            .order_by(AuditEvent.event_pk)
        ).all()
        assert acts == [
            "account.add",
            "account.set_up",
            "account.second_factor_on",
            "account.second_factor_reset",
            "account.disable",
        ]
        assert audit.find_broken_event(session) is None


def test_an_owner_may_use_a_second_factor_too(site: Site) -> None:
    site.sign_in(MAIL)
    page = site.get("/account/second")
    secret = secret_of(page.text)
    code = pyotp.TOTP(secret).now()
    wrong = site.send("/account/second", code=code, second_current="not the password")
    assert wrong.status_code == 422
    done = site.send("/account/second", code=code, second_current=PASSWORD)
    assert len(recovery_codes(site.get(done.headers["location"]).text)) == 10
    assert is_in(site)
    assert site.browser().sign_in(MAIL).headers["location"] == "/sign-in/second"
    off = site.send("/account/second/off", page="/account", off_current=PASSWORD)
    assert off.headers["location"].endswith("said=second_off")
    assert site.browser().sign_in(MAIL).headers["location"] == "/venue"


def switch_on_second(site: Site) -> str:
    """Switch the second factor on; gives where its codes are shown."""
    site.sign_in(MAIL)
    secret = secret_of(site.get("/account/second").text)
    code = pyotp.TOTP(secret).now()
    return site.send("/account/second", code=code, second_current=PASSWORD).headers["location"]


def test_recovery_codes_outlive_a_reload_and_another_language_until_they_are_kept(
    site: Site,
) -> None:
    shown = switch_on_second(site)
    codes = recovery_codes(site.get(shown).text)
    assert recovery_codes(site.get(shown).text) == codes
    assert recovery_codes(site.get("/account/recovery?lang=en").text) == codes
    kept = site.get("/account/recovery/file")
    assert "attachment" in kept.headers["content-disposition"]
    assert kept.text.split("\r\n")[2:-1] == codes
    cookie = site.client.cookies["antoan_shown_once"]
    assert not any(code in cookie for code in codes)
    unticked = site.send("/account/recovery/kept", page=shown)
    assert (unticked.status_code, recovery_codes(unticked.text)) == (422, codes)
    assert "chưa xác nhận đã cất" in site.get("/account").text
    done = site.send("/account/recovery/kept", page=shown, kept="yes")
    assert done.headers["location"] == "/account?lang=vi"
    assert "chưa xác nhận đã cất" not in site.get("/account").text
    assert site.get("/account/recovery").headers["location"] == "/account?lang=vi"


def test_codes_that_were_not_kept_can_be_made_anew(site: Site) -> None:
    switch_on_second(site)
    before = recovery_codes(site.get("/account/recovery").text)
    cookie = site.client.cookies["antoan_shown_once"]
    site.client.cookies.delete("antoan_shown_once")
    gone = site.get("/account/recovery")
    assert "không hiện lại được nữa" in gone.text
    assert site.get("/account/recovery/file").headers["location"].startswith("/account/recovery")
    wrong = site.send("/account/second/codes", page="/account", codes_current="no")
    assert wrong.status_code == 422
    made = site.send("/account/second/codes", page="/account/recovery", codes_current=PASSWORD)
    assert set(recovery_codes(site.get(made.headers["location"]).text)).isdisjoint(before)

    stranger = site.browser()
    forget_limits(site)
    stranger.make_owner("binh@example.vn")
    stranger.client.cookies.set("antoan_shown_once", cookie)
    assert "codes" not in stranger.get("/account/recovery").text  # another's cookie shows nothing


def test_a_key_is_shown_until_it_is_copied_and_made_once(site: Site) -> None:
    site.sign_in(MAIL)
    made = site.send("/account/keys", page="/account", label="máy tính tiền")
    assert made.headers["location"] == "/account/keys/new?lang=vi"
    first, again = (site.get(made.headers["location"]).text for _ in range(2))
    assert first == again
    assert "antoan_" in first
    done = site.send("/account/keys/kept", page="/account/keys/new")
    assert done.headers["location"] == "/account?lang=vi"
    assert site.get("/account/keys/new").headers["location"] == "/account?lang=vi"
    assert site.get("/account").text.count("máy tính tiền") == 2  # its line and its button


def test_a_new_contact_replaces_the_old_after_its_code(site: Site) -> None:
    site.sign_in(MAIL)
    forget_limits(site)
    wrong = site.send(
        "/account/contact", page="/account", contact="new@example.vn", contact_current="no"
    )
    assert wrong.status_code == 422
    site.send(
        "/account/contact", page="/account", contact="new@example.vn", contact_current=PASSWORD
    )
    code = site.outbox.code_to("new@example.vn")
    done = site.send("/account/contact/confirm", page="/account/contact", code=code)
    assert done.headers["location"].endswith("said=contact_changed")
    assert "sang liên hệ khác" in site.outbox.texts_to(MAIL)[-1]
    assert site.browser().sign_in(MAIL).status_code == 422
    assert site.browser().sign_in("new@example.vn").status_code == 303


def test_a_changed_password_ends_the_other_sessions(site: Site) -> None:
    other = site.browser()
    other.sign_in(MAIL)
    site.sign_in(MAIL)
    done = site.send(
        "/account/password", page="/account", password_current=PASSWORD, password="cái khác hẳn"
    )
    assert done.headers["location"].endswith("said=password_changed")
    assert is_in(site)
    assert not is_in(other)


def test_a_flood_of_sign_ins_is_refused_and_not_hashed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def acquire(self, **_: object) -> bool:
            return False

    monkeypatch.setattr(passwords, "_waiting", Full())
    busy = site.browser().sign_in(MAIL)
    assert busy.status_code == 503
    assert busy.headers["retry-after"] == "5"


def test_the_door_knows_no_cookie_that_another_key_signed(site: Site) -> None:
    site.sign_in(MAIL)
    forged = Door(sessions=site.sessions, secret="another secret", is_https=False)
    with site.sessions() as session:
        token = session.scalars(select(WebSession.session_hash)).first()
    assert token is not None
    site.client.cookies.set("antoan_session", forged.sign(token.hex()))
    assert not is_in(site)


def test_every_cookie_of_accounts_is_closed_to_scripts_and_to_plain_http(
    sessions: sessionmaker[Session], quick_passwords: None
) -> None:
    outbox = Outbox()
    app = create_app(
        site_settings(
            env="production",
            public_url="https://antoan.example.vn",
            secret_key=SecretStr("qT3v-8Zk1_rM0xYb7WcLd5NfHs2JgPaE"),
        ),
        sessions,
        messenger=recording_messenger(sessions, outbox),
    )
    set_cookies: list[str] = []

    def note(answer: Response) -> None:
        set_cookies.extend(answer.headers.get_list("set-cookie"))

    client = TestClient(app, base_url="https://antoan.example.vn", follow_redirects=False)
    client.event_hooks = {"response": [note]}
    site = Site(client, outbox, sessions)
    site.make_owner(MAIL)
    site.send("/sign-out", page="/account")
    switch_on_second(site)
    site.send("/account/keys", page="/account", label="máy")
    site.send("/sign-out", page="/account")
    key = add_user(
        sessions,
        secret=SECRET,
        role="ministry",
        name="Bà Hoa",
        contact=read_contact("b@example.vn"),
    ).key
    site.get(f"/set-up?key={key}")
    names = {one.partition("=")[0] for one in set_cookies}
    assert names == {
        "antoan_visitor",
        "antoan_code",
        "antoan_session",
        "antoan_csrf",
        "antoan_shown_once",
        "antoan_set_up",
    }
    for one in set_cookies:
        assert "; Secure" in one, one
        assert re.search("; SameSite=(lax|strict)", one), one
        assert "; HttpOnly" in one or one.startswith("antoan_csrf="), one
        assert "Domain=" not in one
