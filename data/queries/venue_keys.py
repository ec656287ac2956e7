"""Which venues a list shows: keys in the order of registration, by filters of one day.

Only keys are looked for here, and what else is shown of them is read afterwards:
joined to all that is shown, the same filters made the database sort, or walk from
the beginning, whole tables for one page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    and_,
    any_,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from assessments.levels import VenueLevel
from data.models import (
    Area,
    Venue,
    VenueArea,
    VenueClosure,
    VenueLevelSpan,
    VenuePastArea,
    VenuePastPlace,
)
from data.queries.areas import contains_words, require_area_id


@dataclass(frozen=True, kw_only=True, slots=True)
class VenueFilter:
    """Which venues; None stands for all. `bbox` is west, south, east, north in degrees.

    Area and box are those of the place where a venue stood on the day.
    """

    area_code: str | None = None
    venue_type: str | None = None
    level: VenueLevel | None = None
    folded: str | None = None
    bbox: tuple[float, float, float, float] | None = None


def find_venue_keys(
    session: Session,
    *,
    edition_code: str,
    day: date,
    wanted: VenueFilter,
    after_pk: int | None,
    limit: int,
) -> list[int]:
    """Keys of venues open on a day, ascending.

    Raises:
        NotFoundError: The edition has no area with the filter's code.
    """
    leaf_ids = None
    if wanted.area_code is not None:
        leaf_ids = _leaf_ids(session, edition_code=edition_code, code=wanted.area_code)
    now_there = _now_there(leaf_ids, wanted.bbox, day, after_pk)
    queries = [_filtered(now_there, day=day, wanted=wanted, limit=limit)]
    if leaf_ids is not None or wanted.bbox is not None:
        then_there = _then_there(leaf_ids, wanted.bbox, day, after_pk)
        queries.append(_filtered(then_there, day=day, wanted=wanted, limit=limit))
    keys = union_all(*queries).subquery()
    return list(session.scalars(select(keys.c.venue_pk).order_by(keys.c.venue_pk).limit(limit)))


def is_open_on(day: date) -> ColumnElement[bool]:
    """Whether a venue is open on a day: neither before, nor after, nor closed for a time."""
    return and_(
        Venue.opened_on <= day,
        or_(Venue.closed_on.is_(None), Venue.closed_on > day),
        ~exists().where(
            VenueClosure.venue_pk == Venue.venue_pk,
            VenueClosure.first_day <= day,
            VenueClosure.last_day >= day,
        ),
    )


def stood_elsewhere_on(day: date) -> ColumnElement[bool]:
    """Joins to `Venue` the earlier place at which it stood on a day."""
    return and_(
        VenuePastPlace.venue_pk == Venue.venue_pk,
        VenuePastPlace.first_day <= day,
        VenuePastPlace.last_day >= day,
    )


def _now_there(
    leaf_ids: ColumnElement[Sequence[int]] | None,
    bbox: tuple[float, float, float, float] | None,
    day: date,
    after_pk: int | None,
) -> Select[Any]:
    """Venues that are on the day where they are now, as far as places are asked for."""
    if leaf_ids is None:
        query = select(Venue.venue_pk)
        key: Any = Venue.venue_pk
    else:
        query = (
            select(VenueArea.venue_pk)
            .join(Venue, Venue.venue_pk == VenueArea.venue_pk)
            # An array, not a subquery: the planner counts it and begins at the area's venues.
            .where(VenueArea.area_id == any_(leaf_ids))
        )
        key = VenueArea.venue_pk
    if bbox is not None:
        query = query.where(_is_in_box(Venue.point, bbox))
    if leaf_ids is not None or bbox is not None:
        query = query.where(~exists().where(stood_elsewhere_on(day)))
    if after_pk is not None:
        # Said of both: otherwise one side was read from the first venue of all on.
        query = query.where(key > after_pk, Venue.venue_pk > after_pk)
    return query.order_by(key)


def _then_there(
    leaf_ids: ColumnElement[Sequence[int]] | None,
    bbox: tuple[float, float, float, float] | None,
    day: date,
    after_pk: int | None,
) -> Select[Any]:
    """Venues that moved since the day."""
    query = select(VenuePastPlace.venue_pk).join(Venue, stood_elsewhere_on(day))
    if leaf_ids is not None:
        query = query.join(
            VenuePastArea,
            and_(
                VenuePastArea.venue_pk == VenuePastPlace.venue_pk,
                VenuePastArea.first_day == VenuePastPlace.first_day,
            ),
        ).where(VenuePastArea.area_id == any_(leaf_ids))
    if bbox is not None:
        query = query.where(_is_in_box(VenuePastPlace.point, bbox))
    if after_pk is not None:
        query = query.where(VenuePastPlace.venue_pk > after_pk)
    return query.order_by(VenuePastPlace.venue_pk)


def _filtered(query: Select[Any], *, day: date, wanted: VenueFilter, limit: int) -> Select[Any]:
    query = query.where(is_open_on(day))
    if wanted.venue_type is not None:
        query = query.where(Venue.venue_type == wanted.venue_type)
    if wanted.folded is not None:
        query = query.where(*contains_words(Venue.name_ascii, wanted.folded))
    if wanted.level is not None:
        # Looked up venue by venue: as a join, it was merged from the first venue of all on.
        level = (
            select(VenueLevelSpan.level)
            .where(
                VenueLevelSpan.venue_pk == Venue.venue_pk,
                VenueLevelSpan.first_day <= day,
                VenueLevelSpan.last_day >= day,
            )
            .scalar_subquery()
        )
        is_wanted = (
            level.is_(None)
            if wanted.level is VenueLevel.NOT_ASSESSED
            else level == wanted.level.value
        )
        query = query.where(is_wanted)
    return query.limit(limit)


def _is_in_box(point: Any, bbox: tuple[float, float, float, float]) -> ColumnElement[bool]:
    # && on points and a box: exact, and served by the spatial index.
    found: ColumnElement[bool] = point.op("&&")(func.ST_MakeEnvelope(*bbox, 4326))
    return found


def _leaf_ids(session: Session, *, edition_code: str, code: str) -> ColumnElement[Sequence[int]]:
    area_id = require_area_id(session, edition_code=edition_code, code=code)
    ids = session.scalars(
        select(Area.area_id)
        .where(Area.edition_code == edition_code, Area.is_leaf, literal(area_id) == any_(Area.path))
        .order_by(Area.area_id)
    ).all()
    return literal(list(ids), ARRAY(Integer))
