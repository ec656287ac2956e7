"""Registration of owners: a code to the contact, and the account once it comes back.

Until then there is no account: what was typed is kept with the code, so that
nobody holds or blocks a contact that is not theirs.
"""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from data.catalogues import language_of
from data.clock import now
from data.models import Account
from data.services.accounts.account_access import AccountAccess, has_contact, record_own_act
from data.services.accounts.account_messages import CodePurpose
from data.services.accounts.contacts import Contact
from data.services.accounts.one_time_codes import (
    CodeCheck,
    check_code,
    make_code,
    read_code_content,
    void_code,
)
from data.services.accounts.passwords import hash_password, require_good_password
from data.services.accounts.person_names import read_person_name
from data.venue_ids import make_venue_ids


def begin_registration(
    access: AccountAccess,
    *,
    name: str,
    contact: Contact,
    password: str,
    language: str,
    address: str,
) -> str:
    """Send a code to a contact; the account begins when it comes back.

    Args:
        access: Accounts and what they need.
        name: As typed.
        contact: Where the code goes.
        password: As typed.
        language: For messages and pages.
        address: Network address, for the limits.

    Returns:
        The handle of the code.

    Raises:
        InputError: The name or password is not taken.
        LimitedError: Too many codes.
        BusyError: Too many passwords are being hashed.
    """
    content = {"name": read_person_name(name), "language": language_of(language)}
    require_good_password(password, contact)
    access.limits.take_code(contact.value, address)
    content |= {contact.kind: contact.value, "password_hash": hash_password(password)}
    with access.sessions.begin() as session:
        known = session.scalar(select(Account.account_pk).where(has_contact(contact)))
        made = make_code(
            session,
            secret=access.secret,
            purpose="register",
            content=content,
            is_real=known is None,
        )
    if known is None:
        access.post_code(contact, "register", made.code, language)
    else:
        access.post_notice(contact, "known", language)
    return made.code_id


def finish_registration(
    access: AccountAccess, code_id: str, code: str, *, address: str
) -> CodeCheck:
    """Take the code of a registration; the right one makes the account.

    Returns:
        The check, with the new account's key where the code was right.

    Raises:
        LimitedError: Too many guesses from this address.
    """
    access.limits.take_guess(address)
    try:
        with access.sessions.begin() as session:
            check = check_code(
                session, secret=access.secret, purpose="register", code_id=code_id, code=code
            )
            if check.state != "right":
                return check
            at = now()
            account = Account(
                account_id=make_venue_ids(1)[0],
                role="owner",
                name=check.content["name"],
                email=check.content.get("email"),
                phone=check.content.get("phone"),
                password_hash=check.content["password_hash"],
                language=check.content["language"],
                confirmed_at=at,
                password_changed_at=at,
            )
            session.add(account)
            session.flush()
            record_own_act(session, account.account_id, "account.register")
    except IntegrityError:
        # The contact became somebody's in the meantime.
        return CodeCheck(state="gone")
    return CodeCheck(state="right", account_pk=account.account_pk)


def send_again(
    access: AccountAccess,
    purpose: CodePurpose,
    code_id: str,
    *,
    contact: Contact,
    language: str,
    address: str,
) -> str:
    """A new code in place of one that was lost or guessed wrong.

    Args:
        access: Accounts and what they need.
        purpose: That of the code.
        code_id: The old code, which stops to work.
        contact: Where it went.
        language: Of the message.
        address: Network address, for the limits.

    Returns:
        The handle of the new code.

    Raises:
        LimitedError: Too soon after the last, or too many.
    """
    access.limits.take_code(contact.value, address)
    with access.sessions.begin() as session:
        kept = read_code_content(session, purpose=purpose, code_id=code_id)
        account_pk, content = kept or (None, {})
        is_real = bool(content) or account_pk is not None
        void_code(session, code_id)
        made = make_code(
            session,
            secret=access.secret,
            purpose=purpose,
            account_pk=account_pk,
            content=content,
            is_real=is_real,
        )
    if is_real:
        access.post_code(contact, purpose, made.code, language)
    return made.code_id
