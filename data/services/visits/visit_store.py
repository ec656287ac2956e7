"""Storing visits and their hourly counts together, as fast as COPY lets us."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy import text
from sqlalchemy.orm import Session

from checkins.visits import Visits, count_hourly, duplicate_rows
from data.copying import copy_blocks, driver_connection
from data.ingest.visit_encoding import HOURLY_COLUMNS, VISIT_COLUMNS, hourly_blocks, visit_blocks
from data.queries.density import has_visits
from data.sql_files import read_sql

VISITS_LOCK: Final = 0x56697369
UNIX_DAY: Final = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class StoredVisits:
    """What became of some visits; `unchanged` were there already or stood twice."""

    loaded: int
    unchanged: int
    days: tuple[date, ...]
    """Days that gained visits."""


def store_visits(session: Session, visits: Visits) -> StoredVisits:
    """Add visits that are not there yet, and bring `visit_hourly` up to date.

    A day that has no partition yet is loaded into a new table, whose key is
    built afterwards in one pass; for another day the rows go through a
    temporary table, and only those that are new are counted.

    Args:
        session: One transaction; it waits for other imports and for retention.
        visits: Plausible visits of known venues, in any order.
    """
    if not len(visits):
        return StoredVisits(loaded=0, unchanged=0, days=())
    # No other import makes or drops a partition meanwhile.
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": VISITS_LOCK})
    repeated = duplicate_rows(visits)
    if repeated.any():
        visits = visits.take(~repeated)
    day = visits.day
    # In the order of the primary key the index is built without sorting much.
    order = np.lexsort((visits.venue_pk, day))
    visits, day = visits.take(order), day[order]
    days, starts = np.unique(day, return_index=True)
    ends = np.append(starts[1:], len(day))
    loaded = 0
    changed = []
    into_new: list[slice] = []
    for number, start, end in zip(days.tolist(), starts.tolist(), ends.tolist(), strict=True):
        this_day = UNIX_DAY + timedelta(days=number)
        rows = slice(start, end)
        if _has_partition(session, this_day):
            added = _add_to_partition(session, this_day, visits.take(rows))
        elif has_visits(session, this_day):
            # Counts without visits: retention dropped them. Not ours to double.
            added = 0
        else:
            _fill_partition(session, this_day, visits.take(rows))
            into_new.append(rows)
            added = end - start
        loaded += added
        if added:
            changed.append(this_day)
    if into_new:
        new = visits if len(into_new) == len(days) else visits.take(_positions(into_new))
        copy_blocks(
            session,
            SQL("COPY visit_hourly {} FROM STDIN (FORMAT binary)").format(SQL(HOURLY_COLUMNS)),
            hourly_blocks(*count_hourly(new)),
        )
    return StoredVisits(loaded=loaded, unchanged=len(repeated) - loaded, days=tuple(changed))


def partition_name(day: date) -> str:
    """Name of the partition of one day."""
    return f"visit_p{day:%Y%m%d}"


def _positions(parts: list[slice]) -> NDArray[np.int64]:
    return np.concatenate([np.arange(part.start, part.stop) for part in parts])


def _has_partition(session: Session, day: date) -> bool:
    found = session.scalar(text("SELECT to_regclass(:name)"), {"name": partition_name(day)})
    return found is not None


def _fill_partition(session: Session, day: date, visits: Visits) -> None:
    """Make a day's partition from its rows; one pass each for rows, key and bounds."""
    name = partition_name(day)
    table = Identifier(name)
    cursor = driver_connection(session).cursor()
    cursor.execute(SQL("CREATE TABLE {} (LIKE visit INCLUDING CONSTRAINTS)").format(table))
    # The table is ours alone until we commit, so its rows may be born frozen.
    copy_blocks(
        session,
        SQL("COPY {} {} FROM STDIN (FORMAT binary, FREEZE true)").format(table, SQL(VISIT_COLUMNS)),
        visit_blocks(visits),
    )
    cursor.execute(
        SQL("ALTER TABLE {} ADD CONSTRAINT {} PRIMARY KEY (venue_pk, day, event_key)").format(
            table, Identifier(f"{name}_pkey")
        )
    )
    cursor.execute(
        SQL("ALTER TABLE visit ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
            table, Literal(day), Literal(day + timedelta(days=1))
        )
    )


def _add_to_partition(session: Session, day: date, visits: Visits) -> int:
    """Insert the rows of a day that are new and count them; how many were."""
    cursor = driver_connection(session).cursor()
    cursor.execute("CREATE TEMPORARY TABLE visit_incoming (LIKE visit) ON COMMIT DROP")
    copy_blocks(
        session,
        SQL("COPY visit_incoming {} FROM STDIN (FORMAT binary)").format(SQL(VISIT_COLUMNS)),
        visit_blocks(visits),
    )
    added = session.execute(read_sql("add_visits"), {"day": day}).scalar_one()
    cursor.execute("DROP TABLE visit_incoming")
    return int(added)
