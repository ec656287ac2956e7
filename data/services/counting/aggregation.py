"""Counts of venues by area, day and level, made from the venues themselves."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, sessionmaker

from data.errors import InputError, NotFoundError
from data.models import BoundaryEdition, LevelGeneration, Venue
from data.services.counting.level_counting import replace_counts
from data.services.counting.level_locks import own_levels
from data.services.counting.type_counting import replace_type_counts
from data.sql_files import read_sql

ONE_DAY: Final = timedelta(days=1)
CHUNK_DAYS: Final = 15  # submissions wait for one chunk, never for the whole range


def aggregate(
    sessions: sessionmaker[Session],
    *,
    edition_code: str | None = None,
    first_day: date,
    last_day: date,
    progress: Callable[[int], object] | None = None,
) -> int:
    """Count every day of a closed range again, from venues and spans.

    Days are counted in chunks, each in a transaction of its own.

    Args:
        sessions: Where to read and write.
        edition_code: One edition, or None for all.
        first_day: First calendar day in Asia/Ho_Chi_Minh.
        last_day: Last calendar day, included.
        progress: Called after each chunk with the number of days counted in it.

    Returns:
        Days counted, summed over editions.

    Raises:
        NotFoundError: The edition is not there.
        InputError: `last_day` is before `first_day`.
    """
    if last_day < first_day:
        raise InputError(f"the last day {last_day} is before the first day {first_day}")
    days = 0
    for code in _edition_codes(sessions, edition_code):
        for chunk_first, chunk_last in _chunks(first_day, last_day):
            with sessions.begin() as session:
                own_levels(session)
                count_days(session, code, chunk_first, chunk_last)
            done = (chunk_last - chunk_first).days + 1
            days += done
            if progress is not None:
                progress(done)
    return days


def count_days(session: Session, edition_code: str, first_day: date, last_day: date) -> None:
    """Replace the counts of a closed range of days; the caller holds `own_levels`."""
    days = {"edition_code": edition_code, "first_day": first_day, "last_day": last_day}
    replace_counts(session, edition_code, first_day, last_day)
    replace_type_counts(session, edition_code, first_day, last_day)
    session.execute(read_sql("mark_counted"), days)


def ensure_day(session: Session, edition_code: str, day: date) -> bool:
    """Count a day that is not counted yet; of two readers at once, one counts.

    Call it first in a transaction: it takes a lock that comes before all row
    locks. A day before the first venue opened is empty and nothing is stored
    for it, so that readers cannot fill the table with days of long ago.

    Returns:
        Whether the day is counted now (False for a day before all venues).
    """
    if _is_counted(session, edition_code, day):
        return True
    first_opening = session.scalar(select(func.min(Venue.opened_on)))
    if first_opening is None or day < first_opening:
        return False
    own_levels(session)
    if not _is_counted(session, edition_code, day):
        count_days(session, edition_code, day, day)
    return True


def recount_from(session: Session, edition_code: str, first_day: date) -> int:
    """Count again every counted day from `first_day` on; the caller holds `own_levels`.

    Returns:
        Days counted again.
    """
    days = session.scalars(
        select(LevelGeneration.day)
        .where(LevelGeneration.edition_code == edition_code, LevelGeneration.day >= first_day)
        .order_by(LevelGeneration.day)
    ).all()
    for run_first, run_last in _runs(list(days)):
        count_days(session, edition_code, run_first, run_last)
    return len(days)


def forget_days(session: Session, edition_code: str) -> None:
    """Throw the counts of an edition away; each day is counted again when it is next read.

    Call it when the edition's areas or the places of its venues change as a
    whole, before any row is locked: it takes the counting lock. Counts of
    areas that are gone go too.
    """
    own_levels(session)
    session.execute(read_sql("forget_counts"), {"edition_code": edition_code})
    session.execute(read_sql("forget_trust"), {"edition_code": edition_code})
    session.execute(read_sql("forget_types"), {"edition_code": edition_code})
    session.execute(
        delete(LevelGeneration)
        .where(LevelGeneration.edition_code == edition_code)
        .execution_options(synchronize_session=False)
    )


def _is_counted(session: Session, edition_code: str, day: date) -> bool:
    found = session.scalar(
        select(LevelGeneration.generation).where(
            LevelGeneration.edition_code == edition_code, LevelGeneration.day == day
        )
    )
    return found is not None


def _edition_codes(sessions: sessionmaker[Session], edition_code: str | None) -> list[str]:
    with sessions() as session:
        codes = list(
            session.scalars(select(BoundaryEdition.code).order_by(BoundaryEdition.code)).all()
        )
    if edition_code is None:
        return codes
    if edition_code not in codes:
        raise NotFoundError(
            f"there is no boundary edition {edition_code!r}; "
            + (f"there are {', '.join(codes)}" if codes else "none is loaded")
        )
    return [edition_code]


def _chunks(first_day: date, last_day: date) -> Iterator[tuple[date, date]]:
    start = first_day
    while start <= last_day:
        end = min(start + timedelta(days=CHUNK_DAYS - 1), last_day)
        yield start, end
        start = end + ONE_DAY


def _runs(days: list[date]) -> Iterator[tuple[date, date]]:
    """Ascending days as closed ranges without holes, none longer than a chunk."""
    start = 0
    for i in range(1, len(days) + 1):
        is_end = i == len(days) or days[i] - days[i - 1] != ONE_DAY or i - start == CHUNK_DAYS
        if is_end:
            yield days[start], days[i - 1]
            start = i
