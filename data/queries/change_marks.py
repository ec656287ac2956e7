"""Small facts that change whenever an answer would: what caches compare."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from data.models import BoundaryEdition, LevelGeneration


@dataclass(frozen=True, slots=True)
class LevelMark:
    """State of the counts of one edition and day.

    The moments stand beside the number because a day that is thrown away and
    counted again, or an edition imported again, begins its numbers anew.
    """

    imported_at: datetime | None
    generation: int | None
    computed_at: datetime | None


def read_level_mark(session: Session, *, edition_code: str, day: date) -> LevelMark:
    """The state; all None for an edition that is not there."""
    row = session.execute(
        select(BoundaryEdition.imported_at, LevelGeneration.generation, LevelGeneration.computed_at)
        .outerjoin(
            LevelGeneration,
            and_(LevelGeneration.edition_code == BoundaryEdition.code, LevelGeneration.day == day),
        )
        .where(BoundaryEdition.code == edition_code)
    ).one_or_none()
    return LevelMark(None, None, None) if row is None else LevelMark(*row)
