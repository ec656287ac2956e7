"""Deleting what may not be kept longer; counts by hour and by area stay."""

from datetime import date, timedelta
from typing import Final

from psycopg.sql import SQL, Identifier
from sqlalchemy import text
from sqlalchemy.orm import Session

from data.copying import driver_connection
from data.errors import InputError
from data.services.visits.visit_store import VISITS_LOCK

DEFAULT_VISIT_DAYS: Final = 21
SHORTEST_VISIT_DAYS: Final = 1
LONGEST_VISIT_DAYS: Final = 21
"""No law or purpose asks for more; less can be set."""


def first_kept_day(today: date, visit_days: int = DEFAULT_VISIT_DAYS) -> date:
    """The oldest day whose visits are kept: with 21 days, today and the 20 days before.

    Raises:
        InputError: The number of days is not 1 to 21.
    """
    if not SHORTEST_VISIT_DAYS <= visit_days <= LONGEST_VISIT_DAYS:
        raise InputError(
            f"visits are kept {SHORTEST_VISIT_DAYS} to {LONGEST_VISIT_DAYS} days, "
            f"not {visit_days}; set ANTOAN_RETENTION_VISIT_DAYS"
        )
    return today - timedelta(days=visit_days - 1)


def apply_retention(
    session: Session, today: date, *, visit_days: int = DEFAULT_VISIT_DAYS
) -> list[date]:
    """Drop the visits of all days that are too old.

    Args:
        session: One transaction; it waits for imports that are under way.
        today: Calendar day in Asia/Ho_Chi_Minh.
        visit_days: Days kept, today included.

    Returns:
        Days dropped, oldest first.

    Raises:
        InputError: The number of days is not 1 to 21.
    """
    first_kept = first_kept_day(today, visit_days)
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": VISITS_LOCK})
    names = session.scalars(
        text(
            "SELECT part.relname FROM pg_inherits "
            "JOIN pg_class AS part ON part.oid = inhrelid "
            "WHERE inhparent = 'visit'::regclass ORDER BY part.relname"
        )
    ).all()
    dropped = []
    for name in names:
        digits = name.removeprefix("visit_p")
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        if day < first_kept:
            driver_connection(session).execute(SQL("DROP TABLE {}").format(Identifier(name)))
            dropped.append(day)
    return dropped
