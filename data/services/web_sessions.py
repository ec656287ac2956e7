"""Signed-in browsers: opening, reading and ending their sessions."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now
from data.models import Account, AccountArea, Area, WebSession
from data.scope import Actor, Role

MAX_AGE: Final = timedelta(days=30)
IDLE_LIMIT: Final = timedelta(days=7)
COMMITTEE_MAX_AGE: Final = timedelta(hours=12)
COMMITTEE_IDLE_LIMIT: Final = timedelta(hours=1)
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
    age = COMMITTEE_MAX_AGE if role in NEEDS_SECOND_FACTOR else MAX_AGE
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
        area_ids = _area_ids(session, account.account_pk) if account.role == "committee" else ()
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


def _area_ids(session: Session, account_pk: int) -> tuple[int, ...]:
    """Areas of a committee, in every edition that it was given them for."""
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
