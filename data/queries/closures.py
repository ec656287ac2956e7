"""Days on which a venue is closed: the closure that lasts, and those that ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from data.models import Venue, VenueClosure


@dataclass(frozen=True, kw_only=True, slots=True)
class Closure:
    """Calendar days in Asia/Ho_Chi_Minh, both included; `last_day` is None while it lasts."""

    first_day: date
    last_day: date | None

    def __str__(self) -> str:
        """As errors of commands and of the API name it."""
        if self.last_day is None:
            return f"since {self.first_day}"
        return f"from {self.first_day} to {self.last_day}"

    def holds_on(self, day: date) -> bool:
        """Whether the venue is closed on a day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


def past_closures_column() -> ColumnElement[Any]:
    """The ended closures of the venue of a row, for `read_closures`; no query of their own."""
    days = func.jsonb_build_array(VenueClosure.first_day, VenueClosure.last_day)
    return (
        select(func.jsonb_agg(aggregate_order_by(days, VenueClosure.first_day)))
        .where(VenueClosure.venue_pk == Venue.venue_pk)
        .correlate(Venue)
        .scalar_subquery()
    )


def read_closures(
    closed_on: date | None, past: Sequence[tuple[str, str]] | None
) -> tuple[Closure, ...]:
    """All closures of one venue, from its `closed_on` and its `past_closures_column`."""
    ended = (
        Closure(first_day=date.fromisoformat(first), last_day=date.fromisoformat(last))
        for first, last in past or ()
    )
    lasting = () if closed_on is None else (Closure(first_day=closed_on, last_day=None),)
    return (*ended, *lasting)


def closure_on(closures: Sequence[Closure], day: date) -> Closure | None:
    """The closure that holds on a day; None where the venue is open."""
    return next((one for one in closures if one.holds_on(day)), None)


def find_closure(session: Session, venue_id: str, day: date) -> Closure | None:
    """The closure of one venue that holds on a day; None where it is open or not there."""
    row = session.execute(
        select(Venue.closed_on, past_closures_column().label("past")).where(
            Venue.venue_id == venue_id
        )
    ).one_or_none()
    return None if row is None else closure_on(read_closures(row.closed_on, row.past), day)
