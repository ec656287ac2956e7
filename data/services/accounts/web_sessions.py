"""Signed-in browsers: opening, reading and ending their sessions."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import delete, func, or_, select, tuple_, update
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now
from data.models import Account, AccountArea, Area, WebSession
from data.scope import Actor, Role

MAX_AGE: Final = timedelta(days=30)
IDLE_LIMIT: Final = timedelta(days=7)
COMMITTEE_MAX_AGE: Final = timedelta(hours=12)
COMMITTEE_IDLE_LIMIT: Final = timedelta(hours=1)
MOST_LISTED: Final = 50
KEPT_AFTER_END: Final = timedelta(days=7)
SEEN_STEP: Final = timedelta(minutes=5)
NEEDS_SECOND_FACTOR: Final = frozenset({"committee", "ministry", "administrator"})


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Who holds a session.

    Attributes:
        has_second_factor: Whether the second factor was shown in this session.
        is_set_up: Whether the account has a confirmed second factor at all.
    """

    actor: Actor
    name: str
    language: str
    session_hash: bytes
    has_second_factor: bool
    is_set_up: bool

    @property
    def needs_second_factor(self) -> bool:
        """Whether nothing but the second factor may be shown yet."""
        is_asked = self.actor.role in NEEDS_SECOND_FACTOR or self.is_set_up
        return is_asked and not self.has_second_factor


def hash_token(token: str) -> bytes:
    """What is stored of a random token: its SHA-256."""
    return hashlib.sha256(token.encode()).digest()


def max_age_s(role: Role) -> int:
    """Seconds after which a session of a role ends in any case."""
    age = COMMITTEE_MAX_AGE if role in NEEDS_SECOND_FACTOR else MAX_AGE
    return int(age.total_seconds())


def open_web_session(
    sessions: sessionmaker[Session],
    account_pk: int,
    *,
    role: Role,
    has_second_factor: bool = False,
    moment: datetime | None = None,
) -> str:
    """Open a session for an account whose password was right; gives the cookie's token.

    Args:
        sessions: Where to store.
        account_pk: The account.
        role: Its role: a committee's sessions end earlier.
        has_second_factor: Whether the second factor was shown already.
        moment: Now, by default.
    """
    token = secrets.token_urlsafe(32)
    at = moment or now()
    age = timedelta(seconds=max_age_s(role))
    with sessions.begin() as session:
        session.add(
            WebSession(
                session_hash=hash_token(token),
                account_pk=account_pk,
                created_at=at,
                last_seen_at=at,
                expires_at=at + age,
                second_factor_at=at if has_second_factor else None,
            )
        )
    return token


def read_web_session(
    sessions: sessionmaker[Session], token: str, *, moment: datetime | None = None
) -> SignedIn | None:
    """Who holds a token; None where it is unknown, too old, revoked, or the account disabled."""
    at = moment or now()
    session_hash = hash_token(token)
    with sessions.begin() as session:
        row = session.execute(
            select(WebSession, Account)
            .join(Account, Account.account_pk == WebSession.account_pk)
            .where(
                WebSession.session_hash == session_hash,
                WebSession.revoked_at.is_(None),
                WebSession.expires_at > at,
                Account.disabled_at.is_(None),
                Account.confirmed_at.is_not(None),
            )
        ).one_or_none()
        if row is None:
            return None
        held, account = row
        limit = COMMITTEE_IDLE_LIMIT if account.role in NEEDS_SECOND_FACTOR else IDLE_LIMIT
        if held.last_seen_at + limit <= at:
            return None
        if held.last_seen_at + SEEN_STEP <= at:
            held.last_seen_at = at
        area_ids = read_area_ids(session, account.account_pk) if account.role == "committee" else ()
        return SignedIn(
            actor=Actor(
                account_pk=account.account_pk,
                account_id=account.account_id,
                role=cast("Role", account.role),
                area_ids=area_ids,
            ),
            name=account.name,
            language=account.language,
            session_hash=session_hash,
            has_second_factor=held.second_factor_at is not None,
            is_set_up=account.totp_confirmed_at is not None,
        )


