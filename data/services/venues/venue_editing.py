"""Changes of a venue's details; a changed type ends what other criteria gave it."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy import func as sql
from sqlalchemy.orm import Session

from data.clock import day_of, now
from data.models import Venue, VenueArea, VenueLevelSpan, VenuePastType
from data.queries.places import find_places
from data.scope import Actor
from data.services.counting.count_changes import changing_counts
from data.services.venues.venue_events import record_venue_event
from data.services.venues.venue_life import lock_venue
from data.services.venues.venue_registration import VenueDetails, store_contact
from data.services.verification.venue_trust import renew_trust
from geo.names import fold

ONE_DAY = timedelta(days=1)


def edit_venue(
    session: Session,
    venue_id: str,
    details: VenueDetails,
    *,
    actor: Actor | None,
    at: datetime | None = None,
) -> bool:
    """Change a venue's details, in the caller's transaction.

    A new weight holds for assessments to come; those that stand keep theirs.
    With a new type the venue is not assessed from today on; its history stays.

    Args:
        session: Of one of its staff.
        venue_id: Public id of the venue.
        details: All of them, changed or not.
        actor: Who changes them; None for a command.
        at: The moment; None asks the clock.

    Returns:
        Whether the type is another one now.

    Raises:
        NotFoundError: There is no such venue.
    """
    at = at or now()
    venue = lock_venue(session, venue_id)
    new = {
        "name": details.name,
        "venue_type": details.venue_type,
        "address": details.address,
        "footfall_per_day": details.footfall,
        "capacity": details.capacity,
    }
    changed = sorted(name for name, value in new.items() if getattr(venue, name) != value)
    if "venue_type" in changed:
        _change_type(session, venue, details.venue_type, at)
    for name in changed:
        setattr(venue, name, new[name])
    venue.name_ascii = fold(details.name)
    if changed:
        venue.updated_at = at
    session.flush()
    if "address" in changed:
        _compare_address(session, venue)
    store_contact(session, venue.venue_pk, phone=details.phone, email=details.email)
    record_venue_event(session, venue, kind="edited", actor=actor, details={"changed": changed})
    return "venue_type" in changed


def _change_type(session: Session, venue: Venue, venue_type: str, at: datetime) -> None:
    today = day_of(at)
    with changing_counts(session, venue.venue_pk, today):
        session.execute(
            insert(VenuePastType).values(
                venue_pk=venue.venue_pk, changed_at=at, venue_type=venue.venue_type
            )
        )
        venue.venue_type = venue_type
        session.execute(
            delete(VenueLevelSpan)
            .where(VenueLevelSpan.venue_pk == venue.venue_pk, VenueLevelSpan.first_day >= today)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(VenueLevelSpan)
            .values(last_day=today - ONE_DAY)
            .where(VenueLevelSpan.venue_pk == venue.venue_pk, VenueLevelSpan.last_day >= today)
            .execution_options(synchronize_session=False)
        )
        renew_trust(session, venue.venue_pk)


def _compare_address(session: Session, venue: Venue) -> None:
    """Say anew, in every edition, whether the address names the area that counts the venue."""
    lon, lat = session.execute(
        select(sql.ST_X(Venue.point), sql.ST_Y(Venue.point)).where(Venue.venue_pk == venue.venue_pk)
    ).one()
    if lon is None:
        return
    for place in find_places(session, lon, lat):
        session.execute(
            update(VenueArea)
            .values(is_address_in_area=place.agrees_with(venue.address))
            .where(
                VenueArea.venue_pk == venue.venue_pk,
                VenueArea.edition_code == place.edition_code,
                VenueArea.area_id == place.area_id,
            )
            .execution_options(synchronize_session=False)
        )
