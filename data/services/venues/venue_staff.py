"""The persons who act for a venue: who they are, who leaves, and invitations taken back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from data.clock import now
from data.errors import ConflictError, NotFoundError
from data.models import Account, Venue, VenueClaim, VenueStaff
from data.scope import Actor
from data.services.venues.venue_events import record_venue_event


class LastOwnerError(ConflictError):
    """The last owner cannot leave: nobody could then act for the venue."""


@dataclass(frozen=True, kw_only=True)
class StaffMember:
    """One person who may act for a venue."""

    account_id: str
    name: str
    role: str
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A key that an owner gave out and nobody has used yet.

    Attributes:
        mark: Names it; the first half of its key's hash in hexadecimal digits.
    """

    mark: str
    role: str
    expires_at: datetime


def list_staff(session: Session, venue_id: str) -> list[StaffMember]:
    """Owners first, then editors; each in the order in which they came."""
    rows = session.execute(
        select(Account.account_id, Account.name, VenueStaff.role, VenueStaff.added_at)
        .join(VenueStaff, VenueStaff.account_pk == Account.account_pk)
        .join(Venue, Venue.venue_pk == VenueStaff.venue_pk)
        .where(Venue.venue_id == venue_id)
        .order_by(VenueStaff.role.desc(), VenueStaff.added_at, Account.account_pk)
    )
    return [StaffMember(**row._mapping) for row in rows]


def list_invitations(
    session: Session, venue_id: str, *, at: datetime | None = None
) -> list[Invitation]:
    """Invitations by owners that still hold, the newest first."""
    rows = session.execute(
        select(VenueClaim.key_hash, VenueClaim.role, VenueClaim.expires_at)
        .join(Venue, Venue.venue_pk == VenueClaim.venue_pk)
        .where(
            Venue.venue_id == venue_id,
            VenueClaim.created_by.is_not(None),
            VenueClaim.used_at.is_(None),
            VenueClaim.expires_at > (at or now()),
        )
        .order_by(VenueClaim.created_at.desc(), VenueClaim.key_hash)
    )
    return [
        Invitation(mark=_mark(row.key_hash), role=row.role, expires_at=row.expires_at)
        for row in rows
    ]


def take_back_invitation(
    session: Session, venue_id: str, mark: str, actor: Actor, *, at: datetime | None = None
) -> None:
    """End an invitation, in the caller's transaction; one that has ended already stays so.

    Raises:
        NotFoundError: The venue has no such invitation.
    """
    at = at or now()
    venue = _lock_venue(session, venue_id)
    hashes = session.scalars(
        select(VenueClaim.key_hash)
        .where(VenueClaim.venue_pk == venue.venue_pk, VenueClaim.created_by.is_not(None))
        .order_by(VenueClaim.key_hash)
    )
    found = next((one for one in hashes if _mark(one) == mark), None)
    if found is None:
        raise NotFoundError("there is no such invitation")
    ended = session.execute(
        update(VenueClaim)
        .where(
            VenueClaim.key_hash == found, VenueClaim.used_at.is_(None), VenueClaim.expires_at > at
        )
        .values(expires_at=at)
        .returning(VenueClaim.role)
    ).scalar_one_or_none()
    if ended is not None:
        record_venue_event(
            session, venue, kind="invitation_ended", actor=actor, details={"role": ended}
        )


def remove_person(session: Session, venue_id: str, account_id: str, actor: Actor) -> None:
    """Take a person from a venue, in the caller's transaction; anyone may take themselves.

    Raises:
        NotFoundError: The person is not of this venue.
        ConflictError: An editor takes somebody else.
        LastOwnerError: The person is its last owner.
    """
    venue = _lock_venue(session, venue_id)
    members = {
        row.account_pk: row
        for row in session.execute(
            select(VenueStaff.account_pk, VenueStaff.role, Account.account_id)
            .join(Account, Account.account_pk == VenueStaff.account_pk)
            .where(VenueStaff.venue_pk == venue.venue_pk)
            .order_by(VenueStaff.account_pk)
        )
    }
    leaving = next((one for one in members.values() if one.account_id == account_id), None)
    if leaving is None:
        raise NotFoundError("this person is not of this venue")
    mine = members.get(actor.account_pk)
    is_owner = mine is not None and mine.role == "owner"
    if not is_owner and leaving.account_pk != actor.account_pk:
        raise ConflictError("only an owner may take others from a venue")
    owners = sum(one.role == "owner" for one in members.values())
    if leaving.role == "owner" and owners == 1:
        raise LastOwnerError("the last owner cannot leave; invite another owner first")
    # Told before it is done: whoever has left may not write the venue's history any more.
    record_venue_event(
        session,
        venue,
        kind="left" if leaving.account_pk == actor.account_pk else "person_removed",
        actor=actor,
        details={"account": account_id, "role": leaving.role},
    )
    session.execute(
        delete(VenueStaff)
        .where(VenueStaff.venue_pk == venue.venue_pk, VenueStaff.account_pk == leaving.account_pk)
        .execution_options(synchronize_session=False)
    )


def _mark(key_hash: bytes) -> str:
    return key_hash.hex()[:32]


def _lock_venue(session: Session, venue_id: str) -> Venue:
    venue = session.scalar(select(Venue).where(Venue.venue_id == venue_id).with_for_update())
    if venue is None:
        raise NotFoundError(f"there is no venue {venue_id!r}")
    return venue
