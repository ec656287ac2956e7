"""What accounts leave behind is deleted to the minute."""

from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now
from data.models import Account, OneTimeCode
from data.services.accounts.account_retention import forget_account_leavings
from data.services.accounts.attempts import Attempts, Limit
from data.services.accounts.contacts import read_contact
from data.services.accounts.one_time_codes import make_code
from data.services.accounts.user_accounts import add_user
from data.services.accounts.web_sessions import open_web_session
from tests.api_app import SECRET
from tests.people import make_account

SECOND = timedelta(seconds=1)


def test_codes_go_an_hour_after_their_end_with_all_that_was_kept(
    sessions: sessionmaker[Session],
) -> None:
    at = now()
    with sessions.begin() as session:
        content = {"email": "tên@example.vn", "password_hash": "x"}
        make_code(session, secret=SECRET, purpose="register", content=content, moment=at)
        end = at + timedelta(minutes=5, hours=1)
        assert forget_account_leavings(session, end - SECOND).codes == 0
        assert forget_account_leavings(session, end).codes == 1
        assert session.scalars(select(OneTimeCode.code_id)).all() == []


def test_sessions_and_counters_go_after_their_end(sessions: sessionmaker[Session]) -> None:
    at = now()
    owner = make_account(sessions)
    open_web_session(sessions, owner.account_pk, role="owner", moment=at)
    limit = Limit(name="test", most=1, window=timedelta(minutes=15))
    Attempts(sessions=sessions, secret=SECRET).take((limit, "x"), moment=at)
    with sessions.begin() as session:
        assert forget_account_leavings(session, at + timedelta(minutes=15) - SECOND).attempts == 0
        assert forget_account_leavings(session, at + timedelta(minutes=15)).attempts == 1
        end = at + timedelta(days=30 + 7)
        assert forget_account_leavings(session, end - SECOND).sessions == 0
        assert forget_account_leavings(session, end).sessions == 1


def test_accounts_that_were_never_confirmed_go_after_two_days(
    sessions: sessionmaker[Session],
) -> None:
    kept = make_account(sessions)
    add_user(
        sessions,
        secret=SECRET,
        role="ministry",
        name="Bà Hoa",
        contact=read_contact("hoa@example.vn"),
    )
    with sessions.begin() as session:
        made = session.scalars(select(Account.created_at).where(Account.role == "ministry")).one()
        expires = session.scalars(select(OneTimeCode.expires_at)).one()
        end = max(made, expires - timedelta(days=2)) + timedelta(days=2)
        assert forget_account_leavings(session, end - SECOND).accounts == 0
        assert forget_account_leavings(session, end + SECOND).accounts == 1
        assert session.scalars(select(Account.account_pk)).all() == [kept.account_pk]


def test_a_limit_counts_attempts_that_come_together(sessions: sessionmaker[Session]) -> None:
    attempts = Attempts(sessions=sessions, secret=SECRET)
    limit = Limit(name="test", most=3, window=timedelta(minutes=10))
    site = Limit(name="site", most=100, window=timedelta(minutes=1))
    at = now()
    waits = [attempts.take((limit, "a"), (site, ""), moment=at) for _ in range(5)]
    assert waits[:3] == [None] * 3
    assert waits[3:] == [timedelta(minutes=10)] * 2
    assert attempts.take((limit, "b"), (site, ""), moment=at) is None
    assert attempts.take((limit, "a"), moment=at + timedelta(minutes=10)) is None
    assert attempts.count(limit, "a", moment=at + timedelta(minutes=10)) == 1
    attempts.forget((limit, "a"))
    assert attempts.count(limit, "a", moment=at) == 0
    with sessions() as session:
        keys = session.scalars(text("SELECT key FROM attempt_count")).all()
    assert all(len(key.split(":")[1]) == 32 for key in keys)
