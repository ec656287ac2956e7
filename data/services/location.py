"""The area of each venue in an edition: from its point, and compared with its address."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np
import psycopg
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from data.queries.editions import AreaNames, leaf_names, leaf_shapes, require_edition
from geo.addresses import address_agrees
from geo.locate import OUTSIDE, AreaIndex

_KEPT_INDEXES: Final = 2
_FEW: Final = 500
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


def locate_venues(
    session: Session, edition_code: str, *, venue_pks: Sequence[int] | None = None
) -> LocationReport:
    """Fill `venue_area` of an edition, in the caller's transaction.

    A venue outside every area, or without a point, has no row afterwards.

    Args:
        session: Not committed here.
        edition_code: Edition whose areas to use.
        venue_pks: The venues; None for all of them.

    Raises:
        NotFoundError: There is no such edition.
    """
    require_edition(session, edition_code)
    chosen = None if venue_pks is None else sorted(set(venue_pks))
    rows = session.execute(
        text(
            "SELECT venue_pk, ST_X(point), ST_Y(point), address FROM venue"
            " WHERE CAST(:pks AS bigint[]) IS NULL OR venue_pk = ANY(CAST(:pks AS bigint[]))"
            " ORDER BY venue_pk"
        ),
        {"pks": chosen},
    ).all()
    x = np.array([row[1] for row in rows], dtype=np.float64)
    y = np.array([row[2] for row in rows], dtype=np.float64)
    areas = _locate(session, edition_code, x, y)
    names = leaf_names(session, edition_code)
    agreements = [
        _agrees(row[3], names, area) for row, area in zip(rows, areas.tolist(), strict=True)
    ]
    _store(
        session,
        edition_code,
        [row[0] for row in rows],
        areas,
        agreements,
    )
    has_point = ~np.isnan(x)
    return LocationReport(
        venues=len(rows),
        located=int((areas != OUTSIDE).sum()),
        outside=int(((areas == OUTSIDE) & has_point).sum()),
        without_point=int((~has_point).sum()),
        address_agrees=sum(agreement is True for agreement in agreements),
        address_contradicts=sum(agreement is False for agreement in agreements),
    )


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


def _store(
    session: Session,
    edition_code: str,
    venue_pks: list[int],
    areas: NDArray[np.int64],
    agreements: list[bool | None],
) -> None:
    """Bring `venue_area` in line by COPY into a table of this transaction, then set-wise."""
    session.execute(
        text(
            "CREATE TEMPORARY TABLE IF NOT EXISTS venue_location (venue_pk bigint,"
            " area_id integer, is_address_in_area boolean) ON COMMIT DELETE ROWS"
        )
    )
    session.execute(text("TRUNCATE venue_location"))
    driver = session.connection().connection.driver_connection
    if not isinstance(driver, psycopg.Connection):  # pragma: no cover - one driver only
        raise TypeError("bulk location needs the psycopg 3 driver")
    with (
        driver.cursor() as cursor,
        cursor.copy("COPY venue_location FROM STDIN") as copy,
    ):
        for venue_pk, area, agreement in zip(venue_pks, areas.tolist(), agreements, strict=True):
            copy.write_row((venue_pk, None if area == OUTSIDE else area, agreement))
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
