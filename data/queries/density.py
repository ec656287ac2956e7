"""Reads visits by area: the released ones for everybody, the exact ones for the release."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from data.models import (
    Area,
    AreaDensityDaily,
    AreaVisitRelease,
    BoundaryEdition,
    DensityGeneration,
    VenueArea,
    VisitHourly,
)
from data.sql_files import read_sql
from geo.levels import AdminLevel

WHOLE_DAY_PLACE = 25


@dataclass(frozen=True, kw_only=True)
class ReleasedLevel:
    """Released visits of the areas of one level, in code order.

    `visits` is None both where a count is withheld and where the area has no
    row at all; `is_released` tells the two apart.
    """

    is_edition: bool
    is_parent: bool
    generation: int | None
    computed_at: datetime | None
    codes: tuple[str, ...]
    area_km2: tuple[float | None, ...]
    is_released: tuple[bool, ...]
    visits: tuple[int | None, ...]


@dataclass(frozen=True)
class Reporting:
    """Areas of an edition that hold venues, parents before their parts.

    Attributes:
        area_ids: Shape (n,).
        parent: Row of the parent or -1, shape (n,).
    """

    area_ids: NDArray[np.int64]
    parent: NDArray[np.int64]


def read_released(
    session: Session,
    *,
    edition_code: str,
    level: AdminLevel,
    parent_code: str | None,
    day: date,
    hour: int | None,
) -> ReleasedLevel:
    """Released visits of a level, or of what lies below one parent; `hour` None for the day."""
    row = session.execute(
        read_sql("read_density"),
        {
            "edition_code": edition_code,
            "admin_level": int(level),
            "parent_code": parent_code,
            "day": day,
            "place": WHOLE_DAY_PLACE if hour is None else hour + 1,
        },
    ).one()
    return ReleasedLevel(
        is_edition=row.editions > 0,
        is_parent=parent_code is None or row.parents > 0,
        generation=row.generation,
        computed_at=row.computed_at,
        codes=tuple(row.codes),
        area_km2=tuple(row.area_km2),
        is_released=tuple(row.is_released),
        visits=tuple(row.visits),
    )


def read_density_generation(session: Session, edition_code: str, day: date) -> int:
    """Change number of a released day; 0 where the day is not released."""
    found = session.scalar(
        select(DensityGeneration.generation).where(
            DensityGeneration.edition_code == edition_code, DensityGeneration.day == day
        )
    )
    return found or 0


def read_released_days(session: Session, edition_code: str) -> list[date]:
    """Released days of an edition, oldest first."""
    return list(
        session.scalars(
            select(DensityGeneration.day)
            .where(DensityGeneration.edition_code == edition_code)
            .order_by(DensityGeneration.day)
        )
    )


def read_visit_days(session: Session) -> list[date]:
    """Days with any visit of any venue, oldest first."""
    return list(session.scalars(read_sql("visit_days")))


def has_visits(session: Session, day: date) -> bool:
    """Whether any venue has a visit on a day."""
    return bool(session.scalar(select(exists().where(VisitHourly.day == day))))


def is_active_edition(session: Session, edition_code: str) -> bool:
    """Whether the edition is the one shown by default."""
    return bool(
        session.scalar(
            select(BoundaryEdition.is_active).where(BoundaryEdition.code == edition_code)
        )
    )


def read_reporting(session: Session, edition_code: str) -> Reporting:
    """Areas that hold at least one venue, themselves or in their parts."""
    areas = session.execute(
        select(Area.area_id, Area.path)
        .where(Area.edition_code == edition_code)
        .order_by(Area.admin_level, Area.area_id)
    ).all()
    leaves = session.scalars(
        select(VenueArea.area_id)
        .where(VenueArea.edition_code == edition_code)
        .distinct()
        .order_by(VenueArea.area_id)
    ).all()
    path_of = {row.area_id: row.path for row in areas}
    kept = {area_id for leaf in leaves for area_id in path_of[leaf]}
    rows = [(area_id, path) for area_id, path in path_of.items() if area_id in kept]
    row_of = {area_id: row for row, (area_id, _) in enumerate(rows)}
    return Reporting(
        area_ids=np.array([area_id for area_id, _ in rows], dtype=np.int64),
        parent=np.array(
            [row_of[path[-2]] if len(path) > 1 else -1 for _, path in rows], dtype=np.int64
        ),
    )


def read_leaf_hours(
    session: Session, edition_code: str, day: date, area_ids: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Exact visits of a day, shape (n, 24) in the order of `area_ids`; private."""
    hours = np.zeros((len(area_ids), 24), dtype=np.int64)
    found = session.execute(
        read_sql("count_visits"), {"edition_code": edition_code, "day": day}
    ).one()
    if found.area_ids:
        rows = _rows_of(area_ids, np.array(found.area_ids, dtype=np.int64))
        hours[rows, np.array(found.hours, dtype=np.int64)] = found.visits
    return hours


def read_release(
    session: Session, edition_code: str, day: date, area_ids: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """What stands behind the release before: leaf hours (n, 24), cells withheld (n, 25)."""
    hours = np.zeros((len(area_ids), 24), dtype=np.int64)
    withheld = np.zeros((len(area_ids), 25), dtype=bool)
    known = area_ids.tolist()
    row_of = {area_id: row for row, area_id in enumerate(known)}
    for area_id, visits in session.execute(
        select(AreaVisitRelease.area_id, AreaVisitRelease.visits)
        .where(AreaVisitRelease.day == day, AreaVisitRelease.area_id.in_(known))
        .order_by(AreaVisitRelease.area_id)
    ):
        hours[row_of[area_id]] = visits
    for area_id, shown in session.execute(
        select(AreaDensityDaily.area_id, AreaDensityDaily.visits)
        .where(AreaDensityDaily.day == day, AreaDensityDaily.area_id.in_(known))
        .order_by(AreaDensityDaily.area_id)
    ):
        withheld[row_of[area_id]] = [one is None for one in shown]
    return hours, withheld


def _rows_of(area_ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    order = np.argsort(area_ids)
    rows: NDArray[np.int64] = order[np.searchsorted(area_ids, wanted, sorter=order)]
    return rows
