"""Counts of areas while many venues change at once: by the difference, set by set.

What the venues add to the counts is read before and after the change, as the
counting of whole days reads it for all venues, and the difference is added.
The cost grows with the venues that change, never with those that there are,
and the result is exactly that of counting all venues anew.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Area, LevelGeneration
from data.services.counting.count_changes import Counts, add_difference
from data.services.counting.count_tables import COUNT_TABLES, TYPES, CountTable
from data.services.counting.level_counting import Longs, add_up, apply_counts, read_columns
from data.services.counting.type_counting import read_venues_types
from data.sql_files import read_sql

MOST_DAYS: Final = 30  # of one array of days and areas


@dataclass(kw_only=True)
class ChangingVenues:
    """Venues whose counts change; more are added as they are stored.

    Attributes:
        venue_pks: Their keys; all of them once the change is done.
    """

    venue_pks: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Range:
    """Counted days of one edition, near each other; `days` are places from `first_day` on.

    `events` are those of each of `COUNT_TABLES`, `types` what the venues add by type.
    """

    edition_code: str
    first_day: date
    last_day: date
    days: list[int]
    events: tuple[dict[str, Longs], ...]
    types: Counts


@contextmanager
def changing_many_counts(
    session: Session, venue_pks: Sequence[int], first_day: date
) -> Iterator[ChangingVenues]:
    """What is done to venues within changes the counts of their areas, from a day on.

    The caller holds `own_levels`, and changes nothing that matters to the
    counts of days before `first_day`.

    Args:
        session: The transaction.
        venue_pks: Venues that are stored already and will change.
        first_day: First calendar day whose counts may change.
    """
    changing = ChangingVenues(venue_pks=list(venue_pks))
    session.execute(read_sql("lock_counted_days"), {"first_day": first_day})
    before = [
        _read(session, code, days, changing.venue_pks)
        for code, days in _counted_days(session, first_day)
    ]
    yield changing
    session.flush()
    for old in before:
        new = _read(
            session,
            old.edition_code,
            [date.fromordinal(old.first_day.toordinal() + place) for place in old.days],
            changing.venue_pks,
        )
        for table, was, now in zip(COUNT_TABLES, old.events, new.events, strict=True):
            _add_difference(session, table, old, was, now)
        add_difference(session, TYPES, before=old.types, after=new.types)


def _counted_days(session: Session, first_day: date) -> list[tuple[str, list[date]]]:
    """Counted days by edition, in pieces that fit an array."""
    rows = session.execute(
        select(LevelGeneration.edition_code, LevelGeneration.day)
        .where(LevelGeneration.day >= first_day)
        .order_by(LevelGeneration.edition_code, LevelGeneration.day)
    ).all()
    pieces: list[tuple[str, list[date]]] = []
    for code, day in rows:
        if not pieces or pieces[-1][0] != code or (day - pieces[-1][1][0]).days >= MOST_DAYS:
            pieces.append((code, []))
        pieces[-1][1].append(day)
    return pieces


def _read(
    session: Session, edition_code: str, days: list[date], venue_pks: Sequence[int]
) -> _Range:
    first_day, last_day = days[0], days[-1]
    facts = {
        "edition_code": edition_code,
        "first_day": first_day,
        "last_day": last_day,
        "venue_pks": list(venue_pks),
    }
    return _Range(
        edition_code=edition_code,
        first_day=first_day,
        last_day=last_day,
        days=[(day - first_day).days for day in days],
        events=tuple(
            read_columns(session.execute(read_sql(table.events), facts).one())
            for table in COUNT_TABLES
        ),
        types=read_venues_types(session, edition_code, days, venue_pks),
    )


def _add_difference(
    session: Session,
    table: CountTable,
    where: _Range,
    old: dict[str, Longs],
    new: dict[str, Longs],
) -> None:
    events = {
        name: np.concatenate([new[name], -old[name] if name in table.names else old[name]])
        for name in new
    }
    if not len(events["area_id"]):
        return
    area_ids, above = _read_branches(session, np.unique(events["area_id"]))
    length = (where.last_day - where.first_day).days + 1
    steps = add_up(events, area_ids, above, length, names=table.names)
    is_counted = np.zeros(length, dtype=bool)
    is_counted[where.days] = True
    is_sent: NDArray[np.bool_] = (steps != 0).any(axis=0) & is_counted[:, None]
    if is_sent.any():
        apply_counts(
            session,
            table,
            where.first_day,
            area_ids,
            counts=steps,
            is_sent=is_sent,
            statements=table.step,
        )


def _read_branches(session: Session, leaf_ids: Longs) -> tuple[Longs, Longs]:
    """Ids of some leaf areas and of those above them, and the places above each."""
    paths = session.scalars(
        select(Area.path).where(Area.area_id.in_(leaf_ids.tolist())).order_by(Area.area_id)
    ).all()
    branches = {tuple(path[:end]) for path in paths for end in range(1, len(path) + 1)}
    area_ids = np.array(sorted(branch[-1] for branch in branches), dtype=np.int64)
    depth = max(map(len, branches), default=0)
    above = np.full((len(area_ids), depth), -1, dtype=np.int64)
    for branch in branches:
        place = int(np.searchsorted(area_ids, branch[-1]))
        above[place, : len(branch)] = np.searchsorted(area_ids, branch)
    return area_ids, above