def renew_web_session(
    sessions: sessionmaker[Session], session_hash: bytes, *, moment: datetime | None = None
) -> str | None:
    """Replace a session by one that has shown its second factor; gives the new token.

    The token changes: one that was seen or planted before the second factor
    is worth nothing after it.

    Returns:
        The new cookie's token; None where the session has ended.
    """
    token = secrets.token_urlsafe(32)
    at = moment or now()
    with sessions.begin() as session:
        old = session.execute(
            update(WebSession)
            .where(
                WebSession.session_hash == session_hash,
                WebSession.revoked_at.is_(None),
                WebSession.expires_at > at,
            )
            .values(revoked_at=at)
            .returning(WebSession.account_pk, WebSession.expires_at)
        ).one_or_none()
        if old is None:
            return None
        session.add(
            WebSession(
                session_hash=hash_token(token),
                account_pk=old.account_pk,
                created_at=at,
                last_seen_at=at,
                expires_at=old.expires_at,
                second_factor_at=at,
            )
        )
    return token


@dataclass(frozen=True, kw_only=True)
class SessionFacts:
    """A signed-in browser as its account sees it.

    Attributes:
        number: Names it on the account's page; opens nothing.
        is_this: Whether it is the browser that asks.
    """

    number: str
    created_at: datetime
    last_seen_at: datetime
    is_this: bool


def list_web_sessions(
    sessions: sessionmaker[Session],
    account_pk: int,
    *,
    this: bytes,
    moment: datetime | None = None,
) -> list[SessionFacts]:
    """Sessions of an account that still work, the last used first."""
    with sessions() as session:
        rows = session.execute(
            select(WebSession.session_hash, WebSession.created_at, WebSession.last_seen_at)
            .where(
                WebSession.account_pk == account_pk,
                WebSession.revoked_at.is_(None),
                WebSession.expires_at > (moment or now()),
            )
            .order_by(WebSession.last_seen_at.desc(), WebSession.session_hash)
            .limit(MOST_LISTED)
        )
        return [
            SessionFacts(
                number=session_number(row.session_hash),
                created_at=row.created_at,
                last_seen_at=row.last_seen_at,
                is_this=row.session_hash == this,
            )
            for row in rows
        ]


def session_number(session_hash: bytes) -> str:
    """What a page calls a session: of its hash a hash, so that it opens and reveals nothing."""
    return hashlib.sha256(b"antoan.session-number:" + session_hash).hexdigest()[:16]


def end_listed_session(sessions: sessionmaker[Session], account_pk: int, number: str) -> None:
    """End the session of an account that its page calls by a number."""
    with sessions() as session:
        hashes = session.scalars(
            select(WebSession.session_hash)
            .where(WebSession.account_pk == account_pk, WebSession.revoked_at.is_(None))
            .order_by(WebSession.session_hash)
        ).all()
    for session_hash in hashes:
        if session_number(session_hash) == number:
            revoke_web_session(sessions, session_hash)


def delete_old_sessions(session: Session, *, moment: datetime | None = None) -> int:
    """Delete sessions that ended, or were revoked, more than a week ago."""
    limit = (moment or now()) - KEPT_AFTER_END
    old = delete(WebSession).where(
        or_(WebSession.expires_at <= limit, WebSession.revoked_at <= limit)
    )
    return session.execute(old).rowcount  # type: ignore[attr-defined,no-any-return]  # a DELETE gives a CursorResult


def revoke_web_session(sessions: sessionmaker[Session], session_hash: bytes) -> None:
    """End one session."""
    with sessions.begin() as session:
        session.execute(
            update(WebSession)
            .where(WebSession.session_hash == session_hash, WebSession.revoked_at.is_(None))
            .values(revoked_at=func.now())
        )


def revoke_account_sessions(session: Session, account_pk: int, *, but: bytes | None = None) -> None:
    """End every session of an account, but perhaps one; in the caller's transaction."""
    statement = update(WebSession).where(
        WebSession.account_pk == account_pk, WebSession.revoked_at.is_(None)
    )
    if but is not None:
        statement = statement.where(WebSession.session_hash != but)
    session.execute(statement.values(revoked_at=func.now()))


def read_area_ids(session: Session, account_pk: int) -> tuple[int, ...]:
    """Ids of a committee's areas, in every edition that it was given them for."""
    mine = (
        select(AccountArea.edition_code, AccountArea.area_code)
        .where(AccountArea.account_pk == account_pk)
        .subquery()
    )
    found = session.scalars(
        select(Area.area_id)
        .join(
            mine,
            tuple_(mine.c.edition_code, mine.c.area_code) == tuple_(Area.edition_code, Area.code),
        )
        .order_by(Area.area_id)
    )
    return tuple(found)
