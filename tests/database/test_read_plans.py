"""Reads that everybody makes touch few rows, however many venues there are."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, sessionmaker

from assessments.levels import VenueLevel
from data.clock import today
from data.queries.committee import count_work, read_queue, read_reports, read_tasks
from data.queries.levels import read_type_counts
from data.queries.my_venues import count_my_venues, list_my_venues
from data.queries.venue_keys import VenueFilter
from data.queries.venues import list_venue_points, list_venues
from data.scope import scoped_sessions
from data.services.counting.aggregation import ensure_day
from tests.level_data import add_tree
from tests.people import make_account

VENUES = 8_000
PAGE = 20
FILL = text(
    "WITH made AS (INSERT INTO venue (venue_id, venue_type, name, name_ascii, point,"
    " footfall_per_day, opened_on, source) SELECT lpad(n::text, 16, '0'),"
    " (ARRAY['office', 'market', 'hotel'])[1 + n % 3], 'n', 'n ' || n,"
    " ST_SetSRID(ST_MakePoint(105 + n % 200 * 0.001, 21 + n / 200 * 0.001), 4326), 100,"
    " '2020-01-01', 'test' FROM generate_series(1, :venues) AS n RETURNING venue_pk)"
    " INSERT INTO venue_area (venue_pk, edition_code, area_id) SELECT venue_pk, 'e3',"
    " (CAST(:wards AS integer[]))[1 + venue_pk % 3] FROM made"
)
SPANS = text(
    "WITH made AS (INSERT INTO assessment (venue_pk, set_id, set_version, answers, submitted_at,"
    " source) SELECT venue_pk, 'x', '1', '{}', now(), 'test' FROM venue WHERE venue_pk % 2 = 0"
    " RETURNING venue_pk, assessment_pk) INSERT INTO venue_level_span SELECT venue_pk,"
    " :day - venue_pk::integer % 20, :day + 9, (ARRAY['safe', 'unsafe'])[1 + venue_pk % 4 / 2],"
    " 900, 100, assessment_pk FROM made"
)


@pytest.fixture
def many(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """8,000 venues in three wards, half of them with a level of today."""
    with sessions.begin() as session:
        ids = add_tree(session)
        wards = [ids[code] for code in ("00001", "00004", "00006")]
        session.execute(FILL, {"venues": VENUES, "wards": wards})
        session.execute(SPANS, {"day": today()})
        session.execute(text("ANALYZE venue, venue_area, venue_level_span, assessment, area"))
        ensure_day(session, "e3", today())
        session.execute(text("ANALYZE area_type_daily"))
    return sessions


def most_rows(sessions: sessionmaker[Session], read: Callable[[Session], object]) -> float:
    """Rows that the busiest step of any statement of a read gives or throws away."""
    with sessions() as session:
        statements: list[tuple[str, Any]] = []
        connection = session.connection()

        def note(_c: Connection, _k: Any, statement: str, values: Any, *_rest: Any) -> None:
            statements.append((statement, values))

        event.listen(connection, "before_cursor_execute", note)
        try:
            read(session)
        finally:
            event.remove(connection, "before_cursor_execute", note)
        cursor = connection.connection.cursor()
        plans = []
        for statement, values in statements:
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) " + statement, values)
            (found,) = cursor.fetchone()  # type: ignore[misc]
            plans.append((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])
        cursor.close()
    return max(_rows(plan) for plan in plans)


def _rows(plan: dict[str, Any]) -> float:
    thrown = sum(value for name, value in plan.items() if name.startswith("Rows Removed"))
    own = (plan["Actual Rows"] + thrown) * plan["Actual Loops"]
    return float(max([own, *(_rows(part) for part in plan.get("Plans", ()))]))


@pytest.mark.parametrize(
    "wanted",
    [
        VenueFilter(),
        VenueFilter(area_code="01"),
        VenueFilter(area_code="00004"),
        VenueFilter(venue_type="hotel"),
        VenueFilter(area_code="001", venue_type="market", level=VenueLevel.UNSAFE),
        VenueFilter(level=VenueLevel.NOT_ASSESSED),
        VenueFilter(bbox=(105.0, 21.0, 105.003, 21.003)),
    ],
    ids=str,
)
def test_a_page_of_venues_touches_few_rows_wherever_it_lies(
    many: sessionmaker[Session], wanted: VenueFilter
) -> None:
    with many() as session:
        first, last = session.execute(text("SELECT min(venue_pk), max(venue_pk) FROM venue")).one()
    for after in (None, first + (last - first) * 9 // 10):
        assert (
            most_rows(
                many,
                lambda session, after=after: list_venues(  # type: ignore[misc]
                    session,
                    edition_code="e3",
                    day=today(),
                    wanted=wanted,
                    after_pk=after,
                    limit=PAGE,
                ),
            )
            <= 30 * PAGE
        )


def test_points_of_the_map_touch_few_rows(many: sessionmaker[Session]) -> None:
    rows = most_rows(
        many,
        lambda session: list_venue_points(
            session,
            edition_code="e3",
            day=today(),
            wanted=VenueFilter(bbox=(105.0, 21.0, 105.003, 21.003)),
            limit=PAGE,
        ),
    )
    assert rows <= 30 * PAGE


def test_an_owners_list_touches_their_venues_alone(many: sessionmaker[Session]) -> None:
    owner = make_account(many)
    with many.begin() as session:
        session.execute(
            text(
                "INSERT INTO venue_staff (venue_pk, account_pk, role) SELECT venue_pk, :account,"
                " 'owner' FROM venue ORDER BY venue_pk DESC LIMIT 300"
            ),
            {"account": owner.account_pk},
        )
        session.execute(text("ANALYZE venue_staff"))

    def read(session: Session) -> None:
        for folded in ("", "n 1"):
            count_my_venues(session, owner.account_pk, folded=folded)
            list_my_venues(session, owner.account_pk, day=today(), folded=folded, limit=PAGE)

    assert most_rows(scoped_sessions(many, owner), read) <= 30 * PAGE


@pytest.mark.parametrize("is_country", [True, False])
def test_venues_by_type_are_read_from_their_counts(
    many: sessionmaker[Session], is_country: bool
) -> None:
    with many() as session:
        top = session.scalar(text("SELECT area_id FROM area WHERE code = '01'"))
    area_id = None if is_country else top

    def read(session: Session) -> object:
        return read_type_counts(session, "e3", area_id=area_id, day=today())

    with many() as session:
        found = read_type_counts(session, "e3", area_id=area_id, day=today())
    assert sum(one.venues for one in found) == VENUES
    assert most_rows(many, read) <= 30 * PAGE


WORK = (
    text(
        "WITH made AS (INSERT INTO assessment (venue_pk, set_id, set_version, answers,"
        " submitted_at, source) SELECT venue_pk, 'x', '2', '{}', now(), 'test' FROM venue"
        " RETURNING venue_pk, assessment_pk), scored AS (INSERT INTO assessment_result"
        " (assessment_pk, score, safety_tenths, level, set_level, points, valid_until)"
        " SELECT assessment_pk, 90, 900, 'safe', 'safe', '{}', '2099-01-01' FROM made)"
        " INSERT INTO review (review_id, venue_pk, assessment_pk, reason, priority, created_at)"
        " SELECT lpad(venue_pk::text, 16, '0'), venue_pk, assessment_pk, 'random', 5,"
        " now() - venue_pk * interval '1 second' FROM made"
    ),
    text(
        "INSERT INTO venue_report (report_id, venue_pk, reason, state, reported_at)"
        " SELECT lpad(venue_pk::text, 16, '0'), venue_pk, 'unsafe',"
        " (ARRAY['new', 'checked'])[1 + venue_pk % 2], now() - venue_pk * interval '1 second'"
        " FROM venue"
    ),
    text("ANALYZE venue, assessment, assessment_result, review, venue_report, committee_work"),
)
MOVED = 60


@pytest.mark.parametrize("is_ministry", [False, True])
def test_a_committees_lists_touch_what_waits_in_its_own_area(
    many: sessionmaker[Session], is_ministry: bool
) -> None:
    """8,000 reviews and reports wait elsewhere; the ministry's pages do not read them all."""
    with many.begin() as session:
        for statement in WORK:
            session.execute(statement)
        session.execute(
            text(
                "UPDATE venue_area SET area_id = (SELECT area_id FROM area WHERE code = '498')"
                " WHERE venue_pk IN (SELECT venue_pk FROM venue ORDER BY venue_pk LIMIT :moved)"
            ),
            {"moved": MOVED},
        )
    actor = (
        make_account(many, role="ministry")
        if is_ministry
        else make_account(many, role="committee", areas=(("e3", "48"),))
    )

    def read(session: Session) -> None:
        for page in (1, 2):
            read_queue(session, actor, page=page)
            read_queue(session, actor, page=page, venue_type="hotel", reason="random")
            read_reports(session, actor, page=page)
        if not is_ministry:
            read_reports(session, actor, reference="0000-0000")
            read_tasks(session, actor)
            found = count_work(session, actor)
            assert found == {"random": MOVED, "new_report": MOVED // 2}

    assert most_rows(scoped_sessions(many, actor), read) <= 10 * MOVED
