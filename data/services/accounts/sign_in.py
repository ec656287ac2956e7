"""Signing in: the same work and the same answer, whether or not there is such an account."""

from dataclasses import dataclass
from typing import cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from data.models import Account
from data.scope import Role
from data.services.accounts.account_limits import AccountLimits
from data.services.accounts.contacts import ContactError, read_contact
from data.services.accounts.passwords import hash_password, is_right_password, needs_new_hash
from data.services.accounts.web_sessions import NEEDS_SECOND_FACTOR, open_web_session
from geo.errors import AnToanError


class WrongSignInError(AnToanError):
    """Contact and password do not belong together; which of them is wrong is not told."""

    def __init__(self) -> None:
        super().__init__("contact and password do not belong together")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A session that was opened.

    Attributes:
        token: For the cookie.
        needs_second_factor: Whether only the second factor opens the rest.
    """

    token: str
    role: Role
    language: str
    needs_second_factor: bool


def sign_in(
    sessions: sessionmaker[Session],
    limits: AccountLimits,
    *,
    contact: str,
    password: str,
    address: str,
) -> Opened:
    """Open a session by contact and password.

    Args:
        sessions: The site's sessions.
        limits: Of attempts.
        contact: As typed.
        password: As typed.
        address: Network address, for the limits.

    Raises:
        WrongSignInError: They do not belong together, or the account is disabled or not
            confirmed.
        LimitedError: Too many attempts.
        BusyError: Too many passwords are being checked.
    """
    try:
        known = read_contact(contact)
        subject, column = known.value, Account.email if known.kind == "email" else Account.phone
    except ContactError:
        known, subject, column = None, contact.casefold()[:200], Account.email
    limits.take_sign_in(subject, address)
    with sessions() as session:
        account = session.scalar(
            select(Account).where(
                column == (known.value if known else ""),
                Account.disabled_at.is_(None),
                Account.confirmed_at.is_not(None),
            )
        )
    stored = account.password_hash if account else None
    if not is_right_password(stored, password) or account is None or stored is None:
        raise WrongSignInError
    limits.forget_sign_in(subject)
    if needs_new_hash(stored):
        with sessions.begin() as session:
            session.execute(
                update(Account)
                .where(Account.account_pk == account.account_pk, Account.password_hash == stored)
                .values(password_hash=hash_password(password))
            )
    role = cast("Role", account.role)
    return Opened(
        token=open_web_session(sessions, account.account_pk, role=role),
        role=role,
        language=account.language,
        needs_second_factor=role in NEEDS_SECOND_FACTOR or account.totp_confirmed_at is not None,
    )
