"""Reads counts by area and day; arrays out, nothing is classified here."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import any_, func, literal, select
from sqlalchemy.orm import Session

from data.models import Area, AreaLevelDaily, LevelGeneration, VenueLevelSpan
from data.sql_files import read_sql
from geo.levels import AdminLevel

COUNT_NAMES = ("venues", "safe", "at_risk", "unsafe", "footfall", "footfall_safety")


@dataclass(frozen=True, kw_only=True)
class AreaCountArrays:
    """Venue counts by level; all arrays int64 of shape (n,).

    `footfall` sums the weights of assessed venues in persons per day,
    `footfall_safety` their weights times safety in tenths (0 to 1000).
    """

    venues: NDArray[np.int64]
    safe: NDArray[np.int64]
    at_risk: NDArray[np.int64]
    unsafe: NDArray[np.int64]
    footfall: NDArray[np.int64]
    footfall_safety: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class CountedLevel:
    """Counts of the areas of one level; `generation` is None where the day is not counted."""

    is_edition: bool
    is_parent: bool
    generation: int | None
    computed_at: datetime | None
    codes: tuple[str, ...]
    counts: AreaCountArrays


@dataclass(frozen=True, kw_only=True)
class CountedDays:
    """Counts of one area on consecutive days; `is_counted` is False where nothing is known."""

    days: tuple[date, ...]
    is_counted: NDArray[np.bool_]
    counts: AreaCountArrays


@dataclass(frozen=True, kw_only=True)
class TypeCounts:
    """Open venues of one type by level."""

    venue_type: str
    venues: int
    safe: int
    at_risk: int
    unsafe: int

    @property
    def not_assessed(self) -> int:
        """Venues without a valid assessment."""
        return self.venues - self.safe - self.at_risk - self.unsafe


def read_counts(
    session: Session, *, edition_code: str, level: AdminLevel, parent_code: str | None, day: date
) -> CountedLevel:
    """Counts of every area of a level, or of those below one parent, in code order."""
    row = session.execute(
        read_sql("read_levels"),
        {
            "edition_code": edition_code,
            "admin_level": int(level),
            "parent_code": parent_code,
            "day": day,
        },
    ).one()
    return CountedLevel(
        is_edition=row.editions > 0,
        is_parent=row.parents > 0,
        generation=row.generation,
        computed_at=row.computed_at,
        codes=tuple(row.codes),
        counts=_arrays(row),
    )


def read_day_counts(
    session: Session, *, edition_code: str, area_ids: list[int], first_day: date, last_day: date
) -> CountedDays:
    """Summed counts of some areas for each day of a closed range."""
    rows = session.execute(
        read_sql("read_trend"),
        {
            "edition_code": edition_code,
            "area_ids": area_ids,
            "first_day": first_day,
            "last_day": last_day,
        },
    ).all()
    columns = {name: [getattr(row, name) for row in rows] for name in COUNT_NAMES}
    return CountedDays(
        days=tuple(row.day for row in rows),
        is_counted=np.array([row.generation is not None for row in rows], dtype=bool),
        counts=AreaCountArrays(**{k: np.array(v, dtype=np.int64) for k, v in columns.items()}),
    )


def read_type_counts(
    session: Session, edition_code: str, *, area_id: int | None, day: date
) -> tuple[TypeCounts, ...]:
    """Open venues of an area, or of the whole edition, by type, the most frequent type first.

    The country and areas at its top are read from their counts, whatever the number of
    venues; lower areas from their venues.

    Args:
        session: Open session.
        edition_code: Boundary edition.
        area_id: The area; None for the whole edition.
        day: A counted day.
    """
    tops = select(Area.area_id).where(Area.edition_code == edition_code, Area.parent_id.is_(None))
    if area_id is not None:
        tops = tops.where(Area.area_id == area_id)
    top_ids = list(session.scalars(tops.order_by(Area.area_id)))
    if top_ids or area_id is None:
        rows = session.execute(read_sql("read_type_counts"), {"area_ids": top_ids, "day": day})
        return tuple(TypeCounts(**row._asdict()) for row in rows)
    leaves = select(Area.area_id).where(
        Area.edition_code == edition_code, Area.is_leaf, literal(area_id) == any_(Area.path)
    )
    leaf_ids = list(session.scalars(leaves.order_by(Area.area_id)))
    rows = session.execute(read_sql("read_venue_types"), {"area_ids": leaf_ids, "day": day})
    return tuple(TypeCounts(**row._asdict()) for row in rows)


def read_generation(session: Session, edition_code: str, day: date) -> int:
    """Change number of a counted day; 0 where the day is not counted."""
    found = session.scalar(
        select(LevelGeneration.generation).where(
            LevelGeneration.edition_code == edition_code, LevelGeneration.day == day
        )
    )
    return found or 0


@dataclass(frozen=True, kw_only=True)
class AreaFacts:
    """One area without its shape; `path` runs from the top down to itself."""

    area_id: int
    code: str
    level: AdminLevel
    name: str
    name_en: str | None
    path: tuple[int, ...]


def read_areas(
    session: Session, edition_code: str, *, area_code: str | None = None, parent_id: int | None
) -> tuple[AreaFacts, ...]:
    """The area of a code, or the direct parts of an area (None: the areas at the top)."""
    statement = (
        select(Area.area_id, Area.code, Area.admin_level, Area.name, Area.name_en, Area.path)
        .where(Area.edition_code == edition_code)
        .order_by(Area.code)
    )
    if area_code is not None:
        statement = statement.where(Area.code == area_code)
    elif parent_id is not None:
        statement = statement.where(Area.parent_id == parent_id)
    else:
        statement = statement.where(Area.parent_id.is_(None))
    return tuple(
        AreaFacts(
            area_id=row.area_id,
            code=row.code,
            level=AdminLevel(row.admin_level),
            name=row.name,
            name_en=row.name_en,
            path=tuple(row.path),
        )
        for row in session.execute(statement)
    )


def read_part_counts(session: Session, *, area_ids: list[int], day: date) -> AreaCountArrays:
    """Counts of some areas on one day, in the order of `area_ids`; zeros where there are none."""
    rows = {
        row.area_id: row
        for row in session.execute(
            select(AreaLevelDaily)
            .with_only_columns(
                AreaLevelDaily.area_id, *(getattr(AreaLevelDaily, name) for name in COUNT_NAMES)
            )
            .where(AreaLevelDaily.day == day, AreaLevelDaily.area_id.in_(area_ids))
            .order_by(AreaLevelDaily.area_id)
        )
    }
    return AreaCountArrays(
        **{
            name: np.array(
                [getattr(rows[i], name) if i in rows else 0 for i in area_ids], dtype=np.int64
            )
            for name in COUNT_NAMES
        }
    )


def read_first_assessed_day(session: Session) -> date | None:
    """First day on which any venue has a level."""
    return session.scalar(select(func.min(VenueLevelSpan.first_day)))


def _arrays(row: object) -> AreaCountArrays:
    return AreaCountArrays(
        **{name: np.array(getattr(row, name), dtype=np.int64) for name in COUNT_NAMES}
    )


def read_last_counted_day(session: Session, edition_code: str, *, up_to: date) -> date | None:
    """The latest counted day that is not after `up_to`; None where no day is counted."""
    return session.scalar(
        select(func.max(LevelGeneration.day)).where(
            LevelGeneration.edition_code == edition_code, LevelGeneration.day <= up_to
        )
    )
