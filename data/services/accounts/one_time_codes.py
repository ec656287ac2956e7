"""Codes that show a contact to be somebody's: six digits, for minutes, against five guesses.

A code is stored as a keyed hash: a copy of the table alone opens nothing, even
though there are only a million codes.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Literal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from data.clock import now
from data.models import OneTimeCode
from data.site_keys import derive_key

CODE_AGE: Final = timedelta(minutes=5)
SET_UP_AGE: Final = timedelta(days=2)
MOST_GUESSES: Final = 5
KEPT_AFTER_END: Final = timedelta(hours=1)
"""So long a new code can be asked for without typing all again."""
PAUSE: Final = timedelta(minutes=1)
DIGITS: Final = 6

Purpose = Literal["register", "reset_password", "change_contact", "set_up"]


@dataclass(frozen=True, kw_only=True)
class NewCode:
    """A code that was just made.

    Attributes:
        code_id: Names it, in the browser that asked.
        code: What is sent; stored nowhere.
    """

    code_id: str
    code: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class CodeCheck:
    """What became of one guess.

    Attributes:
        state: `right`; `wrong` with guesses left; `gone`: used, too old, or guessed too often.
        account_pk: The account it was made for, where it is right.
        content: What was kept with it, where it is right.
    """

    state: Literal["right", "wrong", "gone"]
    account_pk: int | None = None
    content: dict[str, Any] = field(default_factory=dict)


def make_code(
    session: Session,
    *,
    secret: str,
    purpose: Purpose,
    account_pk: int | None = None,
    content: dict[str, Any] | None = None,
    is_real: bool = True,
    moment: datetime | None = None,
) -> NewCode:
    """Store a new code.

    Args:
        session: The transaction.
        secret: The site's secret.
        purpose: What it is for; it opens nothing else.
        account_pk: For which account.
        content: Kept until it is used; no secret in clear.
        is_real: False for a code that no guess can hit: asked for by somebody who must not
            learn that the contact is unknown, or known already.
        moment: Now, by default.
    """
    at = moment or now()
    is_link = purpose == "set_up"
    code = secrets.token_urlsafe(32) if is_link else f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    code_id = secrets.token_urlsafe(18)
    session.add(
        OneTimeCode(
            code_id=code_id,
            purpose=purpose,
            account_pk=account_pk if is_real else None,
            code_hash=_hash(secret, code_id, code) if is_real else secrets.token_bytes(32),
            content=(content or {}) if is_real else {},
            created_at=at,
            expires_at=at + (SET_UP_AGE if is_link else CODE_AGE),
        )
    )
    return NewCode(code_id=code_id, code=code)


def check_code(
    session: Session,
    *,
    secret: str,
    purpose: Purpose,
    code_id: str,
    code: str,
    moment: datetime | None = None,
) -> CodeCheck:
    """Take one guess at a code; the right one is used up.

    Commit the transaction whatever comes of it: a guess that is rolled back is free.
    """
    at = moment or now()
    # One statement counts and reads: guesses side by side cannot share one count.
    row = session.execute(
        update(OneTimeCode)
        .where(*_usable(code_id, purpose, at))
        .values(guesses=OneTimeCode.guesses + 1)
        .returning(
            OneTimeCode.code_hash,
            OneTimeCode.account_pk,
            OneTimeCode.content,
            OneTimeCode.guesses,
        )
    ).one_or_none()
    if row is None:
        return CodeCheck(state="gone")
    if not hmac.compare_digest(row.code_hash, _hash(secret, code_id, code)):
        return CodeCheck(state="gone" if row.guesses >= MOST_GUESSES else "wrong")
    void_code(session, code_id, moment=at)
    return CodeCheck(state="right", account_pk=row.account_pk, content=row.content)


def read_code_content(
    session: Session, *, purpose: Purpose, code_id: str
) -> tuple[int | None, dict[str, Any]] | None:
    """Account and content of a code not used yet, too old or not; None where there is none."""
    row = session.execute(
        select(OneTimeCode.account_pk, OneTimeCode.content).where(
            OneTimeCode.code_id == code_id,
            OneTimeCode.purpose == purpose,
            OneTimeCode.used_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else (row.account_pk, row.content)


def is_open_code(
    session: Session, *, purpose: Purpose, code_id: str, moment: datetime | None = None
) -> bool:
    """Whether a code can still be used."""
    asked = select(OneTimeCode.code_id).where(*_usable(code_id, purpose, moment or now()))
    return session.scalar(asked) is not None


def void_code(session: Session, code_id: str, *, moment: datetime | None = None) -> None:
    """Use a code up, and forget what was kept with it."""
    session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.code_id == code_id)
        .values(used_at=moment or now(), content={})
    )


def void_account_codes(session: Session, account_pk: int) -> None:
    """Use up every code of an account, as after its password was changed."""
    session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.account_pk == account_pk, OneTimeCode.used_at.is_(None))
        .values(used_at=now(), content={})
    )


def delete_old_codes(session: Session, *, moment: datetime | None = None) -> int:
    """Delete codes that are an hour past their end, with what was kept for them."""
    old = delete(OneTimeCode).where(OneTimeCode.expires_at <= (moment or now()) - KEPT_AFTER_END)
    return session.execute(old).rowcount  # type: ignore[attr-defined,no-any-return]  # a DELETE gives a CursorResult


def _usable(code_id: str, purpose: Purpose, at: datetime) -> tuple[Any, ...]:
    return (
        OneTimeCode.code_id == code_id,
        OneTimeCode.purpose == purpose,
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > at,
        OneTimeCode.guesses < MOST_GUESSES,
    )


def _hash(secret: str, code_id: str, code: str) -> bytes:
    key = derive_key(secret, "one-time-code")
    return hmac.new(key, f"{code_id}\0{code}".encode(), sha256).digest()
