"""A person ends their account: nothing of theirs is left, and no venue loses its last owner."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import Column, LargeBinary, Text, case, cast, delete, func, literal, select, update
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now, today
from data.models import (
    Account,
    ApiKey,
    Assessment,
    AttemptCount,
    AuditEvent,
    Base,
    BulkUpload,
    ClaimRequest,
    OneTimeCode,
    Venue,
    VenueClaim,
    VenueContact,
    VenueEvent,
    VenueStaff,
)
from data.scope import Actor, scoped_sessions
from data.services import audit
from data.services.accounts.account_access import AccountAccess
from data.services.accounts.account_deletion import (
    LastOwnerOfVenuesError,
    delete_account,
    list_held_venues,
)
from data.services.accounts.account_limits import AccountLimits
from data.services.accounts.attempts import Attempts
from data.services.accounts.second_factor import SecondFactor
from data.services.accounts.web_sessions import open_web_session
from data.settings import LimitSettings, read_settings
from tests.account_site import PASSWORD, Site, make_site
from tests.api_app import SECRET
from tests.messages import Outbox, recording_messenger
from tests.people import make_account, make_venue
from tests.private_rows import make_world

MAIL = "mai@example.vn"
PHONE = "+84912345678"
NAME = "Nguyễn Thị Mai Hoa Cúc"
PERSONAL = (NAME, MAIL, PHONE, "$argon2", "otpauth")


def make_access(sessions: sessionmaker[Session]) -> tuple[AccountAccess, Outbox]:
    outbox = Outbox()
    limits = AccountLimits(
        attempts=Attempts(sessions=sessions, secret=SECRET), settings=read_settings(LimitSettings)
    )
    messenger = recording_messenger(sessions, outbox)
    access = AccountAccess(
        sessions=sessions,
        secret=SECRET,
        public_url="https://antoan.example",
        messenger=messenger,
        limits=limits,
    )
    return access, outbox


def naming_columns() -> list[Column[object]]:
    """Every column of every table that refers to an account."""
    return [
        key.parent
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "account"
    ]


def find_everywhere(session: Session, word: str) -> list[str]:
    """Tables and columns of any type that hold a word, bytes included."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            is_bytes = isinstance(column.type, LargeBinary)
            shown = func.encode(column, "escape") if is_bytes else cast(column, Text)
            said = word.encode("unicode_escape").decode() if is_bytes else word
            holds = case((shown.is_(None), literal(False)), else_=func.strpos(shown, said) > 0)
            if session.scalar(select(func.count()).select_from(table).where(holds)):
                found.append(f"{table.name}.{column.name}")
    return found


def leave_traces(sessions: sessionmaker[Session], who: Actor, venue_pk: int) -> None:
    """Put the person's data wherever the site would put it."""
    with sessions.begin() as session:
        session.execute(
            update(Account)
            .where(Account.account_pk == who.account_pk)
            .values(name=NAME, email=MAIL, phone=PHONE, password_hash="$argon2id$x")
        )
        session.execute(update(Assessment).values(declared_name=NAME))
        session.execute(update(BulkUpload).values(choices={"declared_name": NAME}))
        typed = {"name": NAME, "email": MAIL, "password_hash": "$argon2id$y"}
        at = now()
        for number, content in enumerate((typed, {"phone": PHONE})):
            session.add(
                OneTimeCode(
                    code_id=f"code{number}",
                    purpose="register",
                    code_hash=b"x",
                    content=content,
                    expires_at=at + timedelta(minutes=5),
                )
            )
        session.add_all(
            [
                VenueContact(venue_pk=venue_pk, phone=PHONE, email="cua.hang@example.vn"),
                ApiKey(account_pk=who.account_pk, key_hash=b"k", label=f"máy của {NAME}"),
                ClaimRequest(venue_pk=venue_pk, account_pk=who.account_pk, reason=f"Tôi là {NAME}"),
                VenueClaim(
                    key_hash=b"key",
                    venue_pk=venue_pk,
                    role="editor",
                    created_by=who.account_pk,
                    expires_at=at + timedelta(days=3),
                ),
                VenueEvent(venue_pk=venue_pk, kind="edited", account_pk=who.account_pk),
            ]
        )
        other = session.scalars(
            select(VenueStaff.account_pk).where(
                VenueStaff.venue_pk == venue_pk, VenueStaff.account_pk != who.account_pk
            )
        ).one()
        session.execute(
            update(VenueStaff).where(VenueStaff.account_pk == other).values(role="owner")
        )
    open_web_session(sessions, who.account_pk, role="owner")


