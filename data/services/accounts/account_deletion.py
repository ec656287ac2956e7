"""A person ends their own account: what is theirs goes, what belongs to venues stays without them.

What goes: name, contact, password, second factor, sessions, codes, keys, uploaded tables,
requests, their place in the staff of venues, and their name under declarations. What stays
are answers, results and decisions, which are the venue's and prove what the map showed; the
foreign keys of these tables let go of the account by themselves. The audit keeps the
account's random id, which then leads to nobody.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from data.clock import now, today
from data.errors import ConflictError, NotFoundError
from data.models import (
    Account,
    Assessment,
    OneTimeCode,
    Venue,
    VenueClaim,
    VenueContact,
    VenueEvent,
    VenueStaff,
)
from data.services.accounts.account_access import AccountAccess, record_own_act
from data.services.accounts.contacts import contact_of

ENDED_BY_OWNER: Final = "owner"
"""The role whose accounts end by their person; all others belong to an office."""


class LastOwnerOfVenuesError(ConflictError):
    """Open venues would be left without an owner."""


@dataclass(frozen=True, kw_only=True)
class HeldVenue:
    """An open venue whose only owner the account is."""

    venue_id: str
    name: str


def list_held_venues(session: Session, account_pk: int, *, most: int) -> list[HeldVenue]:
    """Open venues that have no other owner, by name: these keep an account from ending.

    Args:
        session: The person's own, scoped; or plain, in the transaction that deletes.
        account_pk: Whose.
        most: How many to give at most.
    """
    mine, others = aliased(VenueStaff), aliased(VenueStaff)
    another = select(others.account_pk).where(
        others.venue_pk == Venue.venue_pk, others.role == "owner", others.account_pk != account_pk
    )
    rows = session.execute(
        select(Venue.venue_id, Venue.name)
        .join(mine, mine.venue_pk == Venue.venue_pk)
        .where(
            mine.account_pk == account_pk,
            mine.role == "owner",
            or_(Venue.closed_on.is_(None), Venue.closed_on > today()),
            ~another.exists(),
        )
        .order_by(Venue.name, Venue.venue_id)
        .limit(most)
    )
    return [HeldVenue(**row._mapping) for row in rows]


def delete_account(access: AccountAccess, account_pk: int) -> None:
    """End an account for good; the page asked for password and second factor before.

    Plain sessions: accounts and their secrets are closed to the application role. Every row
    that is touched names this account or its contact.

    Args:
        access: Accounts and what they need.
        account_pk: Of the person who is signed in.

    Raises:
        NotFoundError: There is no such account that its person may end.
        LastOwnerOfVenuesError: Open venues would be left without an owner.
    """
    with access.sessions.begin() as session:
        # Venues first, as everywhere: two owners who leave together cannot both be the other.
        session.execute(
            select(Venue.venue_pk)
            .join(VenueStaff, VenueStaff.venue_pk == Venue.venue_pk)
            .where(VenueStaff.account_pk == account_pk)
            .order_by(Venue.venue_pk)
            .with_for_update(of=Venue)
        ).all()
        account = session.scalar(
            select(Account)
            .where(Account.account_pk == account_pk, Account.role == ENDED_BY_OWNER)
            .with_for_update()
        )
        if account is None:
            raise NotFoundError("there is no such account of an owner")
        if list_held_venues(session, account_pk, most=1):
            raise LastOwnerOfVenuesError("open venues have no other owner; hand over or close them")
        contact, language, account_id = contact_of(account), account.language, account.account_id
        _note_leaving(session, account_pk)
        _forget_contact(session, account)
        session.execute(
            update(VenueClaim)
            .where(VenueClaim.created_by == account_pk, VenueClaim.used_at.is_(None))
            .values(expires_at=func.least(VenueClaim.expires_at, now()))
        )
        session.execute(
            update(Assessment)
            .where(Assessment.account_pk == account_pk)
            .values(declared_name=None)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            delete(Account)
            .where(Account.account_pk == account_pk)
            .execution_options(synchronize_session=False)
        )
        session.expunge(account)
        record_own_act(session, account_id, "account.delete")
    access.post_notice(contact, "account_deleted", language)


def _note_leaving(session: Session, account_pk: int) -> None:
    """Let the history of each venue say that somebody of its staff has left; not who."""
    details: ColumnElement[Any] = func.jsonb_build_object("role", VenueStaff.role, type_=JSONB)
    left = (
        select(VenueStaff.venue_pk, literal("left"), details)
        .where(VenueStaff.account_pk == account_pk)
        .order_by(VenueStaff.venue_pk)
    )
    session.execute(insert(VenueEvent).from_select(["venue_pk", "kind", "details"], left))


def _forget_contact(session: Session, account: Account) -> None:
    """Take phone and mail of a person from all that holds them beside the account."""
    for name, value in (("email", account.email), ("phone", account.phone)):
        if value is None:
            continue
        # Codes of registrations that name no account; few, since all end within hours.
        session.execute(delete(OneTimeCode).where(OneTimeCode.content[name].as_string() == value))
        column, other = (
            (VenueContact.email, VenueContact.phone)
            if name == "email"
            else (VenueContact.phone, VenueContact.email)
        )
        session.execute(delete(VenueContact).where(column == value, other.is_(None)))
        session.execute(update(VenueContact).where(column == value).values({column: None}))
