"""The area of each venue in an edition: from its point, and compared with its address."""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ARRAY, BigInteger, Row, any_, delete, func, insert, literal, select, text
from sqlalchemy.orm import Session

from data.copying import copy_rows
from data.models import Venue, VenueArea, VenuePastArea, VenuePastPlace
from data.queries.editions import AreaNames, leaf_names, leaf_shapes, require_edition
from data.queries.places import find_places
from geo.addresses import address_agrees
from geo.locate import OUTSIDE, AreaIndex

_KEPT_INDEXES: Final = 2
_FEW: Final = 500
_CHUNK: Final = 50_000
_indexes: OrderedDict[tuple[object, ...], AreaIndex] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, kw_only=True)
class LocationReport:
    """What locating venues gave: those in an area, those not, and what their addresses say."""

    venues: int
    located: int
    outside: int
    without_point: int
    address_agrees: int
    address_contradicts: int


def load_area_index(session: Session, edition_code: str) -> AreaIndex:
    """The index over the leaf areas of an edition; the two used last are kept in memory.

    Raises:
        NotFoundError: There is no such edition.
    """
    edition = require_edition(session, edition_code)
    ids = session.execute(
        text("SELECT count(*), min(area_id), max(area_id) FROM area WHERE edition_code = :code"),
        {"code": edition_code},
    ).one()
    # An import makes a new `imported_at`, so that an index of the old shapes is never used again.
    key = (edition_code, edition.imported_at, *ids)
    with _lock:
        index = _indexes.get(key)
        if index is None:
            index = AreaIndex(*leaf_shapes(session, edition_code))
            _indexes[key] = index
        _indexes.move_to_end(key)
        while len(_indexes) > _KEPT_INDEXES:
            _indexes.popitem(last=False)
        return index


def locate_point(session: Session, edition_code: str, lon: float, lat: float) -> int | None:
    """The leaf area that holds one point (WGS 84), by PostGIS; None outside every area.

    A point on a shared border goes to the lowest area id, as in `AreaIndex`.
    """
    found: int | None = session.scalar(
        text(
            "SELECT area_id FROM area WHERE edition_code = :code AND is_leaf"
            " AND ST_Intersects(geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))"
            " ORDER BY area_id LIMIT 1"
        ),
        {"code": edition_code, "lon": lon, "lat": lat},
    )
    return found


def place_venue(session: Session, venue: Venue, *, lon: float, lat: float) -> None:
    """Fill `venue_area` of one venue in every edition, in the caller's transaction.

    Args:
        session: Not committed here.
        venue: Stored already, with its address; `lon`, `lat` are its point, in degrees.
        lon: Longitude.
        lat: Latitude.
    """
    session.execute(
        delete(VenueArea)
        .where(VenueArea.venue_pk == venue.venue_pk)
        .execution_options(synchronize_session=False)
    )
    located = [
        {
            "venue_pk": venue.venue_pk,
            "edition_code": place.edition_code,
            "area_id": place.area_id,
            "is_address_in_area": place.agrees_with(venue.address),
        }
        for place in find_places(session, lon, lat)
        if place.area_id is not None
    ]
    if located:
        session.execute(insert(VenueArea), located)


def locate_past_places(session: Session, edition_code: str) -> None:
    """Fill `venue_past_area` of an edition for every earlier place of a venue that moved.

    In the caller's transaction, which holds `own_levels` where days are counted.
    """
    session.execute(
        delete(VenuePastArea)
        .where(VenuePastArea.edition_code == edition_code)
        .execution_options(synchronize_session=False)
    )
    rows = session.execute(
        select(
            VenuePastPlace.venue_pk,
            VenuePastPlace.first_day,
            func.ST_X(VenuePastPlace.point).label("x"),
            func.ST_Y(VenuePastPlace.point).label("y"),
        ).order_by(VenuePastPlace.venue_pk, VenuePastPlace.first_day)
    ).all()
    x = np.array([row.x for row in rows], dtype=np.float64)
    y = np.array([row.y for row in rows], dtype=np.float64)
    located = [
        {
            "venue_pk": row.venue_pk,
            "first_day": row.first_day,
            "edition_code": edition_code,
            "area_id": area,
        }
        for row, area in zip(rows, _locate(session, edition_code, x, y).tolist(), strict=True)
        if area != OUTSIDE
    ]
    if located:
        session.execute(insert(VenuePastArea), located)


