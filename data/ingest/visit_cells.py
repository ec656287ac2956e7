"""Cells of a visits file as numbers: times, venue ids and event keys, a column at a time."""

import hashlib
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from checkins.visits import NOT_LEFT
from data.clock import VIETNAM

WITH_ZONE: Final = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)$"
WITHOUT_ZONE: Final = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?$"
MICROSECONDS: Final = pa.timestamp("us", "UTC")
HEX: Final = np.full(256, 255, dtype=np.uint8)
HEX[np.frombuffer(b"0123456789abcdef", dtype=np.uint8)] = np.arange(16)
HEX[np.frombuffer(b"ABCDEF", dtype=np.uint8)] = np.arange(10, 16)
UUID_LETTERS: Final = 36
HYPHENS: Final = (8, 13, 18, 23)
KEY_NAMESPACE: Final = b"antoan-visit\0"

Longs = NDArray[np.int64]


def read_times(values: Any) -> tuple[Longs, NDArray[np.bool_]]:
    """Times in microseconds since 1970 UTC; `NOT_LEFT` where the cell is empty.

    A time without an offset is taken as Asia/Ho_Chi_Minh.

    Args:
        values: Arrow array of text or of timestamps.

    Returns:
        Times and whether each cell could be read (an empty one can), shape (n,).
    """
    is_empty = np.asarray(pc.is_null(values))
    if pa.types.is_timestamp(values.type):
        is_local = values.type.tz is None
        return _numbers(values.cast(pa.timestamp("us", values.type.tz)), is_local), ~is_empty
    if pa.types.is_null(values.type):
        return np.full(len(values), NOT_LEFT), np.ones(len(values), dtype=bool)
    for kind, is_local in ((MICROSECONDS, False), (pa.timestamp("us"), True)):
        try:
            return _numbers(values.cast(kind), is_local), np.ones(len(values), dtype=bool)
        except pa.ArrowInvalid:
            continue
    return _read_mixed(values, is_empty)


def _read_mixed(values: Any, is_empty: NDArray[np.bool_]) -> tuple[Longs, NDArray[np.bool_]]:
    """Times of several forms in one column; what looks like none of them is refused."""
    times = np.full(len(values), NOT_LEFT, dtype=np.int64)
    is_read = is_empty.copy()
    for pattern, zone in ((WITH_ZONE, UTC), (WITHOUT_ZONE, VIETNAM)):
        fits = np.asarray(pc.fill_null(pc.match_substring_regex(values, pattern), False))
        for row in np.flatnonzero(fits).tolist():
            try:
                moment = datetime.fromisoformat(values[row].as_py())
            except ValueError:
                continue
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=zone)
            times[row] = _microseconds(moment)
            is_read[row] = True
    return times, is_read


def _microseconds(moment: datetime) -> int:
    since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _numbers(values: Any, is_local: bool) -> Longs:
    if is_local:
        values = pc.assume_timezone(values, str(VIETNAM), ambiguous="earliest")
    return np.asarray(pc.fill_null(values.cast(pa.int64()), NOT_LEFT))


def find_venues(values: Any, known: Any, pks: Longs) -> Longs:
    """The venue of each cell by a hash join; 0 where there is none.

    Args:
        values: Arrow array of ids.
        known: Arrow array of the ids that there are.
        pks: Their `venue_pk`, same length.
    """
    place = pc.index_in(values, value_set=known, skip_nulls=True)
    rows = np.asarray(pc.fill_null(place, -1)).astype(np.int64)
    return np.where(rows >= 0, np.append(pks, 0)[rows], 0)


def read_event_keys(values: Any, source: str) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Event keys of a text column without empty cells: the two halves, shape (n,) each.

    A UUID is taken as it is. Anything else is hashed together with the
    source, so that number 7 of one source is not number 7 of another.
    """
    count = len(values)
    keys = np.zeros((count, 2), dtype=np.uint64)
    is_uuid = np.asarray(pc.equal(pc.binary_length(values), UUID_LETTERS)) & np.asarray(
        pc.string_is_ascii(values)
    )
    if is_uuid.any():
        letters = _letters(values if is_uuid.all() else values.filter(pa.array(is_uuid)))
        digits = HEX[np.delete(letters, HYPHENS, axis=1)]
        is_hex = (digits < 16).all(axis=1) & (letters[:, HYPHENS] == ord("-")).all(axis=1)
        octets = (digits[:, 0::2] << 4) | digits[:, 1::2]
        rows = np.flatnonzero(is_uuid)
        found = np.ascontiguousarray(octets).view(">u8").astype(np.uint64)
        keys[rows[is_hex]] = found[is_hex]
        is_uuid[rows[~is_hex]] = False
    others = np.flatnonzero(~is_uuid)
    if len(others):
        prefix = KEY_NAMESPACE + source.encode() + b"\0"
        digests = b"".join(
            hashlib.blake2b(prefix + text.encode(), digest_size=16).digest()
            for text in values.take(pa.array(others)).to_pylist()
        )
        keys[others] = np.frombuffer(digests, dtype=">u8").reshape(-1, 2)
    return keys[:, 0], keys[:, 1]


def _letters(values: Any) -> NDArray[np.uint8]:
    """Bytes of ASCII texts of one length, shape (n, length)."""
    fixed = values.cast(pa.binary()).cast(pa.binary(UUID_LETTERS))
    start = fixed.offset * UUID_LETTERS
    flat = np.frombuffer(fixed.buffers()[1], dtype=np.uint8)
    return flat[start : start + len(fixed) * UUID_LETTERS].reshape(-1, UUID_LETTERS)
