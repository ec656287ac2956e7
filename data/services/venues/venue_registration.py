"""An owner registers a venue: stored, placed in every edition, counted at once, theirs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, text
from sqlalchemy.orm import Session, sessionmaker

from data.clock import day_of, now
from data.errors import ConflictError
from data.ingest.venues import DEFAULT_FOOTFALL
from data.models import Venue, VenueContact, VenueStaff
from data.scope import Actor
from data.services.boundaries.location import place_venue
from data.services.counting.count_changes import changing_counts
from data.services.counting.level_locks import share_levels
from data.services.venues.duplicates import LikelyDuplicate, find_duplicates
from data.services.venues.venue_events import record_venue_event
from data.venue_ids import make_venue_ids
from geo.names import fold

SOURCE: Final = "owner"
REGISTER_LOCK: Final = 0x41546D52  # the first half of a key of two; the second names the account
MOST_LOCK: Final = 2**31


class LikelyDuplicatesError(ConflictError):
    """The venue may be there already.

    Attributes:
        duplicates: The venues that it may be.
    """

    def __init__(self, duplicates: tuple[LikelyDuplicate, ...]) -> None:
        self.duplicates = duplicates
        super().__init__("a venue of this type with a similar name stands within 50 m already")


@dataclass(frozen=True, kw_only=True)
class VenueDetails:
    """What its owner says of a venue, checked already.

    Attributes:
        footfall_per_day: Persons on a day; None takes the capacity, else a fixed number.
        phone, email: The venue's own contacts; None where the owner's account is asked.
    """

    name: str
    venue_type: str
    address: str | None
    footfall_per_day: int | None
    capacity: int | None
    phone: str | None = None
    email: str | None = None

    @property
    def footfall(self) -> int:
        """The venue's weight: persons expected on a day."""
        return self.footfall_per_day or self.capacity or DEFAULT_FOOTFALL


def register_venue(
    sessions: sessionmaker[Session],
    details: VenueDetails,
    *,
    lon: float,
    lat: float,
    actor: Actor,
    not_same: Collection[str] = (),
    at: datetime | None = None,
) -> str:
    """Store a venue that is open from today on, and make a person its owner.

    Its areas count it as soon as this returns, at a cost that does not depend
    on the number of venues.

    Args:
        sessions: Without a person's scope: nobody sees a venue before it is theirs.
        details: What the owner says of it.
        lon: Longitude of its point in degrees (WGS 84).
        lat: Latitude.
        actor: Who registers it.
        not_same: Public ids of likely duplicates that the owner saw and says are others.
        at: The moment; None asks the clock.

    Returns:
        Its public id.

    Raises:
        ConflictError: The account is not an owner's.
        LikelyDuplicatesError: Venues that the owner did not see look like the same.
    """
    at = at or now()
    today = day_of(at)
    if actor.role != "owner":
        raise ConflictError("accounts of committees and administrators hold no venues")
    with sessions.begin() as session:
        # Of a form that was sent twice at once, the second finds what the first stored.
        session.execute(
            text("SELECT pg_advisory_xact_lock(:lock, :account)"),
            {"lock": REGISTER_LOCK, "account": actor.account_pk % MOST_LOCK},
        )
        found = find_duplicates(
            session,
            venue_type=details.venue_type,
            name=details.name,
            lon=lon,
            lat=lat,
            account_pk=actor.account_pk,
            day=today,
        )
        if any(one.venue_id not in not_same for one in found):
            raise LikelyDuplicatesError(found)
        share_levels(session)
        venue = Venue(
            venue_id=make_venue_ids(1)[0],
            venue_type=details.venue_type,
            name=details.name,
            name_ascii=fold(details.name),
            address=details.address,
            point=func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4326),
            capacity=details.capacity,
            footfall_per_day=details.footfall,
            opened_on=today,
            source=SOURCE,
            updated_at=at,
        )
        session.add(venue)
        session.flush()
        with changing_counts(session, venue.venue_pk, today):
            place_venue(session, venue, lon=lon, lat=lat)
        session.execute(
            insert(VenueStaff).values(
                venue_pk=venue.venue_pk, account_pk=actor.account_pk, role="owner", added_at=at
            )
        )
        store_contact(session, venue.venue_pk, phone=details.phone, email=details.email)
        record_venue_event(
            session,
            venue,
            kind="registered",
            actor=actor,
            details={"not_same": sorted(not_same)} if not_same else None,
        )
        return venue.venue_id


def store_contact(session: Session, venue_pk: int, *, phone: str | None, email: str | None) -> None:
    """Keep a venue's own contacts in the place of earlier ones, in the caller's transaction."""
    standing = session.get(VenueContact, venue_pk)
    if phone is None and email is None:
        if standing is not None:
            session.delete(standing)
    elif standing is None:
        session.add(VenueContact(venue_pk=venue_pk, phone=phone, email=email))
    else:
        standing.phone, standing.email = phone, email
    session.flush()
