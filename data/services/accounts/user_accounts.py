"""Accounts that an administrator makes: committees, the ministry, other administrators.

They are never made by registration. The administrator gets a one-time link and
hands it on; nobody but the person ever knows the password.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now
from data.errors import ConflictError, InputError, NotFoundError
from data.models import Account, AccountArea, Area, BoundaryEdition, OneTimeCode
from data.scope import Role
from data.services import audit
from data.services.accounts.account_access import AccountAccess, has_contact, record_own_act
from data.services.accounts.contacts import Contact, contact_of
from data.services.accounts.one_time_codes import (
    check_code,
    is_open_code,
    make_code,
    void_account_codes,
)
from data.services.accounts.password_changes import set_password
from data.services.accounts.passwords import hash_password, require_good_password
from data.services.accounts.person_names import read_person_name
from data.services.accounts.second_factor import remove_second_factor
from data.services.accounts.web_sessions import revoke_account_sessions
from data.venue_ids import make_venue_ids

SET_UP_PATH: Final = "/set-up"
"""Address of the one-time link, which carries `?key=`."""
SEPARATOR: Final = "."


@dataclass(frozen=True, kw_only=True)
class NewUser:
    """An account that was made, or whose link was made anew.

    Attributes:
        key: For the one-time link; stored nowhere.
    """

    account_id: str
    key: str


@dataclass(frozen=True, kw_only=True)
class UserFacts:
    """An account as its administrator sees it; no hash and no secret."""

    account_id: str
    role: Role
    name: str
    email: str | None
    phone: str | None
    areas: tuple[str, ...]
    has_second_factor: bool
    created_at: datetime
    confirmed_at: datetime | None
    disabled_at: datetime | None


def add_user(
    sessions: sessionmaker[Session],
    *,
    secret: str,
    role: Role,
    name: str,
    contact: Contact,
    areas: tuple[tuple[str, str], ...] = (),
) -> NewUser:
    """Make an account, or a new link for one whose link was never used.

    Args:
        sessions: Plain sessions.
        secret: The site's secret.
        role: What the person may be.
        name: Their name.
        contact: By which they sign in.
        areas: Edition and code of each area of a committee.

    Raises:
        InputError: A committee without areas, areas without a committee, or a bad name.
        NotFoundError: An area is in no edition.
        ConflictError: The contact has an account.
    """
    if (role == "committee") != bool(areas):
        raise InputError("a committee needs --area, and no other role takes it")
    name = read_person_name(name)
    try:
        with sessions.begin() as session:
            account = session.scalar(select(Account).where(has_contact(contact)))
            if account is None:
                account = Account(account_id=make_venue_ids(1)[0], role=role, name=name)
                setattr(account, contact.kind, contact.value)
                session.add(account)
            elif account.confirmed_at is not None or account.role != role:
                raise ConflictError("this contact has an account; see 'antoan users list'")
            account.name, account.created_at, account.disabled_at = name, now(), None
            session.flush()
            _set_areas(session, account.account_pk, areas)
            void_account_codes(session, account.account_pk)
            made = make_code(
                session, secret=secret, purpose="set_up", account_pk=account.account_pk
            )
            session.flush()
            _record(session, account.account_id, "account.add", role=role)
    except IntegrityError:
        raise ConflictError("this contact has an account; see 'antoan users list'") from None
    return NewUser(account_id=account.account_id, key=SEPARATOR.join((made.code_id, made.code)))


def set_first_password(
    sessions: sessionmaker[Session], account_id: str, contact: Contact, password: str
) -> None:
    """Set the password of a new account at once, in place of its link.

    Raises:
        InputError: The password is not taken.
    """
    require_good_password(password, contact)
    password_hash = hash_password(password)
    with sessions.begin() as session:
        account = session.scalars(select(Account).where(Account.account_id == account_id)).one()
        account.confirmed_at = now()
        set_password(session, account, password_hash)
        _record(session, account_id, "account.set_password")


def read_set_up_name(sessions: sessionmaker[Session], secret: str, key: str) -> str | None:
    """Whose link it is, to greet them; None for a link that was used, is too old or unknown."""
    del secret  # the key itself is tried only with the password
    code_id, _, _ = key.partition(SEPARATOR)
    with sessions() as session:
        if not is_open_code(session, purpose="set_up", code_id=code_id):
            return None
        return session.scalar(
            select(Account.name)
            .join(OneTimeCode, OneTimeCode.account_pk == Account.account_pk)
            .where(OneTimeCode.code_id == code_id, Account.disabled_at.is_(None))
        )


def finish_set_up(access: AccountAccess, key: str, password: str, *, address: str) -> bool:
    """Set the first password by a link; it confirms the account.

    Returns:
        Whether the link was good.

    Raises:
        InputError: The password is not taken; the link stays good.
        LimitedError: Too many tries from this address.
        BusyError: Too many passwords are being hashed.
    """
    code_id, _, code = key.partition(SEPARATOR)
    access.limits.take_guess(address)
    with access.sessions() as session:
        account_pk = session.scalar(
            select(OneTimeCode.account_pk).where(
                OneTimeCode.code_id == code_id, OneTimeCode.purpose == "set_up"
            )
        )
    contact = contact_of(access.read(account_pk)) if account_pk is not None else None
    require_good_password(password, contact)
    password_hash = hash_password(password)
    with access.sessions.begin() as session:
        check = check_code(
            session, secret=access.secret, purpose="set_up", code_id=code_id, code=code
        )
        if check.state != "right" or check.account_pk is None:
            return False
        account = session.get_one(Account, check.account_pk)
        if account.disabled_at is not None:
            return False
        account.confirmed_at = account.confirmed_at or now()
        set_password(session, account, password_hash)
        revoke_account_sessions(session, account.account_pk)
        record_own_act(session, account.account_id, "account.set_up")
    return True


def list_users(sessions: sessionmaker[Session], *, role: Role | None = None) -> list[UserFacts]:
    """Accounts by role and name; owners only where asked for: there may be a million."""
    with sessions() as session:
        areas = (
            select(
                AccountArea.account_pk,
                func.array_agg(
                    func.concat(AccountArea.edition_code, "/", AccountArea.area_code)
                ).label("areas"),
            )
            .group_by(AccountArea.account_pk)
            .subquery()
        )
        wanted = Account.role == role if role is not None else Account.role != "owner"
        rows = session.execute(
            select(Account, areas.c.areas)
            .outerjoin(areas, areas.c.account_pk == Account.account_pk)
            .where(wanted)
            .order_by(Account.role, Account.name, Account.account_pk)
        )
        return [
            UserFacts(
                account_id=account.account_id,
                role=cast("Role", account.role),
                name=account.name,
                email=account.email,
                phone=account.phone,
                areas=tuple(sorted(codes or ())),
                has_second_factor=account.totp_confirmed_at is not None,
                created_at=account.created_at,
                confirmed_at=account.confirmed_at,
                disabled_at=account.disabled_at,
            )
            for account, codes in rows
        ]


def disable_user(sessions: sessionmaker[Session], named: ColumnElement[bool]) -> str:
    """Close an account: its sessions end, its keys and codes stop to work. Gives its id.

    Raises:
        NotFoundError: There is no such account.
    """
    with sessions.begin() as session:
        account = _require(session, named)
        account.disabled_at = now()
        revoke_account_sessions(session, account.account_pk)
        void_account_codes(session, account.account_pk)
        _record(session, account.account_id, "account.disable")
        return account.account_id


def reset_second_factor(sessions: sessionmaker[Session], named: ColumnElement[bool]) -> str:
    """Forget an account's second factor and end its sessions; it is set up anew at sign-in.

    Raises:
        NotFoundError: There is no such account.
    """
    with sessions.begin() as session:
        account = _require(session, named)
        remove_second_factor(session, account.account_pk)
        revoke_account_sessions(session, account.account_pk)
        _record(session, account.account_id, "account.second_factor_reset")
        return account.account_id


def named_by(text: str, contact: Contact | None) -> ColumnElement[bool]:
    """The condition on accounts: public id or contact."""
    is_id = Account.account_id == text.strip().upper()
    return is_id if contact is None else or_(is_id, has_contact(contact))


def _require(session: Session, named: ColumnElement[bool]) -> Account:
    account = session.scalar(select(Account).where(named).with_for_update())
    if account is None:
        raise NotFoundError("there is no such account; see 'antoan users list'")
    return account


def _set_areas(session: Session, account_pk: int, areas: tuple[tuple[str, str], ...]) -> None:
    for edition, code in areas:
        known = session.scalar(
            select(Area.area_id).where(Area.edition_code == edition, Area.code == code)
        )
        if known is None:
            if session.get(BoundaryEdition, edition) is None:
                raise NotFoundError(
                    f"there is no edition {edition!r}; see 'antoan boundaries list'"
                )
            raise NotFoundError(f"the edition {edition!r} has no area {code!r}")
    session.execute(delete(AccountArea).where(AccountArea.account_pk == account_pk))
    session.add_all(
        AccountArea(account_pk=account_pk, edition_code=edition, area_code=code)
        for edition, code in areas
    )
    session.flush()


def _record(session: Session, account_id: str, action: str, **details: str) -> None:
    session.flush()
    audit.record(
        session,
        actor_id=None,
        action=action,
        subject_kind="account",
        subject_id=account_id,
        details=dict(details),
    )
