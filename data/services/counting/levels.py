"""Levels of areas on one day and over days: what the map, the panel and the API read."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session, sessionmaker

from assessments.areas import AREA_LEVELS, AreaLevels, classify_areas
from assessments.levels import AreaLevel
from data.clock import today as ask_today
from data.errors import InputError, NotFoundError
from data.queries.area_trust import (
    NO_TRUST,
    AreaTrust,
    read_area_trust,
    read_country_trust,
)
from data.queries.editions import require_edition
from data.queries.levels import (
    COUNT_NAMES,
    AreaCountArrays,
    AreaFacts,
    CountedLevel,
    TypeCounts,
    read_areas,
    read_counts,
    read_day_counts,
    read_first_assessed_day,
    read_generation,
    read_part_counts,
    read_type_counts,
)
from data.services.counting.aggregation import ensure_day
from geo.levels import AdminLevel

__all__ = [
    "AreaSummary",
    "FutureDayError",
    "LevelTable",
    "PartLevel",
    "Trend",
    "level_days",
    "read_area_summary",
    "read_generation",
    "read_levels",
    "read_trend",
]


class FutureDayError(InputError):
    """A day after today was asked for."""


@dataclass(frozen=True, kw_only=True)
class LevelTable:
    """Levels of all areas of one level on one day, in the order of the codes.

    Attributes:
        generation: Change number of the day; 0 for a day before all venues.
        computed_at: When the counts last changed; None where `generation` is 0.
        codes: Area codes, shape (n,).
        counts: Venues by level, shape (n,) each; areas without venues have zeros.
        classes: Level, safe rate, coverage and index, shape (n,) each.
    """

    edition_code: str
    level: AdminLevel
    parent_code: str | None
    day: date
    generation: int
    computed_at: datetime | None
    codes: tuple[str, ...]
    counts: AreaCountArrays
    classes: AreaLevels

    @property
    def assessed(self) -> NDArray[np.int64]:
        """Venues with a valid assessment, shape (n,)."""
        return self.counts.safe + self.counts.at_risk + self.counts.unsafe

    @property
    def not_assessed(self) -> NDArray[np.int64]:
        """Venues without one, shape (n,)."""
        return self.counts.venues - self.assessed


@dataclass(frozen=True, kw_only=True)
class Trend:
    """One area on consecutive days, oldest first.

    A day that is not counted is unknown: `is_counted` is False there, and
    neither its counts nor its classes mean anything.
    """

    days: tuple[date, ...]
    is_counted: NDArray[np.bool_]
    counts: AreaCountArrays
    classes: AreaLevels


@dataclass(frozen=True, kw_only=True)
class PartLevel:
    """One direct part of an area, at its place `position` in the arrays beside it."""

    area: AreaFacts
    position: int


@dataclass(frozen=True, kw_only=True)
class AreaSummary:
    """What the panel says of one area, or of the whole country, on one day.

    Attributes:
        area: The area; None for the whole country.
        counts, classes: The area's own, shape (1,).
        worst: Its direct parts with enough data, the worst first.
        part_counts, part_classes: All direct parts, in code order.
        venue_types: Open venues by type, the most frequent type first.
        trust: How far the area's levels can be believed.
        part_trust: The same of its direct parts, by code; those never assessed are missing.
    """

    edition_code: str
    area: AreaFacts | None
    day: date
    generation: int
    counts: AreaCountArrays
    classes: AreaLevels
    worst: tuple[PartLevel, ...]
    part_counts: AreaCountArrays
    part_classes: AreaLevels
    venue_types: tuple[TypeCounts, ...]
    trust: AreaTrust
    part_trust: dict[str, AreaTrust]


def read_levels(
    sessions: sessionmaker[Session],
    *,
    edition_code: str,
    level: AdminLevel,
    parent_code: str | None,
    day: date,
    today: date | None = None,
) -> LevelTable:
    """Levels of every area of one level on one day.

    Args:
        sessions: Where to read; a day not counted yet is counted first.
        edition_code: Boundary edition.
        level: Level of the areas listed.
        parent_code: Any area above them, or None for the whole level.
        day: Calendar day in Asia/Ho_Chi_Minh.
        today: The latest day that can be asked for; None asks the clock.

    Raises:
        NotFoundError: The edition or the parent is not there.
        FutureDayError: `day` is after today.
    """
    require_no_future(day, today)
    with sessions.begin() as session:
        found = _read_counted(session, edition_code, level, parent_code, day)
        if found.generation is None and ensure_day(session, edition_code, day):
            found = _read_counted(session, edition_code, level, parent_code, day)
    return LevelTable(
        edition_code=edition_code,
        level=level,
        parent_code=parent_code,
        day=day,
        generation=found.generation or 0,
        computed_at=found.computed_at,
        codes=found.codes,
        counts=found.counts,
        classes=_classify(found.counts),
    )


def read_trend(
    sessions: sessionmaker[Session],
    *,
    edition_code: str,
    area_code: str | None,
    last_day: date,
    days: int = 30,
    today: date | None = None,
) -> Trend:
    """Levels of one area on the days up to `last_day`, which is counted if it is not yet.

    Args:
        sessions: Where to read.
        edition_code: Boundary edition.
        area_code: The area, or None for the whole country.
        last_day: Last calendar day in Asia/Ho_Chi_Minh.
        days: How many days, at least 1.
        today: The latest day that can be asked for; None asks the clock.

    Raises:
        NotFoundError: The edition or the area is not there.
        FutureDayError: `last_day` is after today.
    """
    require_no_future(last_day, today)
    with sessions.begin() as session:
        ensure_day(session, edition_code, last_day)
        area = _find_area(session, edition_code, area_code)
        tops = [area] if area else read_areas(session, edition_code, parent_id=None)
        found = read_day_counts(
            session,
            edition_code=edition_code,
            area_ids=[one.area_id for one in tops],
            first_day=last_day - timedelta(days=days - 1),
            last_day=last_day,
        )
    return Trend(
        days=found.days,
        is_counted=found.is_counted,
        counts=found.counts,
        classes=_classify(found.counts),
    )


def read_area_summary(
    sessions: sessionmaker[Session],
    *,
    edition_code: str,
    area_code: str | None,
    day: date,
    worst: int = 5,
    today: date | None = None,
) -> AreaSummary:
    """Level and counts of one area, its worst direct parts and its venues by type.

    Args:
        sessions: Where to read; a day not counted yet is counted first.
        edition_code: Boundary edition.
        area_code: The area, or None for the whole country.
        day: Calendar day in Asia/Ho_Chi_Minh.
        worst: How many parts to name.
        today: The latest day that can be asked for; None asks the clock.

    Raises:
        NotFoundError: The edition or the area is not there.
        FutureDayError: `day` is after today.
    """
    require_no_future(day, today)
    with sessions.begin() as session:
        ensure_day(session, edition_code, day)
        area = _find_area(session, edition_code, area_code)
        parts = read_areas(session, edition_code, parent_id=area.area_id if area else None)
        part_counts = read_part_counts(session, area_ids=[part.area_id for part in parts], day=day)
        counts = (
            read_part_counts(session, area_ids=[area.area_id], day=day)
            if area
            else _total(part_counts)
        )
        venue_types = read_type_counts(
            session, edition_code, area_id=area.area_id if area else None, day=day
        )
        generation = read_generation(session, edition_code, day)
        part_codes = [part.code for part in parts]
        part_trust = read_area_trust(session, edition_code=edition_code, codes=part_codes, day=day)
        if area is None:
            trust = read_country_trust(
                session, edition_code=edition_code, codes=part_codes, day=day
            )
        else:
            trust = read_area_trust(
                session, edition_code=edition_code, codes=[area.code], day=day
            ).get(area.code, NO_TRUST)
    part_classes = _classify(part_counts)
    return AreaSummary(
        edition_code=edition_code,
        area=area,
        day=day,
        generation=generation,
        counts=counts,
        classes=_classify(counts),
        worst=_worst(parts, part_classes, worst),
        part_counts=part_counts,
        part_classes=part_classes,
        venue_types=venue_types,
        trust=trust,
        part_trust=part_trust,
    )


def level_days(
    session: Session, edition_code: str, *, today: date | None = None
) -> tuple[date, date]:
    """First and last day that the time slider offers.

    From the first day on which any venue has a level to today; only today
    where nothing was assessed yet. Every day between can be read.

    Raises:
        NotFoundError: The edition is not there.
    """
    require_edition(session, edition_code)
    last_day = today or ask_today()
    first_day = read_first_assessed_day(session)
    return (min(first_day, last_day) if first_day else last_day, last_day)


def require_no_future(day: date, today: date | None = None) -> None:
    """Refuse a day after today.

    Raises:
        FutureDayError: It is one.
    """
    latest = today or ask_today()
    if day > latest:
        raise FutureDayError(f"day {day} is in the future; the latest day is {latest}")


def _read_counted(
    session: Session, edition_code: str, level: AdminLevel, parent_code: str | None, day: date
) -> CountedLevel:
    found = read_counts(
        session, edition_code=edition_code, level=level, parent_code=parent_code, day=day
    )
    if not found.is_edition:
        raise NotFoundError(f"there is no boundary edition {edition_code!r}")
    if parent_code is not None and not found.is_parent:
        raise NotFoundError(f"there is no area {parent_code!r} in the edition {edition_code}")
    return found


def _find_area(session: Session, edition_code: str, area_code: str | None) -> AreaFacts | None:
    require_edition(session, edition_code)
    if area_code is None:
        return None
    found = read_areas(session, edition_code, area_code=area_code, parent_id=None)
    if not found:
        raise NotFoundError(f"there is no area {area_code!r} in the edition {edition_code}")
    return found[0]


def _classify(counts: AreaCountArrays) -> AreaLevels:
    return classify_areas(
        venues=counts.venues,
        safe=counts.safe,
        at_risk=counts.at_risk,
        unsafe=counts.unsafe,
        footfall=counts.footfall,
        footfall_safety=counts.footfall_safety,
    )


def _total(counts: AreaCountArrays) -> AreaCountArrays:
    """All areas as one, shape (1,)."""
    return AreaCountArrays(
        **{name: getattr(counts, name).sum(keepdims=True) for name in COUNT_NAMES}
    )


def _worst(
    parts: tuple[AreaFacts, ...], classes: AreaLevels, how_many: int
) -> tuple[PartLevel, ...]:
    """Parts with enough data: by level, then lower index, then code."""
    order = [
        place
        for place in np.lexsort((classes.index, -_BADNESS[classes.level])).tolist()
        if AREA_LEVELS[classes.level[place]] != AreaLevel.NOT_ENOUGH_DATA
    ]
    return tuple(PartLevel(area=parts[place], position=place) for place in order[:how_many])


_BADNESS = np.array(
    [{AreaLevel.UNSAFE: 2, AreaLevel.AT_RISK: 1}.get(level, 0) for level in AREA_LEVELS]
)
