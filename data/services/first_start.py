"""What an empty database gets before its first visitor: a boundary edition and demo data."""

from collections.abc import Callable

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, sessionmaker

from data.clock import today
from data.models import BoundaryEdition, Venue

LINK_VENUE_TYPE = "school.primary"


def load_first_data(
    sessions: sessionmaker[Session], *, say: Callable[[str], None] = lambda _line: None
) -> None:
    """Load what is missing; each part is one transaction, so an interrupted one leaves nothing.

    A database that holds venues keeps them: demo data is loaded only where there are none.

    Args:
        sessions: Sessions without a statement timeout.
        say: Told each step in one line.
    """
    with sessions() as session:
        has_edition = bool(session.scalar(select(exists().select_from(BoundaryEdition))))
        has_venues = bool(session.scalar(select(exists().select_from(Venue))))
    # Both bring large libraries that a later start does not need.
    if not has_edition:
        from data.services.embedded_edition import load_embedded_edition  # noqa: PLC0415

        say("making the embedded, approximate boundary edition")
        load_embedded_edition(sessions, progress=say)
    if has_venues:
        return
    from data.services.demo import load_demo  # noqa: PLC0415

    say("loading demo data")
    load_demo(sessions, last_day=today(), progress=say)


def read_demo_venue(session: Session) -> str | None:
    """A demo venue whose owner link a newcomer is given; None where there is no demo data."""
    return session.scalar(
        select(Venue.venue_id)
        .where(Venue.is_demo)
        .order_by((Venue.venue_type == LINK_VENUE_TYPE).desc(), Venue.venue_pk)
        .limit(1)
    )
