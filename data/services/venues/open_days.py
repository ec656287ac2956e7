"""The one rule of days on which a venue can be assessed: it has to be open on them."""

from datetime import date

from sqlalchemy.orm import Session

from data.errors import ConflictError
from data.queries.closures import Closure, find_closure


class VenueClosedError(ConflictError):
    """A venue is closed on the day; `closure` says from when to when."""

    def __init__(self, day: date, closure: Closure) -> None:
        self.day = day
        self.closure = closure
        super().__init__(
            f"the venue is closed {closure}, so nothing can be recorded of it for {day}"
        )


def require_open(session: Session, venue_id: str, day: date) -> None:
    """Refuse what can only be done to an open venue.

    Args:
        session: The transaction; it has locked the venue, so that its days stand still.
        venue_id: Public id of the venue.
        day: Calendar day in Asia/Ho_Chi_Minh, also one long ago.

    Raises:
        VenueClosedError: It is closed on the day, or was.
    """
    closure = find_closure(session, venue_id, day)
    if closure is not None:
        raise VenueClosedError(day, closure)
