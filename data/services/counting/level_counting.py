"""Counts of venues by area, day and level for a range of days, from venues and spans.

The database sums up by leaf area; days and higher areas are summed here,
where one running sum over the days does for all of them, and go back by COPY.
"""

from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from data.copying import copy_blocks
from data.models import Area
from data.services.counting.count_tables import COUNT_TABLES, LEVELS, CountTable
from data.sql_files import read_sql

Longs = NDArray[np.int64]
WORK_MEMORY: Final = "256MB"  # one pass over a million venues without temporary files
BLOCK_ROWS: Final = 20_000
POSTGRES_EPOCH: Final = date(2000, 1, 1)
COPY_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END: Final = b"\xff\xff"


def replace_counts(session: Session, edition_code: str, first_day: date, last_day: date) -> None:
    """Put the counts of a closed range of days in the place of those that stand there.

    Rows that are right already are not touched. The caller holds `own_levels`.

    Args:
        session: Not committed here.
        edition_code: Boundary edition.
        first_day: First calendar day in Asia/Ho_Chi_Minh.
        last_day: Last calendar day, included.
    """
    session.execute(text("SELECT set_config('work_mem', :memory, true)"), {"memory": WORK_MEMORY})
    area_ids, above = _read_areas(session, edition_code)
    if not len(area_ids):
        return
    for table in COUNT_TABLES:
        _replace(session, table, edition_code, (first_day, last_day), (area_ids, above))


def _replace(
    session: Session,
    table: CountTable,
    edition_code: str,
    range_of_days: tuple[date, date],
    areas: tuple[Longs, Longs],
) -> None:
    first_day, last_day = range_of_days
    area_ids, above = areas
    facts = {
        "edition_code": edition_code,
        "first_day": first_day,
        "last_day": last_day,
        "venue_pks": None,
    }
    days = (last_day - first_day).days + 1
    events = read_columns(session.execute(read_sql(table.events), facts).one())
    counts = add_up(events, area_ids, above, days, names=table.names)
    has_venues = counts[0] > 0
    found = read_columns(
        session.execute(read_sql(table.standing), {**facts, "area_ids": area_ids.tolist()}).one()
    )
    stands = np.zeros(has_venues.shape, dtype=bool)
    if len(found["place"]):
        cells = (found["place"], np.searchsorted(area_ids, found["area_id"]))
        stands[cells] = True
        standing = np.zeros_like(counts)
        for which, name in enumerate(table.names):
            standing[(which, *cells)] = found[name]
        is_wrong = stands & has_venues & (standing != counts).any(axis=0)
        _correct(
            session,
            table,
            first_day,
            area_ids,
            counts=counts,
            is_wrong=is_wrong,
            is_gone=stands & ~has_venues,
        )
    is_new = has_venues & ~stands
    copy_counts(session, table.name, first_day, area_ids, counts=counts, is_sent=is_new, of=table)


def add_up(
    events: dict[str, Longs],
    area_ids: Longs,
    above: Longs,
    days: int,
    *,
    names: tuple[str, ...] = LEVELS.names,
) -> NDArray[np.int64]:
    """Counts by day and area from what begins and ends in the leaf areas.

    Args:
        events: `area_id`, `first_place`, `last_place` (days from 0 to `days` - 1,
            the last included) and each of `names`; shape (n,) each.
        area_ids: Ascending, shape (areas,).
        above: Places in `area_ids` from an area's top down to itself, then -1;
            shape (areas, 3).
        days: How many.
        names: What is counted.

    Returns:
        Shape (counts, days, areas), in the order of `names`.
    """
    steps = np.zeros((len(names), (days + 1) * len(area_ids)), dtype=np.int64)
    leaf = np.searchsorted(area_ids, events["area_id"])
    for places in above.T:
        rows = np.flatnonzero(places[leaf] >= 0)
        area = places[leaf[rows]]
        begins = events["first_place"][rows] * len(area_ids) + area
        ends = (events["last_place"][rows] + 1) * len(area_ids) + area
        for step, name in zip(steps, names, strict=True):
            size = events[name][rows]
            np.add.at(step, begins, size)
            np.subtract.at(step, ends, size)
    by_day = steps.reshape(len(names), days + 1, len(area_ids))[:, :days]
    return np.cumsum(by_day, axis=1, out=by_day)