def locate_venues(
    session: Session, edition_code: str, *, venue_pks: Sequence[int] | None = None
) -> LocationReport:
    """Fill `venue_area` of an edition, in the caller's transaction.

    A venue outside every area, or without a point, has no row afterwards. With all
    venues, earlier places of those that moved are located too.

    Args:
        session: Not committed here.
        edition_code: Edition whose areas to use.
        venue_pks: The venues; None for all of them.

    Raises:
        NotFoundError: There is no such edition.
    """
    require_edition(session, edition_code)
    chosen = None if venue_pks is None else sorted(set(venue_pks))
    names = leaf_names(session, edition_code)
    counts: Counter[str] = Counter()
    session.execute(
        text(
            "CREATE TEMPORARY TABLE IF NOT EXISTS venue_location (venue_pk bigint,"
            " area_id integer, is_address_in_area boolean) ON COMMIT DELETE ROWS"
        )
    )
    session.execute(text("TRUNCATE venue_location"))
    for rows in _venues_by_chunk(session, chosen):
        x = np.array([row.x for row in rows], dtype=np.float64)
        y = np.array([row.y for row in rows], dtype=np.float64)
        areas = _locate(session, edition_code, x, y)
        agreements = [
            _agrees(row.address, names, area)
            for row, area in zip(rows, areas.tolist(), strict=True)
        ]
        copy_rows(
            session,
            "COPY venue_location FROM STDIN",
            (
                (row.venue_pk, None if area == OUTSIDE else area, agreement)
                for row, area, agreement in zip(rows, areas.tolist(), agreements, strict=True)
            ),
        )
        has_point = ~np.isnan(x)
        counts["venues"] += len(rows)
        counts["located"] += int((areas != OUTSIDE).sum())
        counts["outside"] += int(((areas == OUTSIDE) & has_point).sum())
        counts["without_point"] += int((~has_point).sum())
        counts["address_agrees"] += sum(agreement is True for agreement in agreements)
        counts["address_contradicts"] += sum(agreement is False for agreement in agreements)
    _bring_in_line(session, edition_code)
    if chosen is None:
        locate_past_places(session, edition_code)
    return LocationReport(**{field.name: counts[field.name] for field in fields(LocationReport)})


def _venues_by_chunk(
    session: Session, chosen: list[int] | None
) -> Iterator[Sequence[Row[int, float | None, float | None, str | None]]]:
    """Key, point and address of venues by their key, a part at a time: there may be millions."""
    columns = select(
        Venue.venue_pk,
        func.ST_X(Venue.point).label("x"),
        func.ST_Y(Venue.point).label("y"),
        Venue.address,
    ).order_by(Venue.venue_pk)
    if chosen is not None:
        for start in range(0, len(chosen), _CHUNK):
            part = chosen[start : start + _CHUNK]
            yield session.execute(
                columns.where(Venue.venue_pk == any_(literal(part, ARRAY(BigInteger))))
            ).all()
        return
    last = 0
    while rows := session.execute(columns.where(Venue.venue_pk > last).limit(_CHUNK)).all():
        yield rows
        last = rows[-1].venue_pk


def _locate(
    session: Session, edition_code: str, x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.int64]:
    """In bulk by the index; a few points by PostGIS, which needs no index in memory."""
    if len(x) > _FEW:
        return load_area_index(session, edition_code).locate(x, y)
    areas = np.full(len(x), OUTSIDE, dtype=np.int64)
    for place in np.flatnonzero(~np.isnan(x)):
        found = locate_point(session, edition_code, float(x[place]), float(y[place]))
        areas[place] = OUTSIDE if found is None else found
    return areas


def _agrees(address: str | None, names: dict[int, AreaNames], area: int) -> bool | None:
    if area == OUTSIDE or not address:
        return None
    return address_agrees(address, names[area].names)


def _bring_in_line(session: Session, edition_code: str) -> None:
    """Bring `venue_area` in line with `venue_location`, set-wise."""
    session.execute(text("ANALYZE venue_location"))
    session.execute(
        text(
            "DELETE FROM venue_area USING venue_location AS new"
            " WHERE venue_area.venue_pk = new.venue_pk AND venue_area.edition_code = :code"
            " AND new.area_id IS NULL"
        ),
        {"code": edition_code},
    )
    session.execute(
        text(
            "INSERT INTO venue_area (venue_pk, edition_code, area_id, is_address_in_area)"
            " SELECT venue_pk, :code, area_id, is_address_in_area FROM venue_location"
            " WHERE area_id IS NOT NULL ORDER BY venue_pk"
            " ON CONFLICT (venue_pk, edition_code) DO UPDATE"
            " SET area_id = excluded.area_id, is_address_in_area = excluded.is_address_in_area"
            " WHERE (venue_area.area_id, venue_area.is_address_in_area)"
            " IS DISTINCT FROM (excluded.area_id, excluded.is_address_in_area)"
        ),
        {"code": edition_code},
    )
