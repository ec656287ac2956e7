"""What people change of their own accounts: name, language, contact."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from data.catalogues import language_of
from data.models import Account
from data.services.accounts.account_access import AccountAccess, has_contact, record_own_act
from data.services.accounts.contacts import Contact, contact_of
from data.services.accounts.one_time_codes import CodeCheck, check_code, make_code
from data.services.accounts.person_names import read_person_name


def change_name(access: AccountAccess, account_pk: int, *, name: str, language: str) -> None:
    """Change name and language.

    Raises:
        InputError: The name is not taken.
    """
    values: dict[str, Any] = {
        "name": read_person_name(name),
        "language": language_of(language),
    }
    with access.sessions.begin() as session:
        session.execute(update(Account).where(Account.account_pk == account_pk).values(**values))


def begin_contact_change(
    access: AccountAccess,
    account_pk: int,
    contact: Contact,
    *,
    current: str,
    language: str,
    address: str,
) -> str | None:
    """Send a code to a new contact of an account.

    Returns:
        The handle of the code; None where the current password was wrong.

    Raises:
        LimitedError: Too many codes or guesses.
        BusyError: Too many passwords are being hashed.
    """
    account = access.read(account_pk)
    if not access.is_own_password(account, current):
        return None
    access.limits.take_code(contact.value, address)
    with access.sessions.begin() as session:
        known = session.scalar(select(Account.account_pk).where(has_contact(contact)))
        made = make_code(
            session,
            secret=access.secret,
            purpose="change_contact",
            account_pk=account_pk,
            content={contact.kind: contact.value},
            is_real=known is None,
        )
    if known is None:
        access.post_code(contact, "change_contact", made.code, language)
    else:
        access.post_notice(contact, "known", language)
    return made.code_id


def finish_contact_change(
    access: AccountAccess, account_pk: int, code_id: str, code: str, *, address: str
) -> CodeCheck:
    """Take the code sent to a new contact, which then replaces the one of its kind.

    Raises:
        LimitedError: Too many guesses from this address.
    """
    access.limits.take_guess(address)
    try:
        with access.sessions.begin() as session:
            check = check_code(
                session,
                secret=access.secret,
                purpose="change_contact",
                code_id=code_id,
                code=code,
            )
            if check.state != "right" or check.account_pk != account_pk:
                return check if check.state != "right" else CodeCheck(state="gone")
            account = session.get_one(Account, account_pk)
            before, language = contact_of(account), account.language
            for kind, value in check.content.items():
                setattr(account, kind, value)
            session.flush()
            record_own_act(session, account.account_id, "account.change_contact")
    except IntegrityError:
        return CodeCheck(state="gone")
    access.post_notice(before, "contact_changed", language)
    return check
