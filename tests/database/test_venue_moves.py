"""What earlier days say after a venue moved or closed: visits, panels, lists, later editions."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now, today
from data.models import Venue
from data.queries.levels import read_type_counts
from data.queries.venue_keys import VenueFilter
from data.queries.venues import list_venues, search_venues
from data.scope import Actor
from data.services.boundaries.location import locate_venues
from data.services.counting.aggregation import aggregate, ensure_day
from data.services.venues.venue_life import close_venue, move_venue, reopen_venue
from data.services.venues.venue_registration import VenueDetails, register_venue
from data.sql_files import read_sql
from tests.level_data import add_area, add_edition, counts_of
from tests.people import make_account

DAY = timedelta(days=1)
WEST, EAST = (105.0, 21.0, 105.1, 21.1), (105.1, 21.0, 105.2, 21.1)


@pytest.fixture
def owner(sessions: sessionmaker[Session]) -> Actor:
    return make_account(sessions)


@pytest.fixture
def wards(sessions: sessionmaker[Session]) -> tuple[int, int]:
    with sessions.begin() as session:
        add_edition(session, "e3", is_active=True)
        return (
            add_area(session, "e3", "90001", 3, name="Phường Tây", box=WEST),
            add_area(session, "e3", "90004", 3, name="Phường Đông", box=EAST),
        )


def moved_yesterday(sessions: sessionmaker[Session], owner: Actor) -> str:
    """A venue that stood in the west from three days ago and is in the east since yesterday."""
    details = VenueDetails(
        name="Chợ Dời", venue_type="market", address=None, footfall_per_day=9, capacity=None
    )
    venue_id = register_venue(
        sessions, details, lon=105.05, lat=21.05, actor=owner, at=now() - 3 * DAY
    )
    with sessions.begin() as session:
        move_venue(
            session, venue_id, lon=105.15, lat=21.05, address=None, actor=owner, at=now() - DAY
        )
    return venue_id


def test_visits_and_types_of_earlier_days_stay_where_the_venue_stood(
    sessions: sessionmaker[Session], owner: Actor, wards: tuple[int, int]
) -> None:
    moved_yesterday(sessions, owner)
    with sessions.begin() as session:
        for day in (today() - 2 * DAY, today() - DAY):
            session.execute(
                text(
                    "INSERT INTO visit_hourly (day, venue_pk, hour, visits)"
                    " SELECT :day, venue_pk, 8, 40 FROM venue"
                ),
                {"day": day},
            )
        visits = {
            day: session.execute(
                read_sql("count_visits"), {"day": day, "edition_code": "e3"}
            ).one().area_ids
            for day in (today() - 2 * DAY, today() - DAY)
        }  # fmt: skip
        for day in visits:
            ensure_day(session, "e3", day)
        types = {
            (day, ward): read_type_counts(session, "e3", area_id=ward, day=day)
            for day in visits
            for ward in wards
        }
    west, east = wards
    assert visits == {today() - 2 * DAY: [west], today() - DAY: [east]}
    assert [key for key, found in types.items() if found] == [
        (today() - 2 * DAY, west),
        (today() - DAY, east),
    ]


def test_an_edition_that_is_loaded_later_knows_the_earlier_place(
    sessions: sessionmaker[Session], owner: Actor, wards: tuple[int, int]
) -> None:
    moved_yesterday(sessions, owner)
    with sessions.begin() as session:
        add_edition(session, "later")
        west = add_area(session, "later", "w", 3, box=WEST)
        east = add_area(session, "later", "e", 3, box=EAST)
        locate_venues(session, "later")
    aggregate(sessions, edition_code="later", first_day=today() - 3 * DAY, last_day=today())
    assert {key: row[0] for key, row in counts_of(sessions).items()} == {
        (today() - 3 * DAY, west): 1,
        (today() - 2 * DAY, west): 1,
        (today() - DAY, east): 1,
        (today(), east): 1,
    }


def test_lists_leave_a_venue_out_on_its_closed_days(
    sessions: sessionmaker[Session], owner: Actor, wards: tuple[int, int]
) -> None:
    venue_id = moved_yesterday(sessions, owner)
    with sessions.begin() as session:
        close_venue(session, venue_id, first_day=today() - 2 * DAY, actor=owner)
        reopen_venue(session, venue_id, first_day=today(), actor=owner)
    with sessions() as session:
        open_on = [
            bool(
                list_venues(
                    session,
                    edition_code="e3",
                    day=today() - back * DAY,
                    wanted=VenueFilter(),
                    after_pk=None,
                    limit=5,
                )
            )
            for back in (3, 2, 1, 0)
        ]
        assert session.scalars(select(Venue.closed_on)).one() is None
    assert open_on == [True, False, False, True]


@pytest.mark.parametrize("back", [2, 1, 0])
def test_lists_and_search_find_a_moved_venue_where_it_stood_on_the_day(
    sessions: sessionmaker[Session], owner: Actor, wards: tuple[int, int], back: int
) -> None:
    moved_yesterday(sessions, owner)
    day = today() - back * DAY
    here, elsewhere = ("90001", WEST), ("90004", EAST)
    if back < 2:
        here, elsewhere = elsewhere, here
    with sessions() as session:

        def found(wanted: VenueFilter) -> list[tuple[str | None, float | None]]:
            rows = list_venues(
                session, edition_code="e3", day=day, wanted=wanted, after_pk=None, limit=9
            )
            return [(row.area_code, row.lon) for row in rows]

        there = [(here[0], 105.05 if here[1] is WEST else 105.15)]
        assert found(VenueFilter()) == there
        assert found(VenueFilter(area_code=here[0])) == there
        assert found(VenueFilter(bbox=here[1])) == there
        assert found(VenueFilter(area_code=here[0], bbox=here[1], folded="cho doi")) == there
        assert found(VenueFilter(area_code=elsewhere[0])) == []
        assert found(VenueFilter(bbox=elsewhere[1])) == []
        assert found(VenueFilter(venue_type="school.primary")) == []
        (venue,) = search_venues(session, edition_code="e3", folded="cho doi", day=day, limit=3)
        assert (venue.area_code, venue.lon) == there[0]
        pages = [
            list_venues(
                session,
                edition_code="e3",
                day=day,
                wanted=VenueFilter(area_code=here[0]),
                after_pk=after,
                limit=1,
            )
            for after in (0, 10**9)
        ]
        assert [len(page) for page in pages] == [1, 0]
