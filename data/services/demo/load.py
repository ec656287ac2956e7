"""Demo data: venues, assessments and visits from one seed, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session, sessionmaker

from data.bulk_loading import foreign_keys_checked_at_end
from data.errors import ConflictError, InputError
from data.models import Venue, VisitHourly
from data.queries.editions import active_edition_code
from data.services.counting.aggregation import count_days
from data.services.counting.level_locks import own_levels
from data.services.demo.areas import read_demo_areas
from data.services.demo.assessments import DAYS as ASSESSMENT_DAYS
from data.services.demo.assessments import make_submissions, store_assessments
from data.services.demo.checks import store_checks
from data.services.demo.venues import make_venues, store_venues
from data.services.demo.visits import DAYS as VISIT_DAYS
from data.services.demo.visits import make_visits
from data.services.visits.density import release_days
from data.services.visits.visit_store import store_visits

DEFAULT_VENUES: Final = 20_000
DEFAULT_VISITS: Final = 1_000_000
DEFAULT_SEED: Final = 2021
STEPS: Final = 5
ASSESSMENT_TABLES: Final = ("assessment", "assessment_result", "venue_level_span")
DENSITY_TABLES: Final = ("area_density_daily", "area_visit_release")


@dataclass(frozen=True, kw_only=True)
class DemoReport:
    """What was loaded."""

    edition_code: str
    venues: int
    assessments: int
    visits: int


def load_demo(
    sessions: sessionmaker[Session],
    *,
    venues: int = DEFAULT_VENUES,
    visits: int = DEFAULT_VISITS,
    seed: int = DEFAULT_SEED,
    last_day: date,
    progress: Callable[[str], object] | None = None,
) -> DemoReport:
    """Load demo data into the active edition, all or nothing.

    The same seed, day and edition give the same rows, their numbers included.

    Args:
        sessions: Sessions without a statement timeout.
        venues: How many venues.
        visits: How many visits, over the last 21 days.
        seed: Any whole number from 0.
        last_day: The day on which the data ends, usually today.
        progress: Called before each of `STEPS` steps with its title.

    Raises:
        ConflictError: The database holds venues already.
        NotFoundError: No boundary edition is active.
        InputError: A number is out of range.
    """
    if venues < 1 or visits < 0 or seed < 0:
        raise InputError("a demo needs one venue or more, and visits and seed of 0 or more")

    def say(title: str) -> None:
        if progress is not None:
            progress(title)

    def chance(subject: int) -> np.random.Generator:
        # One stream for each subject: another number of visits leaves the venues as they are.
        return np.random.default_rng([seed, last_day.toordinal(), subject])

    with sessions.begin() as session:
        session.execute(text("SET LOCAL synchronous_commit = on"))
        own_levels(session)
        _require_empty(session)
        edition_code = active_edition_code(session)
        say("demo venues")
        areas = read_demo_areas(session, edition_code)
        made = make_venues(chance(1), areas, venues, last_day)
        store_venues(
            session,
            chance(2),
            venues=made,
            areas=areas,
            edition_code=edition_code,
            last_day=last_day,
        )
        say("demo assessments")
        submissions = make_submissions(chance(3), made, areas, last_day)
        with foreign_keys_checked_at_end(session, ASSESSMENT_TABLES):
            assessments = store_assessments(
                session, chance(4), venues=made, submissions=submissions, last_day=last_day
            )
        session.execute(text("ANALYZE assessment, assessment_result, venue_level_span"))
        store_checks(session, chance(6), venues=made, areas=areas, last_day=last_day)
        say("levels of 60 days")
        session.execute(text("ANALYZE venue, venue_area, venue_level_span"))
        first_day = last_day - timedelta(days=ASSESSMENT_DAYS - 1)
        count_days(session, edition_code, first_day, last_day)
        say("demo visits")
        if visits:
            store_visits(session, make_visits(chance(5), made, visits, last_day))
        say("density of 21 days")
        session.execute(text("ANALYZE visit_hourly"))
        days = [last_day - timedelta(days=back) for back in range(VISIT_DAYS)]
        with foreign_keys_checked_at_end(session, DENSITY_TABLES):
            release_days(session, edition_code=edition_code, days=days)
    return DemoReport(
        edition_code=edition_code, venues=venues, assessments=assessments, visits=visits
    )


def is_demo_data(session: Session) -> bool:
    """Whether the database holds demo venues, so that pages can say so."""
    return bool(session.scalar(select(exists().where(Venue.is_demo))))


def _require_empty(session: Session) -> None:
    has_rows = session.scalar(select(exists().select_from(Venue))) or session.scalar(
        select(exists().select_from(VisitHourly))
    )
    if has_rows:
        raise ConflictError(
            "the database already holds venues or visits; demo data is loaded only into an "
            "empty one, so create another database for it"
        )
