"""Who may change venues' spans, and who may count them, at the same time.

Changes of single venues share a lock; counting all venues of a day takes it
alone. A count therefore never misses a change that was under way, and a
change always knows whether its day is counted. The lock ends with the
transaction and is taken before any row lock, so the two cannot deadlock.
"""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

LEVELS_LOCK: Final = 0x416E546F616E


def share_levels(session: Session) -> None:
    """Hold the lock together with other changes of single venues."""
    session.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": LEVELS_LOCK})


def own_levels(session: Session) -> None:
    """Hold the lock alone: nothing changes a span, a venue's area or a count meanwhile."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LEVELS_LOCK})
