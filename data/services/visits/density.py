"""Check-in density: releasing a day once under disclosure control, and reading it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from checkins.disclosure import (
    DEFAULT_THRESHOLD,
    hold_back,
    require_threshold,
    sum_up,
    withheld_cells,
)
from data.clock import today as ask_today
from data.copying import copy_blocks
from data.errors import InputError, NotFoundError
from data.models import Area, AreaDensityDaily, AreaVisitRelease, DensityGeneration
from data.queries.density import (
    ReleasedLevel,
    has_visits,
    is_active_edition,
    read_density_generation,
    read_leaf_hours,
    read_release,
    read_released,
    read_released_days,
    read_reporting,
    read_visit_days,
)
from data.queries.editions import list_editions
from geo.levels import AdminLevel

__all__ = [
    "DensityTable",
    "density_days",
    "read_density",
    "read_density_generation",
    "release_days",
    "release_due",
    "release_finished_days",
]

DENSITY_LOCK: Final = 0x44656E73
WITHHELD: Final = -1


@dataclass(frozen=True, kw_only=True)
class DensityTable:
    """Visits of all areas of one level on one day or in one hour, in code order.

    Attributes:
        has_data: False where the day has no visits at all, or is not released: then
            nothing is known, and no area has zero visits.
        generation: Change number of the release; 0 where there is none.
        codes: Area codes, n of them.
        visits: None where withheld, and where the area has no venue that could report.
        per_km2: Visits per square kilometre; None where `visits` is, and where the
            area's surface is unknown.
        suppressed: True where a count is withheld.
    """

    edition_code: str
    level: AdminLevel
    parent_code: str | None
    day: date
    hour: int | None
    has_data: bool
    generation: int
    computed_at: datetime | None
    codes: tuple[str, ...]
    visits: tuple[int | None, ...]
    per_km2: tuple[float | None, ...]
    suppressed: tuple[bool, ...]


def read_density(
    sessions: sessionmaker[Session],
    *,
    edition_code: str,
    level: AdminLevel,
    parent_code: str | None,
    day: date,
    hour: int | None = None,
    threshold: int = DEFAULT_THRESHOLD,
    today: date | None = None,
) -> DensityTable:
    """Released visits of every area of one level.

    A finished day with visits that nobody released yet is released first, in
    the active edition only: two editions of one day could be subtracted from
    each other.

    Args:
        sessions: Where to read.
        edition_code: Boundary edition.
        level: Level of the areas listed.
        parent_code: Any area above them, or None for the whole level.
        day: Calendar day in Asia/Ho_Chi_Minh.
        hour: Hour of entry 0 … 23, or None for the whole day.
        threshold: k of a release made now.
        today: Days before it are finished; None asks the clock.

    Raises:
        NotFoundError: The edition or the parent is not there.
        InputError: The hour is not one.
        ThresholdError: k is below 5.
    """
    require_threshold(threshold)
    if hour is not None and not 0 <= hour <= 23:
        raise InputError(f"hour must be 0 to 23, not {hour}")

    def read(session: Session) -> ReleasedLevel:
        return read_released(
            session,
            edition_code=edition_code,
            level=level,
            parent_code=parent_code,
            day=day,
            hour=hour,
        )

    with sessions.begin() as session:
        found = read(session)
        if not found.is_edition:
            raise NotFoundError(f"there is no boundary edition {edition_code!r}")
        if not found.is_parent:
            raise NotFoundError(f"there is no area {parent_code!r} in the edition {edition_code}")
        is_due = found.generation is None and day < (today or ask_today())
        if is_due and has_visits(session, day) and is_active_edition(session, edition_code):
            release_days(
                session, edition_code=edition_code, days=[day], threshold=threshold, is_again=False
            )
            found = read(session)
    has_data = found.generation is not None
    return DensityTable(
        edition_code=edition_code,
        level=level,
        parent_code=parent_code,
        day=day,
        hour=hour,
        has_data=has_data,
        generation=found.generation or 0,
        computed_at=found.computed_at,
        codes=found.codes,
        visits=found.visits,
        # From what is published only, so that the density tells no more than it.
        per_km2=tuple(
            None if visits is None or not km2 else visits / km2
            for visits, km2 in zip(found.visits, found.area_km2, strict=True)
        ),
        suppressed=tuple(
            has_data and is_released and visits is None
            for visits, is_released in zip(found.visits, found.is_released, strict=True)
        ),
    )


def density_days(session: Session, edition_code: str, *, today: date | None = None) -> list[date]:
    """Days that `read_density` can show in an edition, oldest first."""
    days = set(read_released_days(session, edition_code))
    if is_active_edition(session, edition_code):
        last = today or ask_today()
        days |= {day for day in read_visit_days(session) if day < last}
    return sorted(days)


def release_finished_days(
    session: Session,
    *,
    edition_code: str,
    days: Iterable[date] | None = None,
    threshold: int = DEFAULT_THRESHOLD,
    today: date,
) -> int:
    """Release what is due: given days, or all days with visits that are not released yet.

    A day that still runs is left out: what is withheld in its first release
    would stay withheld, however many visits follow.

    Returns:
        Days released.
    """
    if not is_active_edition(session, edition_code):
        return 0
    if days is None:
        days = set(read_visit_days(session)) - set(read_released_days(session, edition_code))
    finished = sorted(day for day in set(days) if day < today)
    release_days(session, edition_code=edition_code, days=finished, threshold=threshold)
    return len(finished)


def release_due(
    sessions: sessionmaker[Session],
    days: Iterable[date] | None = None,
    *,
    threshold: int = DEFAULT_THRESHOLD,
    today: date,
) -> int:
    """Release finished days in the active edition, if there is one: given days, or all due.

    Returns:
        Days released.
    """
    with sessions.begin() as session:
        active = next((one.code for one in list_editions(session) if one.is_active), None)
        if active is None:
            return 0
        return release_finished_days(
            session, edition_code=active, days=days, threshold=threshold, today=today
        )


def release_days(
    session: Session,
    *,
    edition_code: str,
    days: Iterable[date],
    threshold: int = DEFAULT_THRESHOLD,
    is_again: bool = True,
    progress: Callable[[int], object] | None = None,
) -> None:
    """Make the public figures of some days from the visits as they are now.

    Args:
        session: Takes a lock that other releases wait for, until its end.
        edition_code: Boundary edition.
        days: Calendar days in Asia/Ho_Chi_Minh; a day without visits stays "no data".
        threshold: k.
        is_again: Whether a day that is released already is released again.
        progress: Called after each day with 1.

    Raises:
        ThresholdError: k is below 5.
    """
    require_threshold(threshold)
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": DENSITY_LOCK})
    reporting = read_reporting(session, edition_code)
    for day in sorted(set(days)):
        generation = read_density_generation(session, edition_code, day)
        if (is_again or not generation) and has_visits(session, day):
            hours = read_leaf_hours(session, edition_code, day, reporting.area_ids)
            before = None
            if generation:
                released, before = read_release(session, edition_code, day, reporting.area_ids)
                hours = hold_back(hours, released, threshold)
            table = sum_up(hours, reporting.parent)
            hidden = withheld_cells(table, reporting.parent, threshold, withheld_before=before)
            _store(
                session,
                edition_code,
                day,
                area_ids=reporting.area_ids,
                hours=hours,
                table=table,
                hidden=hidden,
            )
            _mark_released(session, edition_code, day, threshold)
        if progress is not None:
            progress(1)


def _copy_text(day: date, area_ids: list[int], rows: list[list[int]]) -> bytes:
    """Lines as COPY takes them: day, area and an array, in it a withheld count as NULL."""
    # A whole list is written at once: a day has a quarter of a million counts.
    return "".join(
        f"{day}\t{area_id}\t{{{str(row)[1:-1].replace(str(WITHHELD), 'NULL')}}}\n"
        for area_id, row in zip(area_ids, rows, strict=True)
    ).encode()


def _store(
    session: Session,
    edition_code: str,
    day: date,
    *,
    area_ids: NDArray[np.int64],
    hours: NDArray[np.int64],
    table: NDArray[np.int64],
    hidden: NDArray[np.bool_],
) -> None:
    of_edition = select(Area.area_id).where(Area.edition_code == edition_code)
    for model in (AreaDensityDaily, AreaVisitRelease):
        session.execute(
            delete(model)
            .where(model.day == day, model.area_id.in_(of_edition))
            .execution_options(synchronize_session=False)
        )
    shown = np.where(hidden, WITHHELD, table)
    copy_blocks(
        session,
        "COPY area_density_daily (day, area_id, visits) FROM STDIN",
        [_copy_text(day, area_ids.tolist(), shown.tolist())],
    )
    is_counted = hours.any(axis=1)
    copy_blocks(
        session,
        "COPY area_visit_release (day, area_id, visits) FROM STDIN",
        [_copy_text(day, area_ids[is_counted].tolist(), hours[is_counted].tolist())],
    )


def _mark_released(session: Session, edition_code: str, day: date, threshold: int) -> None:
    new = insert(DensityGeneration).values(
        edition_code=edition_code, day=day, generation=1, threshold=threshold
    )
    session.execute(
        new.on_conflict_do_update(
            index_elements=["edition_code", "day"],
            set_={
                "generation": DensityGeneration.generation + 1,
                "threshold": threshold,
                "computed_at": func.now(),
            },
        )
    )
