"""One-time keys to a venue: whoever signs in and holds one becomes its owner or editor.

An administrator makes a key for a venue that somebody else entered, an owner
makes one to invite a colleague. Only a hash is stored. Keys are given to
persons who do not see the venue yet, so that using one needs sessions without
a person's scope; everything else about a venue goes through the scope.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import exists, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now
from data.errors import NotFoundError
from data.models import Venue, VenueClaim, VenueStaff
from data.scope import Actor
from data.services.venues.venue_events import record_venue_event
from geo.errors import AnToanError

LIFETIME: Final = timedelta(days=30)
KEY_BYTES: Final = 24  # 192 bits: nothing to be guessed, so that a plain hash is enough
SHORTEST_KEY: Final = 32

StaffRole = Literal["editor", "owner"]
ClaimReason = Literal["unknown", "expired", "used", "taken", "withdrawn", "not_for_account"]


class ClaimError(AnToanError):
    """A key that opens nothing.

    Attributes:
        reason: `unknown`; `expired`; `used`; `taken`: somebody became the owner after the key
            was made; `withdrawn`: who invited is no owner any more; `not_for_account`: the
            account is a committee's or an administrator's.
    """

    def __init__(self, reason: ClaimReason) -> None:
        self.reason: ClaimReason = reason
        super().__init__(f"this key opens no venue ({reason}); ask for a new one")


@dataclass(frozen=True, kw_only=True)
class ClaimOffer:
    """What a key offers, in facts that everyone may know."""

    venue_id: str
    name: str
    address: str | None
    venue_type: str
    role: StaffRole
    expires_at: datetime


def claim_path(key: str) -> str:
    """The path that uses a key, to be put behind the site's address."""
    return f"/venue/claim?key={key}"


def make_claim(
    session: Session,
    venue_id: str,
    *,
    role: StaffRole = "owner",
    actor: Actor | None = None,
    at: datetime | None = None,
) -> str:
    """A new key to a venue, in the caller's transaction; it is nowhere else to be had again.

    An administrator's new key ends the venue's earlier keys of administrators.

    Args:
        session: Of the owner who invites, or plain for a command.
        venue_id: Public id of the venue.
        role: What its holder becomes.
        actor: The owner who invites; None for an administrator, by a command.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such venue.
    """
    at = at or now()
    venue = _require_venue(session, venue_id)
    if actor is None:
        session.execute(
            update(VenueClaim)
            .where(
                VenueClaim.venue_pk == venue.venue_pk,
                VenueClaim.created_by.is_(None),
                VenueClaim.used_at.is_(None),
                VenueClaim.expires_at > at,
            )
            .values(expires_at=at)
        )
    key = secrets.token_urlsafe(KEY_BYTES)
    session.execute(
        insert(VenueClaim).values(
            key_hash=_hash(key),
            venue_pk=venue.venue_pk,
            role=role,
            created_by=None if actor is None else actor.account_pk,
            created_at=at,
            expires_at=at + LIFETIME,
        )
    )
    record_venue_event(
        session,
        venue,
        kind="link_made" if actor is None else "invited",
        actor=actor,
        details={"role": role},
    )
    return key


def read_claim(
    sessions: sessionmaker[Session], key: str, *, at: datetime | None = None
) -> ClaimOffer:
    """What a key offers.

    Args:
        sessions: Without a person's scope.
        key: As it came with the address.
        at: The moment; None asks the clock.

    Raises:
        ClaimError: It offers nothing.
    """
    with sessions() as session:
        claim, venue = _require_claim(session, key, at or now(), is_locking=False)
        return ClaimOffer(
            venue_id=venue.venue_id,
            name=venue.name,
            address=venue.address,
            venue_type=venue.venue_type,
            role="owner" if claim.role == "owner" else "editor",
            expires_at=claim.expires_at,
        )


def use_claim(
    sessions: sessionmaker[Session], key: str, actor: Actor, *, at: datetime | None = None
) -> str:
    """Make a person the owner or editor that a key names; of two at once, one does.

    An owner who uses an editor's key stays the owner.

    Returns:
        Public id of the venue.

    Raises:
        ClaimError: The key offers nothing, or nothing to this account.
    """
    at = at or now()
    if actor.role != "owner":
        raise ClaimError("not_for_account")
    with sessions.begin() as session:
        claim, venue = _require_claim(session, key, at, is_locking=True)
        claim.used_at, claim.used_by = at, actor.account_pk
        statement = upsert(VenueStaff).values(
            venue_pk=venue.venue_pk, account_pk=actor.account_pk, role=claim.role, added_at=at
        )
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["venue_pk", "account_pk"],
                set_={"role": claim.role, "added_at": at},
                where=VenueStaff.role == "editor",
            )
        )
        record_venue_event(
            session,
            venue,
            kind="claimed" if claim.created_by is None else "joined",
            actor=actor,
            details={"role": claim.role},
        )
        return venue.venue_id


def _require_claim(
    session: Session, key: str, at: datetime, *, is_locking: bool
) -> tuple[VenueClaim, Venue]:
    """The claim of a key that still opens its venue; the venue is locked before the claim."""
    if len(key) < SHORTEST_KEY:
        raise ClaimError("unknown")
    query = (
        select(Venue)
        .join(VenueClaim, VenueClaim.venue_pk == Venue.venue_pk)
        .where(VenueClaim.key_hash == _hash(key))
    )
    if is_locking:
        query = query.with_for_update(of=Venue)
    venue = session.scalar(query)
    claim = session.get(VenueClaim, _hash(key), with_for_update=is_locking)
    if venue is None or claim is None:
        raise ClaimError("unknown")
    if claim.used_at is not None:
        raise ClaimError("used")
    if claim.expires_at <= at:
        raise ClaimError("expired")
    if claim.created_by is None:
        if _has_owner_since(session, claim):
            raise ClaimError("taken")
    elif not _is_owner(session, venue.venue_pk, claim.created_by):
        raise ClaimError("withdrawn")
    return claim, venue


def _has_owner_since(session: Session, claim: VenueClaim) -> bool:
    return bool(
        session.scalar(
            select(
                exists().where(
                    VenueStaff.venue_pk == claim.venue_pk,
                    VenueStaff.role == "owner",
                    VenueStaff.added_at >= claim.created_at,
                )
            )
        )
    )


def _is_owner(session: Session, venue_pk: int, account_pk: int) -> bool:
    found = session.get(VenueStaff, (venue_pk, account_pk))
    return found is not None and found.role == "owner"


def _require_venue(session: Session, venue_id: str) -> Venue:
    is_named = Venue.venue_id.in_({venue_id, venue_id.upper()})
    venue = session.scalar(select(Venue).where(is_named).order_by(Venue.venue_id).limit(1))
    if venue is None:
        raise NotFoundError(f"there is no venue {venue_id!r}")
    return venue


def _hash(key: str) -> bytes:
    return hashlib.sha256(b"antoan.venue-claim:" + key.encode()).digest()
