"""Which days each submission of one venue colours, when submissions come in any order.

A submission holds from its day to the last day of its validity, or to the
day before the venue's next submission if that comes first. Submissions that
arrive late, dated before others, therefore come out as if they had arrived
in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from assessments.levels import VenueLevel

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class LevelSpan:
    """Closed interval of calendar days on which one submission gives the venue's level.

    `safety_tenths` runs from 0 (unsafe) to 1000 (safe); `footfall_per_day` is
    persons per day, the venue's weight; `submitted_at` is aware.
    """

    first_day: date
    last_day: date
    level: VenueLevel
    safety_tenths: int
    footfall_per_day: int
    submitted_at: datetime
    assessment_pk: int


@dataclass(frozen=True, kw_only=True)
class SpanChange:
    """What one submission does to the spans of its venue."""

    removed: tuple[LevelSpan, ...]
    added: tuple[LevelSpan, ...]


def place_span(spans: Sequence[LevelSpan], new: LevelSpan) -> SpanChange:
    """Put one submission among the spans of its venue.

    Args:
        spans: The venue's spans in any order; they do not overlap.
        new: The submission's span over its whole validity.

    Returns:
        Spans to take away as they stood and spans to store instead. Both are
        empty when a later submission of the same day already stands.
    """
    standing = next((span for span in spans if span.first_day == new.first_day), None)
    if standing is not None and standing.submitted_at > new.submitted_at:
        return SpanChange(removed=(), added=())
    removed: list[LevelSpan] = []
    added: list[LevelSpan] = []
    for span in spans:
        if span.first_day < new.first_day <= span.last_day:
            removed.append(span)
            added.append(replace(span, last_day=new.first_day - ONE_DAY))
        elif span.first_day == new.first_day:
            removed.append(span)
    later = [span.first_day for span in spans if span.first_day > new.first_day]
    last_day = min([new.last_day, *(day - ONE_DAY for day in later)])
    added.append(replace(new, last_day=last_day))
    return SpanChange(removed=tuple(removed), added=tuple(added))
