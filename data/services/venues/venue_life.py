"""A venue moves, closes and reopens: earlier days stay as they were, counts follow at once."""

from datetime import date, datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Date, func, insert, literal, select
from sqlalchemy.orm import Session

from data.clock import day_of, now
from data.errors import ConflictError, InputError, NotFoundError
from data.models import (
    Assessment,
    Venue,
    VenueArea,
    VenueClosure,
    VenuePastArea,
    VenuePastPlace,
)
from data.scope import Actor
from data.services.boundaries.location import place_venue
from data.services.counting.count_changes import changing_counts
from data.services.counting.level_locks import share_levels
from data.services.venues.venue_events import record_venue_event

ONE_DAY: Final = timedelta(days=1)
# Days that were shown already change only as far back as an owner may be late in telling.
MOST_LATE: Final = timedelta(days=14)
MOST_AHEAD: Final = timedelta(days=366)
SINCE_EVER: Final = date.min

Reopening = Literal["open", "announced", "cancelled"]
"""What reopening came to: open by now, open from a day to come on, or never closed at all."""


class DayRangeError(InputError):
    """A day on which a venue cannot close or reopen.

    Attributes:
        first_day: The earliest day that can be.
        last_day: The latest.
    """

    def __init__(self, first_day: date, last_day: date) -> None:
        self.first_day = first_day
        self.last_day = last_day
        super().__init__(f"choose a day from {first_day} to {last_day}")


def lock_venue(session: Session, venue_id: str) -> Venue:
    """The venue, for changes that may concern counts, until the transaction ends.

    Raises:
        NotFoundError: There is no such venue.
    """
    share_levels(session)
    venue = session.scalar(
        select(Venue)
        .where(Venue.venue_id == venue_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if venue is None:
        raise NotFoundError(f"there is no venue {venue_id!r}")
    return venue


def move_venue(
    session: Session,
    venue_id: str,
    *,
    lon: float,
    lat: float,
    address: str | None,
    actor: Actor | None,
    at: datetime | None = None,
) -> None:
    """Put a venue at another place from today on, in the caller's transaction.

    The days before stay counted where it stood. Of several moves on one day
    the last one counts.

    Args:
        session: Of the owner.
        venue_id: Public id of the venue.
        lon: Longitude of the new place in degrees (WGS 84).
        lat: Latitude.
        address: Its address.
        actor: Who moves it; None for a command.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such venue.
    """
    today = day_of(at or now())
    venue = lock_venue(session, venue_id)
    with changing_counts(session, venue.venue_pk, today):
        _keep_place(session, venue, last_day=today - ONE_DAY)
        venue.address = address
        venue.point = func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4326)
        venue.updated_at = at or now()
        session.flush()
        place_venue(session, venue, lon=lon, lat=lat)
    record_venue_event(session, venue, kind="moved", actor=actor, details={"day": str(today)})


def _keep_place(session: Session, venue: Venue, *, last_day: date) -> None:
    """Remember where the venue stood up to a day, if it stood there on any day that counted."""
    left = session.scalar(
        select(func.max(VenuePastPlace.last_day)).where(VenuePastPlace.venue_pk == venue.venue_pk)
    )
    first_day = SINCE_EVER if left is None else left + ONE_DAY
    if max(first_day, venue.opened_on) > last_day:
        return
    session.execute(
        insert(VenuePastPlace).values(
            venue_pk=venue.venue_pk,
            first_day=first_day,
            last_day=last_day,
            address=venue.address,
            point=venue.point,
        )
    )
    session.execute(
        insert(VenuePastArea).from_select(
            ["venue_pk", "first_day", "edition_code", "area_id"],
            select(
                VenueArea.venue_pk,
                literal(first_day, Date),
                VenueArea.edition_code,
                VenueArea.area_id,
            ).where(VenueArea.venue_pk == venue.venue_pk),
        )
    )


def closing_days(session: Session, venue: Venue, today: date) -> tuple[date, date]:
    """Earliest and latest day from which a venue can be closed.

    It was open on the day of its last assessment, and is closed already
    until the end of its last closure.
    """
    last_assessed = session.scalar(
        select(func.max(Assessment.submitted_at)).where(Assessment.venue_pk == venue.venue_pk)
    )
    last_closed = session.scalar(
        select(func.max(VenueClosure.last_day)).where(VenueClosure.venue_pk == venue.venue_pk)
    )
    earliest = max(
        today - MOST_LATE,
        venue.opened_on,
        *([day_of(last_assessed) + ONE_DAY] if last_assessed else []),
        *([last_closed + ONE_DAY] if last_closed else []),
    )
    return earliest, max(earliest, today + MOST_AHEAD)


def reopening_days(venue: Venue, today: date) -> tuple[date, date]:
    """Earliest and latest day from which a closed venue can be open again."""
    closed_on = venue.closed_on or today
    return max(closed_on, today - MOST_LATE), max(closed_on, today) + MOST_AHEAD


def read_life_days(
    session: Session, venue_id: str, act: Literal["close", "reopen"], today: date
) -> tuple[date, date]:
    """Earliest and latest day from which an open venue can be closed, or a closed one open."""
    venue = session.scalars(select(Venue).where(Venue.venue_id == venue_id)).one()
    if act == "close":
        return closing_days(session, venue, today)
    return reopening_days(venue, today)


def close_venue(
    session: Session,
    venue_id: str,
    *,
    first_day: date,
    actor: Actor | None,
    at: datetime | None = None,
) -> None:
    """Count a venue no more from a day on, in the caller's transaction.

    Args:
        session: Of the owner.
        venue_id: Public id of the venue.
        first_day: First calendar day on which it is closed.
        actor: Who closes it; None for a command.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such venue.
        ConflictError: It is closed already, or will be.
        DayRangeError: The day lies before its last assessment, too far back or ahead.
    """
    at = at or now()
    venue = lock_venue(session, venue_id)
    if venue.closed_on is not None:
        raise ConflictError(f"the venue is closed from {venue.closed_on} on already")
    earliest, latest = closing_days(session, venue, day_of(at))
    if not earliest <= first_day <= latest:
        raise DayRangeError(earliest, latest)
    with changing_counts(session, venue.venue_pk, first_day):
        venue.closed_on = first_day
        venue.updated_at = at
    record_venue_event(session, venue, kind="closed", actor=actor, details={"day": str(first_day)})


def reopen_venue(
    session: Session,
    venue_id: str,
    *,
    first_day: date,
    actor: Actor | None,
    at: datetime | None = None,
) -> Reopening:
    """Count a closed venue again from a day on, in the caller's transaction.

    The closed days stay closed. From the first closed day on, the closing is cancelled:
    the venue was never closed, or will not be.

    Args:
        session: Of the owner.
        venue_id: Public id of the venue.
        first_day: First calendar day on which it is open again.
        actor: Who reopens it; None for a command.
        at: The moment; None asks the clock.

    Returns:
        What that came to.

    Raises:
        NotFoundError: There is no such venue.
        ConflictError: It is not closed.
        DayRangeError: The day lies before its closing, too far back or ahead.
    """
    at = at or now()
    venue = lock_venue(session, venue_id)
    closed_on = venue.closed_on
    if closed_on is None:
        raise ConflictError("the venue is not closed")
    earliest, latest = reopening_days(venue, day_of(at))
    if not earliest <= first_day <= latest:
        raise DayRangeError(earliest, latest)
    with changing_counts(session, venue.venue_pk, first_day):
        venue.closed_on = None
        venue.updated_at = at
        if closed_on < first_day:
            session.execute(
                insert(VenueClosure).values(
                    venue_pk=venue.venue_pk, first_day=closed_on, last_day=first_day - ONE_DAY
                )
            )
    is_cancelled = first_day == closed_on
    record_venue_event(
        session,
        venue,
        kind="closing_cancelled" if is_cancelled else "reopened",
        actor=actor,
        details={"day": str(first_day)},
    )
    if is_cancelled:
        return "cancelled"
    return "open" if first_day <= day_of(at) else "announced"
