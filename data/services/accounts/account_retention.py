"""Deletes what accounts leave behind: codes, sessions, counters, accounts never confirmed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from data.models import Account, OneTimeCode
from data.services.accounts.attempts import delete_ended_attempts
from data.services.accounts.one_time_codes import delete_old_codes
from data.services.accounts.web_sessions import delete_old_sessions

UNCONFIRMED_KEPT: Final = timedelta(days=2)
"""As long as the link of an account that an administrator made."""


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """How many rows were deleted."""

    codes: int
    sessions: int
    attempts: int
    accounts: int


def forget_account_leavings(session: Session, moment: datetime) -> Forgotten:
    """Delete what is due, in the caller's transaction.

    Args:
        session: The site's own.
        moment: Now.
    """
    return Forgotten(
        codes=delete_old_codes(session, moment=moment),
        sessions=delete_old_sessions(session, moment=moment),
        attempts=delete_ended_attempts(session, moment=moment),
        accounts=_delete_unconfirmed(session, moment),
    )


def _delete_unconfirmed(session: Session, moment: datetime) -> int:
    open_link = (
        select(OneTimeCode.code_id)
        .where(
            OneTimeCode.account_pk == Account.account_pk,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > moment,
        )
        .exists()
    )
    never = delete(Account).where(
        Account.confirmed_at.is_(None),
        Account.created_at <= moment - UNCONFIRMED_KEPT,
        ~open_link,
    )
    return session.execute(never).rowcount  # type: ignore[attr-defined,no-any-return]  # a DELETE gives a CursorResult