def _read_areas(session: Session, edition_code: str) -> tuple[Longs, Longs]:
    """Ids in ascending order, and for each area the places of those above it, itself last."""
    rows = session.execute(
        select(Area.area_id, Area.path)
        .where(Area.edition_code == edition_code)
        .order_by(Area.area_id)
    ).all()
    area_ids = np.array([row.area_id for row in rows], dtype=np.int64)
    depth = max((len(row.path) for row in rows), default=0)
    above = np.array(
        [[*row.path, *[-1] * (depth - len(row.path))] for row in rows], dtype=np.int64
    ).reshape(len(rows), depth)
    return area_ids, np.where(above < 0, -1, np.searchsorted(area_ids, above))


def read_columns(row: Row[Any]) -> dict[str, Longs]:
    """The columns of a row of bytes; NULL where the database found nothing."""
    return {
        name: np.frombuffer(octets or b"", dtype=">i8").astype(np.int64)
        for name, octets in row._mapping.items()
    }


def _correct(
    session: Session,
    table: CountTable,
    first_day: date,
    area_ids: Longs,
    *,
    counts: Longs,
    is_wrong: NDArray[np.bool_],
    is_gone: NDArray[np.bool_],
) -> None:
    """Bring standing rows up to date; those whose areas have no venue any more go."""
    if not (is_wrong.any() or is_gone.any()):
        return
    apply_counts(
        session,
        table,
        first_day,
        area_ids,
        counts=counts,
        is_sent=is_wrong | is_gone,
        statements=table.replace,
    )


def apply_counts(
    session: Session,
    table: CountTable,
    first_day: date,
    area_ids: Longs,
    *,
    counts: Longs,
    is_sent: NDArray[np.bool_],
    statements: tuple[str, ...],
) -> None:
    """Send the chosen cells to a temporary table and let statements apply it to stored counts."""
    session.execute(read_sql(table.make))
    copy_counts(
        session, table.correction, first_day, area_ids, counts=counts, is_sent=is_sent, of=table
    )
    analyze, drop = CORRECTION_STATEMENTS[table.correction]
    session.execute(text(analyze))
    for name in statements:
        session.execute(read_sql(name))
    session.execute(text(drop))


def copy_counts(
    session: Session,
    target: str,
    first_day: date,
    area_ids: Longs,
    *,
    counts: Longs,
    is_sent: NDArray[np.bool_],
    of: CountTable = LEVELS,
) -> None:
    """Send the chosen cells, by day and area, as rows in COPY's binary form."""
    places, areas = np.nonzero(is_sent)
    if not len(places):
        return
    row = _copy_row(of)
    rows = np.zeros(len(places), dtype=row)
    rows["fields"] = 2 + len(of.names)
    rows["day"] = places + (first_day - POSTGRES_EPOCH).days
    rows["area_id"] = area_ids[areas]
    for which, name in enumerate(of.names):
        rows[name] = counts[which, places, areas]
        # A sum that its column cannot hold must not be cut off.
        if not np.array_equal(rows[name], counts[which, places, areas]):
            raise OverflowError(f"a sum of {name} does not fit its column")
    for name in ("day", "area_id", *of.names):
        rows[f"length of {name}"] = row[name].itemsize
    copy_blocks(
        session,
        COPY_STATEMENTS[target],
        [
            COPY_HEADER,
            *(rows[at : at + BLOCK_ROWS].tobytes() for at in range(0, len(rows), BLOCK_ROWS)),
            COPY_END,
        ],
    )


def _copy_row(of: CountTable) -> "np.dtype[np.void]":
    """One row in COPY's binary form: the number of fields, then each field after its length."""
    fields = [("fields", ">i2")]
    for name in ("day", "area_id", *of.names):
        fields += [(f"length of {name}", ">i4"), (name, ">i8" if name in of.wide else ">i4")]
    return np.dtype(fields)


COPY_STATEMENTS: Final = {
    "area_level_daily": (
        "COPY area_level_daily (day, area_id, venues, safe, at_risk, unsafe, footfall,"
        " footfall_safety) FROM STDIN (FORMAT binary)"
    ),
    "level_correction": "COPY level_correction FROM STDIN (FORMAT binary)",
    "area_trust_daily": (
        "COPY area_trust_daily (day, area_id, ever_assessed, documents_checked, inspected,"
        " contested, decisions, overturned, safe_safe, safe_at_risk, safe_unsafe, at_risk_safe,"
        " at_risk_at_risk, at_risk_unsafe, unsafe_safe, unsafe_at_risk, unsafe_unsafe)"
        " FROM STDIN (FORMAT binary)"
    ),
    "trust_correction": "COPY trust_correction FROM STDIN (FORMAT binary)",
}
CORRECTION_STATEMENTS: Final = {
    "level_correction": ("ANALYZE level_correction", "DROP TABLE level_correction"),
    "trust_correction": ("ANALYZE trust_correction", "DROP TABLE trust_correction"),
}
