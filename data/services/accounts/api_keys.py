"""Keys by which an account's own software submits in its name: shown once, stored hashed."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now
from data.errors import ConflictError, InputError
from data.models import Account, ApiKey
from data.scope import Actor, Role
from data.services import audit
from data.services.accounts.web_sessions import hash_token, read_area_ids

PREFIX: Final = "antoan_"
"""So that scanners of published code know the key for what it is."""
MOST_KEYS: Final = 20
MOST_LABEL_SIGNS: Final = 60
USED_STEP: Final = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class KeyFacts:
    """A key as its account sees it; what opens with it is not stored."""

    api_key_pk: int
    label: str
    created_at: datetime
    last_used_at: datetime | None


def make_api_key(sessions: sessionmaker[Session], account_pk: int, label: str) -> str:
    """Make a key; this is the only time that it is seen.

    Args:
        sessions: Plain sessions: the table is closed to the application role.
        account_pk: Whose.
        label: The person's own word for it.

    Raises:
        InputError: The label is empty or too long.
        ConflictError: The account has too many keys.
    """
    label = " ".join(label.split())
    if not label or len(label) > MOST_LABEL_SIGNS or not label.isprintable():
        raise InputError(f"a key has a name of 1 to {MOST_LABEL_SIGNS} signs")
    key = PREFIX + secrets.token_urlsafe(32)
    with sessions.begin() as session:
        account = session.get_one(Account, account_pk, with_for_update=True)
        held = session.scalar(
            select(func.count())
            .select_from(ApiKey)
            .where(ApiKey.account_pk == account_pk, ApiKey.revoked_at.is_(None))
        )
        if (held or 0) >= MOST_KEYS:
            raise ConflictError(f"an account has at most {MOST_KEYS} keys; revoke one first")
        stored = ApiKey(account_pk=account_pk, key_hash=hash_token(key), label=label)
        session.add(stored)
        session.flush()
        _record(session, account.account_id, "api_key.make", stored.api_key_pk)
    return key


def list_api_keys(sessions: sessionmaker[Session], account_pk: int) -> list[KeyFacts]:
    """Keys that work, newest first."""
    with sessions() as session:
        rows = session.execute(
            select(ApiKey.api_key_pk, ApiKey.label, ApiKey.created_at, ApiKey.last_used_at)
            .where(ApiKey.account_pk == account_pk, ApiKey.revoked_at.is_(None))
            .order_by(ApiKey.created_at.desc(), ApiKey.api_key_pk.desc())
        )
        return [KeyFacts(**row._mapping) for row in rows]


def revoke_api_key(sessions: sessionmaker[Session], account_pk: int, api_key_pk: int) -> bool:
    """End a key; False where the account has no such key."""
    with sessions.begin() as session:
        ended = session.execute(
            update(ApiKey)
            .where(
                ApiKey.api_key_pk == api_key_pk,
                ApiKey.account_pk == account_pk,
                ApiKey.revoked_at.is_(None),
            )
            .values(revoked_at=now())
            .returning(ApiKey.api_key_pk)
        ).one_or_none()
        if ended is None:
            return False
        account_id = session.get_one(Account, account_pk).account_id
        _record(session, account_id, "api_key.revoke", api_key_pk)
    return True


def find_key_holder(
    sessions: sessionmaker[Session], key: str, *, moment: datetime | None = None
) -> Actor | None:
    """Whose key it is; None where it is unknown, revoked, or the account disabled."""
    at = moment or now()
    if not key.startswith(PREFIX):
        return None
    with sessions.begin() as session:
        row = session.execute(
            select(ApiKey, Account)
            .join(Account, Account.account_pk == ApiKey.account_pk)
            .where(
                ApiKey.key_hash == hash_token(key),
                ApiKey.revoked_at.is_(None),
                Account.disabled_at.is_(None),
                Account.confirmed_at.is_not(None),
            )
        ).one_or_none()
        if row is None:
            return None
        held, account = row
        if held.last_used_at is None or held.last_used_at + USED_STEP <= at:
            held.last_used_at = at
        is_committee = account.role == "committee"
        return Actor(
            account_pk=account.account_pk,
            account_id=account.account_id,
            role=cast("Role", account.role),
            area_ids=read_area_ids(session, account.account_pk) if is_committee else (),
        )


def _record(session: Session, account_id: str, action: str, api_key_pk: int) -> None:
    audit.record(
        session,
        actor_id=account_id,
        action=action,
        subject_kind="api_key",
        subject_id=str(api_key_pk),
    )
