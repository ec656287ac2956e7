"""Visits as columns: sources, plausible times, event keys and hourly counts."""

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from checkins.errors import VisitSourceError

SECOND: Final = 1_000_000
HOUR: Final = 3_600 * SECOND
DAY: Final = 24 * HOUR
VIETNAM_OFFSET: Final = 7 * HOUR
"""Asia/Ho_Chi_Minh has no summer time and has been at +07:00 since 1975."""
LONGEST_STAY: Final = DAY
CLOCK_TOLERANCE: Final = 5 * 60 * SECOND
"""How far ahead of ours a sender's clock may run."""
NOT_LEFT: Final = np.iinfo(np.int64).min
"""Stands in `left_us` where no time of leaving is known."""
EARLIEST: Final = 157_766_400 * SECOND
"""1 January 1975, before which the offset above does not hold."""

Longs = NDArray[np.int64]


class VisitSource(IntEnum):
    """Where a visit was recorded; the number is what the database stores."""

    TOKHAIYTE = 1
    NCOVI = 2
    BLUEZONE = 3
    PCCOVID = 4
    WEB = 5
    PAPER = 6
    PARTNER = 7
    DEMO = 8

    @classmethod
    def from_word(cls, word: str) -> "VisitSource":
        """The source of a word such as `pccovid`.

        Raises:
            VisitSourceError: No such source; the sentence lists those there are.
        """
        try:
            return cls[word.upper()]
        except KeyError:
            raise VisitSourceError(
                f"no visit source {word!r}; there are {', '.join(s.name.lower() for s in cls)}"
            ) from None


@dataclass(frozen=True, kw_only=True)
class Visits:
    """Visits as columns of shape (n,); times in microseconds since 1970 UTC.

    `left_us` is `NOT_LEFT` where unknown; `event_high` and `event_low` are
    the two halves of the event key.
    """

    venue_pk: Longs
    entered_us: Longs
    left_us: Longs
    event_high: NDArray[np.uint64]
    event_low: NDArray[np.uint64]
    source: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.venue_pk)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Self:
        """Some of the rows, in the order given."""
        return type(self)(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})

    @property
    def day(self) -> Longs:
        """Vietnamese calendar day of entry, in days since 1970."""
        return (self.entered_us + VIETNAM_OFFSET) // DAY

    @property
    def hour(self) -> Longs:
        """Vietnamese hour of entry, 0 to 23."""
        return (self.entered_us + VIETNAM_OFFSET) % DAY // HOUR


REASONS: Final = (
    "",
    "left_at is before entered_at",
    "the visit is longer than 24 hours",
    "entered_at lies in the future",
    "the day is older than visits are kept",
    "left_at lies in the future",
)
"""Why a time cannot be; the place in the tuple is what `implausible` gives."""


def implausible(
    entered_us: Longs, left_us: Longs, *, now_us: int, first_day: int
) -> NDArray[np.int8]:
    """What is wrong with the times of visits, as places in `REASONS`; 0 for nothing.

    Args:
        entered_us: Entry, microseconds since 1970 UTC, shape (n,).
        left_us: Leaving or `NOT_LEFT`, same shape.
        now_us: The moment of receipt.
        first_day: First day that is kept, in days since 1970.
    """
    has_left = left_us != NOT_LEFT
    stay = np.where(has_left, left_us - entered_us, 0)
    latest = now_us + CLOCK_TOLERANCE
    found = np.select(
        [
            entered_us > latest,
            (entered_us + VIETNAM_OFFSET) // DAY < first_day,
            stay < 0,
            stay > LONGEST_STAY,
            has_left & (left_us > latest),
        ],
        [3, 4, 1, 2, 5],
        default=0,
    )
    return found.astype(np.int8)


def keys_from_content(visits: Visits) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Event keys of visits whose source gives none: equal rows again give equal keys.

    Several persons enter one venue in one second, so equal rows of one file
    are told apart by their count: the second of two equal rows is the second
    again when the file is imported again.

    Returns:
        The two halves of the keys, shape (n,) each.
    """
    order = np.lexsort((visits.source, visits.left_us, visits.entered_us, visits.venue_pk))
    same = np.ones(len(visits), dtype=bool)
    same[:1] = False
    for column in (visits.venue_pk, visits.entered_us, visits.left_us, visits.source):
        same[1:] &= column[order[1:]] == column[order[:-1]]
    places = np.arange(len(visits))
    nth = np.empty(len(visits), dtype=np.int64)
    nth[order] = places - np.maximum.accumulate(np.where(same, 0, places))
    # Two seeds, two halves: the type of tuple() forgets how many.
    return tuple(  # type: ignore[return-value]  # as many as there are columns
        _mix(seed, visits.entered_us, visits.left_us, visits.source, nth)
        for seed in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)
    )


def duplicate_rows(visits: Visits) -> NDArray[np.bool_]:
    """Rows whose venue, day and event key stand in an earlier row, shape (n,)."""
    mixed = _mix(1, visits.venue_pk, visits.day, visits.event_high, visits.event_low)
    # A sort without the order is several times faster, and most files have no
    # duplicates at all.
    ordered = np.sort(mixed)
    repeated = np.zeros(len(visits), dtype=bool)
    if not (ordered[1:] == ordered[:-1]).any():
        return repeated
    key = (visits.event_low, visits.event_high, visits.day, visits.venue_pk)
    order = np.lexsort((np.arange(len(visits)), *key))
    same = np.ones(max(len(visits) - 1, 0), dtype=bool)
    for column in key:
        same &= column[order[1:]] == column[order[:-1]]
    repeated[order[1:][same]] = True
    return repeated


def count_hourly(visits: Visits) -> tuple[Longs, Longs, Longs, Longs]:
    """Visits by day, venue and hour of entry: four columns, in this order, sorted."""
    if not len(visits):
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing, nothing
    venues, rank = np.unique(visits.venue_pk, return_inverse=True)
    first = int(visits.day.min())
    key = ((visits.day - first) * len(venues) + rank) * 24 + visits.hour
    key = np.sort(key)
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    counts = np.diff(np.append(starts, len(key)))
    key = key[starts]
    return key // 24 // len(venues) + first, venues[key // 24 % len(venues)], key % 24, counts


def _mix(seed: int, *columns: NDArray[np.generic]) -> NDArray[np.uint64]:
    """Columns as one well mixed 64-bit number for each row (SplitMix64's finaliser)."""
    mixed = np.full(len(columns[0]), seed, dtype=np.uint64)
    for column in columns:
        mixed = (mixed ^ column.astype(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed
