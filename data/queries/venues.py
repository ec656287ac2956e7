"""Public facts of venues: pages of a list, one venue, points for the map, and search."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    any_,
    case,
    func,
    literal,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from assessments.levels import VenueLevel
from assessments.trust import Trust
from data.errors import NotFoundError
from data.models import (
    Area,
    Assessment,
    AssessmentResult,
    Venue,
    VenueArea,
    VenueLevelSpan,
    VenuePastArea,
    VenuePastPlace,
    VenueTrustSpan,
)
from data.queries.areas import contains_words, like_pattern
from data.queries.trust import trust_column, trust_holds_on
from data.queries.venue_keys import (
    VenueFilter,
    find_venue_keys,
    is_open_on,
    stood_elsewhere_on,
)

CANDIDATES: Final = 300
SHORTEST_INNER_WORD: Final = 3  # the trigram index finds no shorter words


@dataclass(frozen=True, kw_only=True, slots=True)
class VenueRecord:
    """What everyone may know of a venue on one day.

    Address, point and area are those of the place where it stood on the day. `lon`,
    `lat` are degrees, EPSG:4326. `area_code` is the leaf area of the edition that
    holds the point, None outside all. `set_id`, `set_level` and
    `valid_until` are None where the venue is not assessed on the day. `trust` is None for a
    venue that was never assessed up to the day; `trust_since` the first day of the grade.
    """

    venue_pk: int
    venue_id: str
    name: str
    venue_type: str
    address: str | None
    lon: float | None
    lat: float | None
    area_code: str | None
    level: VenueLevel
    set_id: str | None
    set_level: str | None
    valid_until: date | None
    trust: Trust | None
    trust_since: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class VenuePoint:
    """What the map draws of a venue; thousands are read at once."""

    venue_id: str
    name: str
    venue_type: str
    lon: float | None
    lat: float | None
    level: VenueLevel
    trust: Trust | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundVenue:
    """A venue that a search found, its level on the day and the leaf area that holds it."""

    venue_id: str
    name: str
    venue_type: str
    address: str | None
    lon: float | None
    lat: float | None
    level: VenueLevel
    trust: Trust | None
    area_code: str | None
    area_name: str | None


def list_venues(
    session: Session,
    *,
    edition_code: str,
    day: date,
    wanted: VenueFilter,
    after_pk: int | None,
    limit: int,
) -> list[VenueRecord]:
    """Venues open on a day, in the order of their registration.

    Args:
        session: Open session.
        edition_code: Boundary edition of the filter's area and of `area_code`.
        day: Day of the level.
        wanted: Which venues.
        after_pk: Key of the last venue of the page before.
        limit: Most venues given.

    Raises:
        NotFoundError: The edition has no area with the filter's code.
    """
    keys = find_venue_keys(
        session,
        edition_code=edition_code,
        day=day,
        wanted=wanted,
        after_pk=after_pk,
        limit=limit,
    )
    if not keys:
        return []
    rows = session.execute(
        _select_venues(edition_code=edition_code, day=day)
        .where(_is_one_of(keys))
        .order_by(Venue.venue_pk)
    )
    return [_record(row) for row in rows]


def list_venue_points(
    session: Session, *, edition_code: str, day: date, wanted: VenueFilter, limit: int
) -> list[VenuePoint]:
    """Venues open on a day with what a map draws of them; arguments as of `list_venues`.

    Raises:
        NotFoundError: The edition has no area with the filter's code.
    """
    keys = find_venue_keys(
        session, edition_code=edition_code, day=day, wanted=wanted, after_pk=None, limit=limit
    )
    if not keys:
        return []
    _, *point = _place_columns()
    rows = session.execute(
        select(
            Venue.venue_id,
            Venue.name,
            Venue.venue_type,
            *point,
            _level().label("level"),
            trust_column(day).label("trust"),
        )
        .outerjoin(VenueLevelSpan, _holds_on(day))
        .outerjoin(VenueTrustSpan, trust_holds_on(day))
        .outerjoin(VenuePastPlace, stood_elsewhere_on(day))
        .where(_is_one_of(keys))
        .order_by(Venue.venue_pk)
    )
    return [VenuePoint(**_words(row)) for row in rows]


def read_venue(session: Session, *, edition_code: str, venue_id: str, day: date) -> VenueRecord:
    """One venue, open or closed.

    Raises:
        NotFoundError: There is no venue with this id.
    """
    row = session.execute(
        _select_venues(edition_code=edition_code, day=day).where(Venue.venue_id == venue_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("there is no venue with this id")
    return _record(row)


def search_venues(
    session: Session, *, edition_code: str, folded: str, day: date, limit: int
) -> list[FoundVenue]:
    """Venues open on a day whose folded name holds the words, names that begin with them first.

    Beginnings come from the ordered index and everything else from the
    trigram index, cut off after some hundreds: whoever types a word that half
    of all venues bear is still typing.
    """
    prefix = f"{like_pattern(folded)}%"
    found = _find(session, edition_code, day, _beginnings(prefix, day, limit))
    words = folded.split()
    if len(found) < limit and max(map(len, words)) >= SHORTEST_INNER_WORD:
        known = {venue.venue_id for venue in found}
        others = _find(session, edition_code, day, _holding(folded, prefix, day, limit))
        found += [venue for venue in others if venue.venue_id not in known]
    return found[:limit]


def _beginnings(prefix: str, day: date, limit: int) -> Subquery:
    order = (_in_index_order(Venue.name_ascii), Venue.venue_pk)
    return (
        select(Venue.venue_pk, func.row_number().over(order_by=order).label("place"))
        .where(Venue.name_ascii.like(prefix), is_open_on(day))
        .order_by(*order)
        .limit(limit)
        .subquery()
    )


def _in_index_order(column: InstrumentedAttribute[str]) -> ColumnElement[str]:
    # Byte by byte, as the index is kept; the collation's order would sort all matches first.
    return UnaryExpression(column.expression, modifier=custom_op("USING ~<~"))


def _holding(folded: str, prefix: str, day: date, limit: int) -> Subquery:
    candidates = (
        select(Venue.venue_pk, Venue.name_ascii)
        .where(*contains_words(Venue.name_ascii, folded), is_open_on(day))
        .limit(CANDIDATES)
        .subquery()
    )
    rank = case(
        (candidates.c.name_ascii.like(prefix), 0),
        (candidates.c.name_ascii.like(f"% {prefix}"), 1),
        else_=2,
    )
    order = (rank, func.length(candidates.c.name_ascii), candidates.c.venue_pk)
    return (
        select(candidates.c.venue_pk, func.row_number().over(order_by=order).label("place"))
        .order_by(*order)
        .limit(limit)
        .subquery()
    )


def _find(session: Session, edition_code: str, day: date, keys: Subquery) -> list[FoundVenue]:
    rows = session.execute(
        select(
            Venue.venue_id,
            Venue.name,
            Venue.venue_type,
            *_place_columns(),
            _level().label("level"),
            trust_column(day).label("trust"),
            Area.code.label("area_code"),
            Area.name.label("area_name"),
        )
        .join(keys, keys.c.venue_pk == Venue.venue_pk)
        .outerjoin(VenueLevelSpan, _holds_on(day))
        .outerjoin(VenueTrustSpan, trust_holds_on(day))
        .outerjoin(VenuePastPlace, stood_elsewhere_on(day))
        .outerjoin(VenuePastArea, _was_in_edition(edition_code))
        .outerjoin(VenueArea, _is_in_edition(edition_code))
        .outerjoin(Area, Area.area_id == func.coalesce(VenuePastArea.area_id, VenueArea.area_id))
        .order_by(keys.c.place)
    )
    return [FoundVenue(**_words(row)) for row in rows]


def _select_venues(*, edition_code: str, day: date) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Venue.venue_pk,
            Venue.venue_id,
            Venue.name,
            Venue.venue_type,
            *_place_columns(),
            Area.code.label("area_code"),
            _level().label("level"),
            Assessment.set_id,
            AssessmentResult.set_level,
            VenueLevelSpan.last_day.label("valid_until"),
            trust_column(day).label("trust"),
            func.coalesce(VenueTrustSpan.first_day, VenueLevelSpan.first_day).label("trust_since"),
        )
        .outerjoin(VenueLevelSpan, _holds_on(day))
        .outerjoin(VenueTrustSpan, trust_holds_on(day))
        .outerjoin(Assessment, Assessment.assessment_pk == VenueLevelSpan.assessment_pk)
        .outerjoin(AssessmentResult, AssessmentResult.assessment_pk == VenueLevelSpan.assessment_pk)
        .outerjoin(VenuePastPlace, stood_elsewhere_on(day))
        .outerjoin(VenuePastArea, _was_in_edition(edition_code))
        .outerjoin(VenueArea, _is_in_edition(edition_code))
        .outerjoin(Area, Area.area_id == func.coalesce(VenuePastArea.area_id, VenueArea.area_id))
    )


def _is_one_of(keys: list[int]) -> ColumnElement[bool]:
    return Venue.venue_pk == any_(literal(keys, ARRAY(BigInteger)))


def _place_columns() -> list[ColumnElement[Any]]:
    """Address and point of the day: those of now only where the venue did not move since."""
    has_moved = VenuePastPlace.venue_pk.is_not(None)
    point = case((has_moved, VenuePastPlace.point), else_=Venue.point)
    return [
        case((has_moved, VenuePastPlace.address), else_=Venue.address).label("address"),
        func.ST_X(point).label("lon"),
        func.ST_Y(point).label("lat"),
    ]


def _was_in_edition(edition_code: str) -> ColumnElement[bool]:
    return and_(
        VenuePastArea.venue_pk == VenuePastPlace.venue_pk,
        VenuePastArea.first_day == VenuePastPlace.first_day,
        VenuePastArea.edition_code == edition_code,
    )


def _is_in_edition(edition_code: str) -> ColumnElement[bool]:
    return and_(
        VenueArea.venue_pk == Venue.venue_pk,
        VenueArea.edition_code == edition_code,
        # A place outside every area has no area, whatever the venue's area is now.
        VenuePastPlace.venue_pk.is_(None),
    )


def _holds_on(day: date) -> ColumnElement[bool]:
    return and_(
        VenueLevelSpan.venue_pk == Venue.venue_pk,
        VenueLevelSpan.first_day <= day,
        VenueLevelSpan.last_day >= day,
    )


def _level() -> ColumnElement[str]:
    return func.coalesce(VenueLevelSpan.level, VenueLevel.NOT_ASSESSED.value)


def _record(row: Row[*tuple[Any, ...]]) -> VenueRecord:
    return VenueRecord(**_words(row))


def _words(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    facts = dict(row._mapping)
    trust = None if facts["trust"] is None else Trust(facts["trust"])
    return {**facts, "level": VenueLevel(facts["level"]), "trust": trust}
