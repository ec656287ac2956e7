"""Limits on trying: how often something may be done in a time, by all processes together.

A subject (a contact, an address) is stored as a keyed hash only, so that the
table tells nobody who tried. All limits of one attempt are counted by one
statement, before the thing itself is done: attempts side by side cannot slip
through together.

    attempts = Attempts(sessions=sessions, secret=secret)
    wait = attempts.take((REPORTS_PER_ADDRESS, address), (REPORTS, ""))
    if wait is not None: ...  # a timedelta: refuse, and say for how long
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import ARRAY, DateTime, Interval, Text, bindparam, delete, select, text
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now
from data.models import AttemptCount
from data.site_keys import derive_key

COUNT = text(
    "INSERT INTO attempt_count AS counted (key, attempts, ends_at)"
    " SELECT key, 1, :at + length FROM unnest(:keys, :lengths) AS asked (key, length)"
    " ORDER BY key"  # every statement locks the rows in one order
    " ON CONFLICT (key) DO UPDATE SET"
    " attempts = CASE WHEN counted.ends_at <= :at THEN 1 ELSE counted.attempts + 1 END,"
    " ends_at = CASE WHEN counted.ends_at <= :at THEN EXCLUDED.ends_at ELSE counted.ends_at END"
    " RETURNING key, attempts, ends_at"
).bindparams(
    bindparam("at", type_=DateTime(timezone=True)),
    bindparam("keys", type_=ARRAY(Text())),
    bindparam("lengths", type_=ARRAY(Interval())),
)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How often one subject may try.

    Attributes:
        name: Distinguishes limits; part of the key.
        most: Attempts allowed in one window.
        window: Its length; it begins with the first attempt and ends by itself.
    """

    name: str
    most: int
    window: timedelta


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """Counts attempts.

    Attributes:
        sessions: The site's sessions; every count commits at once.
        secret: The site's secret.
    """

    sessions: sessionmaker[Session]
    secret: str

    def take(self, *asked: tuple[Limit, str], moment: datetime | None = None) -> timedelta | None:
        """Count one attempt against each limit.

        Args:
            asked: Limits, each with its subject; the same subject always as the same text.
            moment: Now, by default.

        Returns:
            None where every limit allows it; else how long until all of them do again.
        """
        at = moment or now()
        limits = {self._key(limit, subject): limit for limit, subject in asked}
        with self.sessions.begin() as session:
            rows: Sequence[Any] = session.execute(
                COUNT,
                {
                    "at": at,
                    "keys": list(limits),
                    "lengths": [limit.window for limit in limits.values()],
                },
            ).all()
        return max(
            (row.ends_at - at for row in rows if row.attempts > limits[row.key].most),
            default=None,
        )

    def forget(self, *asked: tuple[Limit, str]) -> None:
        """Begin again with none, as after a right password."""
        keys = [self._key(limit, subject) for limit, subject in asked]
        with self.sessions.begin() as session:
            session.execute(delete(AttemptCount).where(AttemptCount.key.in_(keys)))

    def count(self, limit: Limit, subject: str, *, moment: datetime | None = None) -> int:
        """Attempts of the running window, without adding one."""
        with self.sessions() as session:
            found = session.scalar(
                select(AttemptCount.attempts).where(
                    AttemptCount.key == self._key(limit, subject),
                    AttemptCount.ends_at > (moment or now()),
                )
            )
        return found or 0

    @cached_property
    def _hash_key(self) -> bytes:
        return derive_key(self.secret, "attempts")

    def _key(self, limit: Limit, subject: str) -> str:
        content = f"{limit.name}\0{subject}".encode()
        return f"{limit.name}:{hmac.new(self._hash_key, content, sha256).hexdigest()[:32]}"


def delete_ended_attempts(session: Session, *, moment: datetime | None = None) -> int:
    """Delete counters whose window is over; gives how many there were."""
    ended = delete(AttemptCount).where(AttemptCount.ends_at <= (moment or now()))
    return session.execute(ended).rowcount  # type: ignore[attr-defined,no-any-return]  # a DELETE gives a CursorResult
