"""Codes of venues and of zones inside them: made, renewed, given up."""

import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import any_, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session, sessionmaker

from checkins.place_codes import CODE_BYTES, SHORT_BYTES, code_of, short_code_of
from data import clock
from data.errors import ConflictError, NotFoundError
from data.models import PlaceCode, PlaceZone, Venue
from data.queries.place_codes import count_zones
from data.scope import Actor
from data.services import audit

MOST_ZONES: Final = 200
LONGEST_ZONE_NAME: Final = 80
_TRIES: Final = 5

ZoneProblem = Literal["empty", "long", "signs", "twice", "many"]


class ZoneError(ConflictError):
    """A zone that cannot be added; `problem` says why in a word."""

    def __init__(self, problem: ZoneProblem) -> None:
        self.problem = problem
        super().__init__(f"the zone cannot be added: {problem}")


def ensure_codes(session: Session, venue_pks: Sequence[int]) -> None:
    """Give every one of these venues its code where it has none yet.

    Two at the same time end with one code for each venue, the same for both.

    Args:
        session: A transaction; the caller commits.
        venue_pks: Venues.
    """
    has_code = (
        select(PlaceCode.venue_pk)
        .where(
            PlaceCode.venue_pk == any_(literal(list(venue_pks), ARRAY(PlaceCode.venue_pk.type))),
            PlaceCode.zone_pk.is_(None),
            PlaceCode.retired_at.is_(None),
        )
        .order_by(PlaceCode.venue_pk)
    )
    missing = sorted(set(venue_pks) - set(session.scalars(has_code)))
    for _ in range(_TRIES):
        if not missing:
            return
        # What does nothing met a short code that exists, or somebody else's code for the venue.
        session.execute(
            insert(PlaceCode).on_conflict_do_nothing(),
            [{"venue_pk": venue_pk, "zone_pk": None, **_new_code()} for venue_pk in missing],
        )
        missing = sorted(set(missing) - set(session.scalars(has_code)))
    raise ConflictError("no code could be made for a venue; try again")


def add_zone(
    sessions: sessionmaker[Session], *, venue_id: str, name: str, actor: Actor | None
) -> int:
    """Add a zone with a code of its own.

    Args:
        sessions: The person's sessions.
        venue_id: Public id of the venue.
        name: What people call it: Tầng 2, Sảnh A, Xe 29B-123.45.
        actor: Who adds it.

    Returns:
        The zone's key.

    Raises:
        ZoneError: The name is empty, too long, holds signs that hide or turn text, or is
            that of another zone of the venue; or the venue has `MOST_ZONES`.
        NotFoundError: There is no such venue, or it is not the person's.
    """
    name = _require_name(name)
    with sessions.begin() as session:
        venue = _lock_venue(session, venue_id, actor)
        if count_zones(session, venue.venue_pk) >= MOST_ZONES:
            raise ZoneError("many")
        if session.scalar(
            select(PlaceZone.zone_pk)
            .where(
                PlaceZone.venue_pk == venue.venue_pk,
                PlaceZone.removed_at.is_(None),
                func.lower(PlaceZone.name) == func.lower(name),
            )
            .limit(1)
        ):
            raise ZoneError("twice")
        zone = PlaceZone(venue_pk=venue.venue_pk, name=name)
        session.add(zone)
        session.flush()
        _insert_code(session, venue.venue_pk, zone.zone_pk)
        _record(session, actor, venue, "zone_added", {"zone": zone.zone_pk})
        return zone.zone_pk


def renew_code(
    sessions: sessionmaker[Session],
    *,
    venue_id: str,
    zone_pk: int | None,
    actor: Actor | None,
    at: datetime | None = None,
) -> None:
    """Give a venue or a zone a new code; the old one stays, to say that it was replaced.

    Args:
        sessions: The person's sessions.
        venue_id: Public id of the venue.
        zone_pk: The zone; None for the venue itself.
        actor: Who renews it.
        at: Moment; now by default.

    Raises:
        NotFoundError: There is no such venue, it is not the person's, or has no such zone.
    """
    with sessions.begin() as session:
        venue = _lock_venue(session, venue_id, actor)
        _require_zone(session, venue, zone_pk)
        _retire(session, venue, zone_pk, at)
        _insert_code(session, venue.venue_pk, zone_pk)
        _record(session, actor, venue, "code_renewed", {"zone": zone_pk})


def remove_zone(
    sessions: sessionmaker[Session],
    *,
    venue_id: str,
    zone_pk: int,
    actor: Actor | None,
    at: datetime | None = None,
) -> None:
    """Give a zone up; its code then leads to a page that says so.

    Raises:
        NotFoundError: There is no such venue, it is not the person's, or has no such zone.
    """
    with sessions.begin() as session:
        venue = _lock_venue(session, venue_id, actor)
        zone = _require_zone(session, venue, zone_pk)
        if zone is not None:
            zone.removed_at = at or clock.now()
        _retire(session, venue, zone_pk, at)
        _record(session, actor, venue, "zone_removed", {"zone": zone_pk})


def _lock_venue(session: Session, venue_id: str, actor: Actor | None) -> Venue:
    venue = session.scalar(select(Venue).where(Venue.venue_id == venue_id).with_for_update())
    # Whose codes the policies keep from the person, its venue is not there either.
    if venue is None or (
        actor is not None and not session.scalar(select(func.antoan_sees_venue(venue.venue_pk)))
    ):
        raise NotFoundError("there is no such venue")
    return venue


def _require_zone(session: Session, venue: Venue, zone_pk: int | None) -> PlaceZone | None:
    if zone_pk is None:
        return None
    zone = session.scalar(
        select(PlaceZone).where(
            PlaceZone.zone_pk == zone_pk,
            PlaceZone.venue_pk == venue.venue_pk,
            PlaceZone.removed_at.is_(None),
        )
    )
    if zone is None:
        raise NotFoundError("there is no such zone in this venue")
    return zone


def _retire(session: Session, venue: Venue, zone_pk: int | None, at: datetime | None) -> None:
    session.execute(
        update(PlaceCode)
        .where(
            PlaceCode.venue_pk == venue.venue_pk,
            PlaceCode.zone_pk.is_not_distinct_from(zone_pk),
            PlaceCode.retired_at.is_(None),
        )
        .values(retired_at=at or clock.now())
        .execution_options(synchronize_session=False)
    )


def _insert_code(session: Session, venue_pk: int, zone_pk: int | None) -> None:
    """A new code for a place that has none; the venue's row is locked."""
    for _ in range(_TRIES):
        made = session.scalar(
            insert(PlaceCode)
            .values(venue_pk=venue_pk, zone_pk=zone_pk, **_new_code())
            .on_conflict_do_nothing()
            .returning(PlaceCode.code)
        )
        if made is not None:
            return
    raise ConflictError("no code could be made; try again")


def _new_code() -> dict[str, str]:
    return {
        "code": code_of(secrets.token_bytes(CODE_BYTES)),
        "short_code": short_code_of(secrets.token_bytes(SHORT_BYTES)),
    }


def _require_name(name: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not name:
        raise ZoneError("empty")
    if len(name) > LONGEST_ZONE_NAME:
        raise ZoneError("long")
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn") for sign in name):
        raise ZoneError("signs")
    return name


def _record(
    session: Session, actor: Actor | None, venue: Venue, action: str, details: dict[str, object]
) -> None:
    audit.record(
        session,
        actor_id=None if actor is None else actor.account_id,
        action=f"venue.{action}",
        subject_kind="venue",
        subject_id=venue.venue_id,
        details=details,
    )