def test_no_personal_datum_is_left_in_any_table(sessions: sessionmaker[Session]) -> None:
    world = make_world(sessions)
    leave_traces(sessions, world.owner, world.venue_pk)
    access, outbox = make_access(sessions)
    second = SecondFactor(sessions=sessions, secret=SECRET, limits=access.limits)
    set_up = second.begin(world.owner.account_pk)
    assert second.confirm(world.owner.account_pk, pyotp.TOTP(set_up.secret).now())
    with sessions() as session:
        before = session.scalars(
            select(Assessment.answers).where(Assessment.account_pk == world.owner.account_pk)
        ).all()
        for word in PERSONAL[:-1]:
            assert find_everywhere(session, word), word
    delete_account(access, world.owner.account_pk)
    with sessions() as session:
        for word in (*PERSONAL, set_up.secret):
            assert find_everywhere(session, word) == [], word
        for column in naming_columns():
            left = session.scalar(select(func.count()).where(column == world.owner.account_pk))
            assert left == 0, str(column)
        # What belongs to the venue is there as it was.
        assert session.scalars(select(Assessment.answers)).all() == before
        contact = session.scalars(select(VenueContact)).one()
        assert (contact.phone, contact.email) == (None, "cua.hang@example.vn")
        assert session.scalars(select(VenueClaim.expires_at)).one() <= now()
        assert "left" in session.scalars(select(VenueEvent.kind)).all()
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.event_pk.desc())).first()
        assert last is not None
        assert (last.action, last.actor_id) == ("account.delete", world.owner.account_id)
        assert last.details == {}
        assert audit.find_broken_event(session) is None
    told = outbox.texts_to(MAIL)[-1]
    assert "vừa được xóa" in told


def test_the_last_owner_of_an_open_venue_is_refused(sessions: sessionmaker[Session]) -> None:
    owner, editor = make_account(sessions), make_account(sessions)
    venue_id = make_venue(sessions, owner=owner, name="Trường Kim Đồng")
    access, _ = make_access(sessions)
    with sessions.begin() as session:
        venue = session.scalars(select(Venue).where(Venue.venue_id == venue_id)).one()
        session.add(
            VenueStaff(venue_pk=venue.venue_pk, account_pk=editor.account_pk, role="editor")
        )
    with pytest.raises(LastOwnerOfVenuesError):
        delete_account(access, owner.account_pk)
    with sessions.begin() as session:
        venue = session.scalars(select(Venue).where(Venue.venue_id == venue_id)).one()
        venue.closed_on = today() + timedelta(days=2)
    with pytest.raises(LastOwnerOfVenuesError):  # open until then
        delete_account(access, owner.account_pk)
    delete_account(access, editor.account_pk)  # an editor leaves whenever they like
    with sessions.begin() as session:
        venue = session.scalars(select(Venue).where(Venue.venue_id == venue_id)).one()
        venue.closed_on = today()
    delete_account(access, owner.account_pk)
    with sessions() as session:
        assert session.scalars(select(Account.account_pk)).all() == []
        assert session.scalars(select(Venue.venue_id)).all() == [venue_id]


def test_a_person_is_told_of_their_own_venues_only(sessions: sessionmaker[Session]) -> None:
    mine, other = make_account(sessions), make_account(sessions)
    make_venue(sessions, owner=mine, name="Của tôi")
    make_venue(sessions, owner=other, name="Của người khác")
    with scoped_sessions(sessions, mine)() as session:
        held = list_held_venues(session, mine.account_pk, most=5)
    assert [one.name for one in held] == ["Của tôi"]
    with scoped_sessions(sessions, mine)() as session:
        assert list_held_venues(session, other.account_pk, most=5) == []


def test_two_owners_who_leave_at_once_do_not_both_leave(
    committing_sessions: sessionmaker[Session],
) -> None:
    sessions = committing_sessions
    first, second = make_account(sessions), make_account(sessions)
    venue_id = make_venue(sessions, owner=first)
    access, _ = make_access(sessions)
    with sessions.begin() as session:
        venue_pk = session.scalars(select(Venue.venue_pk).where(Venue.venue_id == venue_id)).one()
        session.add(VenueStaff(venue_pk=venue_pk, account_pk=second.account_pk, role="owner"))

    def leave(who: Actor) -> bool:
        try:
            delete_account(access, who.account_pk)
        except LastOwnerOfVenuesError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(leave, (first, second)))
    assert sorted(done) == [False, True]
    with sessions() as session:
        assert len(session.scalars(select(VenueStaff.account_pk)).all()) == 1


