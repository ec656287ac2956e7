"""Visits and hourly counts in PostgreSQL's binary COPY form, made from columns at once."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from checkins.visits import NOT_LEFT, Longs, Visits

HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER: Final = b"\xff\xff"
EPOCH_US: Final = 946_684_800_000_000
"""1 January 2000, where PostgreSQL's times begin."""
EPOCH_DAY: Final = 10_957
BLOCK_ROWS: Final = 16_384

VISIT_COLUMNS: Final = "(venue_pk, day, event_key, entered_at, source, left_at)"
HOURLY_COLUMNS: Final = "(day, venue_pk, hour, visits)"


def visit_blocks(visits: Visits) -> Iterator[bytes]:
    """COPY data for `VISIT_COLUMNS`: first the visits with a time of leaving, then the others."""
    yield HEADER
    has_left = visits.left_us != NOT_LEFT
    for part, is_left_known in ((has_left, True), (~has_left, False)):
        chosen = visits if part.all() else visits.take(part)
        for at in range(0, len(chosen), BLOCK_ROWS):
            yield _visit_block(chosen.take(slice(at, at + BLOCK_ROWS)), is_left_known)
    yield TRAILER


def _visit_block(visits: Visits, is_left_known: bool) -> bytes:
    key = np.stack([visits.event_high, visits.event_low], axis=1)
    return _block(
        ("venue_pk", ">i8", visits.venue_pk),
        ("day", ">i4", visits.day - EPOCH_DAY),
        ("event_key", "(2,)>u8", key),
        ("entered_at", ">i8", visits.entered_us - EPOCH_US),
        ("source", ">i2", visits.source),
        ("left_at", ">i8" if is_left_known else None, visits.left_us - EPOCH_US),
    )


def hourly_blocks(day: Longs, venue_pk: Longs, hour: Longs, visits: Longs) -> Iterator[bytes]:
    """COPY data for `HOURLY_COLUMNS`."""
    yield HEADER
    for at in range(0, len(day), BLOCK_ROWS):
        rows = slice(at, at + BLOCK_ROWS)
        yield _block(
            ("day", ">i4", day[rows] - EPOCH_DAY),
            ("venue_pk", ">i8", venue_pk[rows]),
            ("hour", ">i2", hour[rows]),
            ("visits", ">i4", visits[rows]),
        )
    yield TRAILER


def _block(*columns: tuple[str, str | None, NDArray[Any]]) -> bytes:
    """Rows of a COPY stream; a column without a type is NULL in every row."""
    layout: list[tuple[str, str]] = [("columns", ">i2")]
    for name, kind, _ in columns:
        layout.append((f"{name}_bytes", ">i4"))
        if kind is not None:
            layout.append((name, kind))
    rows = np.empty(len(columns[0][2]), dtype=np.dtype(layout))
    rows["columns"] = len(columns)
    for name, kind, values in columns:
        rows[f"{name}_bytes"] = -1 if kind is None else np.dtype(kind).itemsize
        if kind is not None:
            rows[name] = values
    return rows.tobytes()
