"""A forgotten password, and a new one in place of the old."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.clock import now
from data.models import Account
from data.services.accounts.account_access import AccountAccess, has_contact, record_own_act
from data.services.accounts.contacts import Contact, contact_of
from data.services.accounts.one_time_codes import (
    CodeCheck,
    check_code,
    make_code,
    void_account_codes,
)
from data.services.accounts.passwords import hash_password, require_good_password
from data.services.accounts.web_sessions import revoke_account_sessions


def begin_reset(access: AccountAccess, contact: Contact, *, language: str, address: str) -> str:
    """Send a code for a new password, where the contact has an account.

    Returns:
        The handle of a code, which for unknown contacts no guess can hit.

    Raises:
        LimitedError: Too many codes.
    """
    access.limits.take_code(contact.value, address)
    with access.sessions.begin() as session:
        account = session.execute(
            select(Account.account_pk, Account.language).where(
                has_contact(contact),
                Account.disabled_at.is_(None),
                Account.confirmed_at.is_not(None),
            )
        ).one_or_none()
        made = make_code(
            session,
            secret=access.secret,
            purpose="reset_password",
            account_pk=account.account_pk if account else None,
            is_real=account is not None,
        )
    if account is not None:
        access.post_code(contact, "reset_password", made.code, language)
    return made.code_id


def finish_reset(
    access: AccountAccess, code_id: str, code: str, password: str, contact: Contact, *, address: str
) -> CodeCheck:
    """Set a new password by a code; every session of the account ends.

    Raises:
        InputError: The password is not taken; the code was not tried then.
        LimitedError: Too many guesses from this address.
        BusyError: Too many passwords are being hashed.
    """
    require_good_password(password, contact)
    access.limits.take_guess(address)
    password_hash = hash_password(password)  # before: the row is locked while we compute
    with access.sessions.begin() as session:
        check = check_code(
            session, secret=access.secret, purpose="reset_password", code_id=code_id, code=code
        )
        if check.state != "right" or check.account_pk is None:
            return check if check.state != "right" else CodeCheck(state="gone")
        account = session.get_one(Account, check.account_pk)
        set_password(session, account, password_hash)
        revoke_account_sessions(session, account.account_pk)
        found, language, account_id = contact_of(account), account.language, account.account_id
        record_own_act(session, account_id, "account.reset_password")
    access.limits.forget_sign_in(found.value)
    access.post_notice(found, "password_changed", language)
    return check


def change_password(
    access: AccountAccess, account_pk: int, *, current: str, password: str, session_hash: bytes
) -> bool:
    """Change the password; the account's other sessions end.

    Returns:
        Whether the current password was right; nothing changes where not.

    Raises:
        InputError: The new password is not taken.
        LimitedError: The current one was guessed too often.
        BusyError: Too many passwords are being hashed.
    """
    account = access.read(account_pk)
    contact = contact_of(account)
    require_good_password(password, contact)
    if not access.is_own_password(account, current):
        return False
    password_hash = hash_password(password)
    with access.sessions.begin() as session:
        set_password(session, session.get_one(Account, account_pk), password_hash)
        revoke_account_sessions(session, account_pk, but=session_hash)
        record_own_act(session, account.account_id, "account.change_password")
    access.post_notice(contact, "password_changed", account.language)
    return True


def set_password(session: Session, account: Account, password_hash: str) -> None:
    """Store a password's hash; codes under way stop to work."""
    account.password_hash = password_hash
    account.password_changed_at = now()
    void_account_codes(session, account.account_pk)
    session.flush()
