"""Importing a file of visits: all in one transaction, what cannot be is written aside."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from checkins.visits import (
    NOT_LEFT,
    REASONS,
    Visits,
    VisitSource,
    implausible,
    keys_from_content,
)
from data.clock import day_of, now
from data.ingest.rejected import RejectedRows
from data.ingest.visit_cells import find_venues, read_event_keys, read_times
from data.ingest.visits import VisitColumns, VisitTable, read_visits
from data.models import Venue
from data.services.visits.retention import DEFAULT_VISIT_DAYS, first_kept_day
from data.services.visits.visit_store import store_visits

UNIX_DAY: Final = date(1970, 1, 1)
NO_VENUE: Final = "has no venue id"
UNKNOWN_VENUE: Final = "names a venue that is not registered; import venues first"
NO_ENTRY: Final = "has no entered_at"
BAD_ENTRY: Final = "entered_at is no time; write it as 2021-11-20T08:15:00+07:00"
BAD_LEAVING: Final = "left_at is no time; write it as 2021-11-20T08:15:00+07:00"


@dataclass(frozen=True, kw_only=True)
class VisitsReport:
    """What became of the rows of a file; `read` is the sum of the other three."""

    read: int
    loaded: int
    unchanged: int
    rejected: int
    rejected_file: Path | None
    reasons: dict[str, int]
    days: tuple[date, ...]
    """Days that gained visits."""


def import_visits(
    sessions: sessionmaker[Session],
    path: Path | str,
    *,
    source: VisitSource = VisitSource.PARTNER,
    columns: VisitColumns | None = None,
    venue_source: str | None = None,
    kept_days: int = DEFAULT_VISIT_DAYS,
    progress: Callable[[str], object] | None = None,
) -> VisitsReport:
    """Load the visits of a file and roll them up; again, it doubles nothing.

    Args:
        sessions: Sessions without a statement timeout.
        path: `.csv`, `.parquet`, `.ndjson`, or `-` for standard input.
        source: Where the visits were recorded.
        columns: Names of the file's columns.
        venue_source: The venue column holds external ids of this source; None: our own ids.
        kept_days: Visits of older days are rejected.
        progress: Called before each step with its title.

    Raises:
        InputError: The file cannot be read or lacks a column; nothing is stored.
    """
    say = progress or (lambda _title: None)
    columns = columns or VisitColumns()
    say("reading")
    table = read_visits(path, columns)
    with RejectedRows(path, columns.names) as rejected, sessions.begin() as session:
        known, pks = _read_venue_ids(session, venue_source)
        say("checking")
        visits, faults = _check(table, known, pks, source, kept_days)
        _write_rejected(rejected, table, columns, faults)
        say("storing")
        stored = store_visits(session, visits)
    return VisitsReport(
        read=len(table.line_numbers) + len(table.broken),
        loaded=stored.loaded,
        unchanged=stored.unchanged,
        rejected=rejected.count,
        rejected_file=rejected.path if rejected.count else None,
        reasons=dict(rejected.reasons),
        days=stored.days,
    )


def _read_venue_ids(session: Session, source: str | None) -> tuple[Any, NDArray[np.int64]]:
    own_id = Venue.venue_id if source is None else Venue.external_id
    statement = select(own_id, Venue.venue_pk).where(own_id.is_not(None)).order_by(Venue.venue_pk)
    if source is not None:
        statement = statement.where(Venue.source == source)
    rows = session.execute(statement).all()
    ids = pa.array([row[0] for row in rows], pa.string())
    return ids, np.array([row[1] for row in rows], dtype=np.int64)


def _check(
    table: VisitTable,
    known: Any,
    pks: NDArray[np.int64],
    source: VisitSource,
    kept_days: int,
) -> tuple[Visits, NDArray[np.object_]]:
    """Good visits, and the reason against each row ("" for none)."""
    moment = now()
    venue_pk = find_venues(table.venue, known, pks)
    entered, is_entry_read = read_times(table.entered_at)
    left, is_leaving_read = read_times(table.left_at)
    has_entry = entered != NOT_LEFT
    first_kept = (first_kept_day(day_of(moment), kept_days) - UNIX_DAY) // timedelta(days=1)
    faults = np.array(REASONS, dtype=object)[
        implausible(
            np.where(has_entry, entered, 0),
            left,
            now_us=int(moment.timestamp() * 1_000_000),
            first_day=first_kept,
        )
    ]
    for fault, is_wrong in (
        (BAD_LEAVING, ~is_leaving_read),
        (NO_ENTRY, ~has_entry),
        (BAD_ENTRY, ~is_entry_read),
        (UNKNOWN_VENUE, venue_pk == 0),
        (NO_VENUE, np.asarray(pc.is_null(table.venue))),
    ):
        faults[is_wrong] = fault
    good = faults == ""
    visits = Visits(
        venue_pk=venue_pk,
        entered_us=entered,
        left_us=left,
        event_high=np.zeros(len(good), dtype=np.uint64),
        event_low=np.zeros(len(good), dtype=np.uint64),
        source=np.full(len(good), source, dtype=np.int16),
    )
    if not good.all():
        visits = visits.take(good)
    events = table.event_id if good.all() else table.event_id.filter(pa.array(good))
    high, low = visits.event_high, visits.event_low
    has_event = ~np.asarray(pc.is_null(events))
    if has_event.any():
        texts = events if has_event.all() else events.filter(pa.array(has_event))
        high[has_event], low[has_event] = read_event_keys(texts, source.name)
    if not has_event.all():
        high[~has_event], low[~has_event] = keys_from_content(visits.take(~has_event))
    return visits, faults


def _write_rejected(
    rejected: RejectedRows,
    table: VisitTable,
    columns: VisitColumns,
    faults: NDArray[np.object_],
) -> None:
    for line, reason, raw in table.broken:
        rejected.add_broken(line, reason, raw)
    cells = (table.venue, table.entered_at, table.left_at, table.event_id)
    for row in np.flatnonzero(faults != "").tolist():
        texts = [cell[row].as_py() for cell in cells]
        rejected.add(
            int(table.line_numbers[row]),
            faults[row],
            {
                name: "" if value is None else str(value)
                for name, value in zip(columns.names, texts, strict=True)
            },
        )
