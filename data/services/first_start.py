"""What an empty database gets before its first visitor: a boundary edition and demo data."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import criteria_set_for
from data.clock import today
from data.models import BoundaryEdition, Venue, VenueStaff
from data.queries.provinces import province_code_column

LINK_VENUE_TYPE = "school.primary"
MOST_CANDIDATES = 500

Bar = Callable[[str, int], AbstractContextManager[Callable[[str], None]]]


def load_first_data(sessions: sessionmaker[Session], *, bar: Bar) -> None:
    """Load what is missing; each part is one transaction, so an interrupted one leaves nothing.

    A database that holds venues keeps them: demo data is loaded only where there are none.

    Args:
        sessions: Sessions without a statement timeout.
        bar: Shows a title and a number of steps while it is open; its value is told each step.
    """
    with sessions() as session:
        has_edition = bool(session.scalar(select(exists().select_from(BoundaryEdition))))
        has_venues = bool(session.scalar(select(exists().select_from(Venue))))
    # Both bring large libraries that a later start does not need.
    if not has_edition:
        from data.services.boundaries.embedded_edition import STEPS, load_embedded_edition  # noqa: PLC0415 (heavy; loaded only where it runs)

        with bar("approximate boundaries", STEPS) as step:
            load_embedded_edition(sessions, progress=step)
    if has_venues:
        return
    from data.services.demo.load import STEPS as DEMO_STEPS  # noqa: PLC0415 (heavy; loaded only where it runs)
    from data.services.demo.load import load_demo  # noqa: PLC0415 (heavy; loaded only where it runs)

    with bar("demo data", DEMO_STEPS) as step:
        load_demo(sessions, last_day=today(), progress=step)


def read_demo_venue(session: Session) -> str | None:
    """A demo venue without an owner, for a newcomer to claim; None where there is none.

    One whose questions are known goes first: of some provincial sets the wording was not found.
    """
    day = today()
    candidates = session.execute(
        select(Venue.venue_id, Venue.venue_type, province_code_column())
        .where(Venue.is_demo, ~exists().where(VenueStaff.venue_pk == Venue.venue_pk))
        .order_by((Venue.venue_type == LINK_VENUE_TYPE).desc(), Venue.venue_pk)
        .limit(MOST_CANDIDATES)
    ).all()
    for venue_id, venue_type, province_code in candidates:
        criteria_set = criteria_set_for(venue_type, day, province_code)
        if criteria_set is not None and all(one.is_text_known for one in criteria_set.criteria):
            return venue_id
    return candidates[0].venue_id if candidates else None
