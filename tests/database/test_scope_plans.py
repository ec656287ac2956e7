"""R3: the policies cost no full read: they use an index, and ask once who is there."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from data.models import Venue
from data.scope import Actor, scoped_sessions
from tests.level_data import add_tree
from tests.people import make_account

VENUES = 4000
FILL_VENUES = text(
    "WITH made AS (INSERT INTO venue (venue_id, venue_type, name, name_ascii, footfall_per_day,"
    " opened_on, source) SELECT lpad(n::text, 16, '0'), 'office', 'n', 'n', 100, '2020-01-01',"
    " 'test' FROM generate_series(1, :venues) AS n RETURNING venue_pk)"
    " INSERT INTO venue_area (venue_pk, edition_code, area_id) SELECT venue_pk, 'e3', :ward"
    " FROM made"
)
FILL_ASSESSMENTS = text(
    "INSERT INTO assessment (venue_pk, set_id, set_version, answers, submitted_at, source)"
    " SELECT venue_pk, 'workplace-2194', '1', '{}', now(), 'test' FROM venue"
)
HISTORY = (
    "SELECT assessment.assessment_pk FROM assessment JOIN venue USING (venue_pk)"
    " WHERE venue.venue_id = :venue_id ORDER BY assessment.submitted_at DESC"
)
EXPLAIN = "EXPLAIN (ANALYZE, FORMAT JSON, COSTS OFF, TIMING OFF) "


@pytest.fixture
def actors(sessions: sessionmaker[Session]) -> dict[str, Actor]:
    owner = make_account(sessions)
    with sessions.begin() as session:
        ids = add_tree(session)
        session.execute(FILL_VENUES, {"venues": VENUES, "ward": ids["00001"]})
        session.execute(FILL_ASSESSMENTS)
        session.execute(
            text(
                "INSERT INTO venue_staff (venue_pk, account_pk, role) SELECT venue_pk, :pk, 'owner'"
                " FROM venue WHERE venue_id = lpad('7', 16, '0')"
            ),
            {"pk": owner.account_pk},
        )
        session.execute(text("ANALYZE venue, venue_area, venue_staff, assessment"))
    return {
        "owner": owner,
        "near": make_account(sessions, role="committee", areas=(("e3", "01"),)),
        "far": make_account(sessions, role="committee", areas=(("e3", "48"),)),
    }


def plan(
    sessions: sessionmaker[Session], actor: Actor, statement: str, **values: Any
) -> dict[str, Any]:
    with scoped_sessions(sessions, actor)() as session:
        found = session.execute(text(EXPLAIN + statement), values).scalar_one()
    (whole,) = json.loads(found) if isinstance(found, str) else found
    top: dict[str, Any] = whole["Plan"]
    return top


def nodes(top: dict[str, Any]) -> list[dict[str, Any]]:
    return [top, *(one for part in top.get("Plans", ()) for one in nodes(part))]


@pytest.mark.parametrize(("who", "rows"), [("owner", 1), ("near", 1), ("far", 0)])
def test_a_venues_history_is_read_by_index_and_the_role_asked_once(
    sessions: sessionmaker[Session], actors: dict[str, Actor], who: str, rows: int
) -> None:
    top = plan(sessions, actors[who], HISTORY, venue_id="7".rjust(16, "0"))
    assert top["Actual Rows"] == rows
    scans = [one for one in nodes(top) if one.get("Relation Name") == "assessment"]
    assert [one["Node Type"] for one in scans] == ["Index Scan"]
    assert any(one.get("Parent Relationship") == "InitPlan" for one in nodes(top))
    assert not any(
        one["Node Type"] == "Seq Scan" and one.get("Actual Rows", 0) > VENUES // 10
        for one in nodes(top)
    )


def test_a_query_without_any_filter_shows_only_what_is_theirs(
    sessions: sessionmaker[Session], actors: dict[str, Actor]
) -> None:
    seen = {
        who: plan(sessions, actor, "SELECT assessment_pk FROM assessment ORDER BY 1")["Actual Rows"]
        for who, actor in actors.items()
    }
    assert seen == {"owner": 1, "near": VENUES, "far": 0}
    with sessions() as session:
        assert session.query(Venue).count() == VENUES