@pytest.fixture
def site(sessions: sessionmaker[Session], quick_passwords: None) -> Site:
    made = make_site(sessions)
    made.make_owner(MAIL)
    return made


def test_the_page_asks_for_the_password_and_ends_every_session(site: Site) -> None:
    other = site.browser()
    other.sign_in(MAIL)
    shown = site.get("/account/delete").text
    assert "Những gì ở lại" in shown
    path, page = "/account/delete", "/account/delete"
    unsure = site.send(path, page, delete_current=PASSWORD)
    assert (unsure.status_code, "Hãy đánh dấu" in unsure.text) == (422, True)
    wrong = site.send(path, page, delete_current="not the password", sure="yes")
    assert (wrong.status_code, "Mật khẩu hiện tại không đúng" in wrong.text) == (422, True)
    done = site.send(path, page, delete_current=PASSWORD, sure="yes")
    assert done.headers["location"] == "/sign-in?lang=vi&said=deleted"
    assert "Tài khoản của bạn đã được xóa" in site.get(done.headers["location"]).text
    for browser in (site, other):
        assert browser.get("/account").status_code == 303
    assert site.browser().sign_in(MAIL).status_code == 422
    with site.sessions() as session:
        assert session.scalars(select(Account.account_pk)).all() == []
    # The contact is free again, once the limit of codes lets go of it.
    with site.sessions.begin() as session:
        session.execute(delete(AttemptCount))
    site.browser().make_owner(MAIL)


def test_the_page_asks_for_the_second_factor_where_it_is_used(site: Site) -> None:
    with site.sessions() as session:
        account_pk = session.scalars(select(Account.account_pk)).one()
    access, _ = make_access(site.sessions)
    second = SecondFactor(sessions=site.sessions, secret=SECRET, limits=access.limits)
    set_up = second.begin(account_pk)
    codes = second.confirm(account_pk, pyotp.TOTP(set_up.secret).now())
    assert codes
    browser = site.browser()
    browser.sign_in(MAIL)
    browser.send("/sign-in/second", code=codes[0])
    fields = {"delete_current": PASSWORD, "sure": "yes"}
    path = "/account/delete"
    assert browser.send(path, path, **fields).status_code == 422
    assert browser.send(path, path, code=codes[0], **fields).status_code == 422  # used up
    assert browser.send(path, path, code=codes[1], **fields).status_code == 303


def test_the_page_names_what_is_in_the_way_and_how_out(site: Site) -> None:
    with site.sessions() as session:
        account = session.scalars(select(Account)).one()
        owner = Actor(account_pk=account.account_pk, account_id=account.account_id, role="owner")
    venue_id = make_venue(site.sessions, owner=owner, name="Quán Hoa Sen")
    shown = site.get("/account/delete").text
    for part in ("Quán Hoa Sen", f"/venue/{venue_id}/staff", f"/venue/{venue_id}/close"):
        assert part in shown
    assert 'name="delete_current"' not in shown
    page = "/account"  # a form kept from before
    refused = site.send("/account/delete", page, delete_current=PASSWORD, sure="yes")
    assert refused.status_code == 409
    assert "Quán Hoa Sen" in refused.text


def test_an_office_does_not_delete_itself(site: Site) -> None:
    with site.sessions.begin() as session:
        session.execute(update(Account).values(role="ministry"))
    access, _ = make_access(site.sessions)
    with site.sessions() as session:
        account_pk = session.scalars(select(Account.account_pk)).one()
    with pytest.raises(Exception, match="no such account"):
        delete_account(access, account_pk)


def test_every_column_that_names_an_account_has_an_index() -> None:
    for column in naming_columns():
        table = column.table
        leading = [next(iter(table.primary_key.columns))]
        for index in table.indexes:
            where = index.dialect_options["postgresql"].get("where")
            if where is None or str(where) == f"{column.name} IS NOT NULL":
                leading += list(index.columns)[:1]
        assert column in leading, f"{table.name}.{column.name}"
