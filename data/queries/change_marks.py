"""Small facts that change whenever an answer would: what caches compare."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from data.models import BoundaryEdition, DensityGeneration, LevelGeneration


@dataclass(frozen=True, slots=True)
class ChangeMark:
    """State of the counts of one edition and day.

    The moments stand beside the number because a day that is thrown away and
    counted again, or an edition imported again, begins its numbers anew.
    """

    imported_at: datetime | None
    generation: int | None
    computed_at: datetime | None


def read_level_mark(session: Session, *, edition_code: str, day: date) -> ChangeMark:
    """State of the safety levels; all None for an edition that is not there."""
    return _read(session, LevelGeneration, edition_code, day)


def read_density_mark(session: Session, *, edition_code: str, day: date) -> ChangeMark:
    """State of the released check-ins; all None for an edition that is not there."""
    return _read(session, DensityGeneration, edition_code, day)


def _read(
    session: Session,
    generation: type[LevelGeneration] | type[DensityGeneration],
    edition_code: str,
    day: date,
) -> ChangeMark:
    row = session.execute(
        select(BoundaryEdition.imported_at, generation.generation, generation.computed_at)
        .outerjoin(
            generation,
            and_(generation.edition_code == BoundaryEdition.code, generation.day == day),
        )
        .where(BoundaryEdition.code == edition_code)
    ).one_or_none()
    if row is None:
        return ChangeMark(None, None, None)
    return ChangeMark(row.imported_at, row.generation, row.computed_at)
