"""What must never happen: leaks, injections, stale levels, answers for other people's keys."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import load_criteria_sets
from data.clock import now, today
from data.engine import make_sessions
from data.models import Account, Venue, VenueStaff
from data.queries.venue_keys import VenueFilter
from data.queries.venues import list_venues, search_venues
from data.services.accounts.api_keys import (
    PREFIX,
    find_key_holder,
    list_api_keys,
    make_api_key,
    revoke_api_key,
)
from data.services.accounts.user_accounts import disable_user
from data.services.assessing.submissions import submit
from tests.api_app import api_app
from tests.database.api_country import Country, small_country
from tests.database.api_data import EDITION
from tests.people import make_account

HOSTILE = (
    "'",
    '"',
    "' OR '1'='1",
    "'; DROP TABLE venue; --",
    "1; SELECT pg_sleep(5)",
    "' UNION SELECT answers FROM assessment --",
    "ba' AND (SELECT 1 FROM pg_user LIMIT 1)=1 --",
    "\\",
    "%' ESCAPE '",
    "%",
    "_",
    "%s%(name)s:name",
    ":edition_code",
    "$1",
    "\u0000",
    "𝕏",
    "-1",
    "1e999",
    "NaN",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "9" * 60,
    "é" * 99,
)
FILTERS = (
    ("areas", ("edition", "level", "parent", "q", "cursor", "limit")),
    ("levels", ("edition", "level", "parent", "day", "form")),
    ("density", ("edition", "level", "parent", "day", "hour", "form")),
    ("boundaries", ("edition", "level", "parent")),
    ("days", ("edition",)),
    (
        "venues",
        ("edition", "area", "type", "level", "q", "bbox", "day", "cursor", "limit", "form"),
    ),
    ("search", ("q", "edition", "day", "limit")),
)
INNER_WORDS = re.compile(
    r"psycopg|sqlalchemy|Traceback|SELECT |syntax error|relation |column |File \"", re.IGNORECASE
)


@pytest.fixture(scope="module")
def country(engine: Engine) -> Iterator[Country]:
    with small_country(engine) as made:
        yield made


def test_half_a_surrogate_pair_in_a_body_is_refused_and_named(country: Country) -> None:
    answer = country.client.post(
        "/api/v1/criteria/school-1467/score",
        content=b'{"answers": {"\\ud800": "\\udfff"}}',
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["name"] == "answers.?"


@pytest.mark.parametrize(
    ("path", "name"), [(path, name) for path, names in FILTERS for name in names]
)
def test_no_filter_can_be_broken_out_of(country: Country, path: str, name: str) -> None:
    needed = {"q": "ba"} if path == "search" else {}
    if path in ("levels", "density", "boundaries"):
        needed = {"level": "ward"}
    for value in HOSTILE:
        response = country.client.get(f"/api/v1/{path}", params={**needed, name: value})
        assert response.status_code in (200, 404, 422), (name, value, response.text)
        if response.status_code != 200:
            assert response.headers["content-type"] == "application/problem+json"
        assert not INNER_WORDS.search(response.text.replace(value, "")), response.text
        if response.status_code == 200 and path == "venues" and name == "q":
            # Nothing of this stands in any name: a filter that lets rows through is broken.
            assert response.json()["items"] == []
    with country.sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM venue")) == 30


@pytest.mark.parametrize("value", HOSTILE)
def test_no_path_can_be_broken_out_of(country: Country, value: str) -> None:
    from urllib.parse import quote

    for path in (
        f"areas/{quote(value, safe='')}",
        f"areas/{quote(value, safe='')}/summary",
        f"venues/{quote(value, safe='')}",
        f"criteria/{quote(value, safe='')}",
        f"boundaries/{quote(value, safe='')}/ward/all.0000abcd.geojson",
        f"boundaries/{EDITION}/{quote(value, safe='')}/all.0000abcd.geojson",
        f"boundaries/{EDITION}/ward/{quote(value, safe='')}.0000abcd.geojson",
    ):
        response = country.client.get(f"/api/v1/{path}")
        assert response.status_code in (404, 422), (path, response.text)
        assert not INNER_WORDS.search(response.text.replace(value, ""))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"answers": []}',
        b'{"answers": {"1": {"a": 1}}}',
        b'{"answers": {"1": 1e400}}',
        b'{"answers": {"1": 99999999999999999999999}}',
        b'{"answers": {}, "more": 1}',
        b'{"answers": {"\\u0000": "\\u0000"}}',
        b'{"answers": {"\xff": 1}}',
        b"[" * 100_000,
    ],
)
def test_hostile_bodies_are_problems(country: Country, body: bytes) -> None:
    response = country.client.post(
        "/api/v1/criteria/school-1467/score",
        content=body,
        headers={"content-type": "application/json"},
    )
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert not INNER_WORDS.search(response.text)


def best_answers(set_id: str) -> dict[str, Any]:
    found = load_criteria_sets()[set_id]
    low = found.rule.is_lower_safer
    return {
        one.id: "pass" if one.answer == "pass_fail" else (0 if low else one.max_points)
        for one in found.criteria
    }


def send(country: Country, venue_id: str, key: str | None, **body: Any) -> Any:
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    return country.client.post(
        f"/api/v1/venues/{venue_id}/assessments",
        json={"answers": best_answers("workplace-2194"), **body},
        headers=headers,
    )


def key_for(country: Country, *venue_ids: str) -> str:
    """An API key of a new account that holds the venues."""
    owner = make_account(country.sessions)
    with country.sessions.begin() as session:
        session.add_all(
            VenueStaff(
                venue_pk=session.scalars(select(Venue.venue_pk).where(Venue.venue_id == one)).one(),
                account_pk=owner.account_pk,
                role="editor",
            )
            for one in venue_ids
        )
    return make_api_key(country.sessions, owner.account_pk, "shop software")


def test_only_a_key_of_this_venue_opens_a_submission(country: Country) -> None:
    mine, other = "0000000000000005", "0000000000000004"
    assert send(country, mine, None).status_code == 401
    assert send(country, mine, "nonsense").status_code == 403
    assert send(country, mine, PREFIX + "A" * 43).status_code == 403
    key = key_for(country, other)
    refused = send(country, mine, key)
    assert refused.status_code == 403
    assert refused.json()["type"] == "/problems/owner-key-refused"
    assert send(country, "0" * 15 + "Z", key).json() == refused.json()
    assert country.get(f"venues/{mine}")["level"] == "not_assessed"


def test_a_revoked_key_and_one_of_a_disabled_account_open_nothing(country: Country) -> None:
    mine = "0000000000000005"
    key = key_for(country, mine)
    holder = find_key_holder(country.sessions, key)
    assert holder is not None
    (stored,) = list_api_keys(country.sessions, holder.account_pk)
    assert stored.last_used_at is not None
    assert not revoke_api_key(country.sessions, holder.account_pk + 1, stored.api_key_pk)
    assert revoke_api_key(country.sessions, holder.account_pk, stored.api_key_pk)
    assert send(country, mine, key).status_code == 403
    other = key_for(country, mine)
    account = find_key_holder(country.sessions, other)
    assert account is not None
    disable_user(country.sessions, Account.account_pk == account.account_pk)
    assert send(country, mine, other).status_code == 403


def test_a_preview_says_what_is_missing_and_stores_nothing(country: Country) -> None:
    response = country.client.post("/api/v1/criteria/workplace-2194/score", json={"answers": {}})
    assert response.status_code == 200
    assert response.json()["missing"]
    assert response.json()["result"] is None
    full = country.client.post(
        "/api/v1/criteria/workplace-2194/score",
        json={"answers": best_answers("workplace-2194")},
    ).json()
    assert full["missing"] == []
    assert full["result"]["level"] == "safe"
    wrong = country.client.post(
        "/api/v1/criteria/workplace-2194/score", json={"answers": {"no-such": 1}}
    )
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["name"] == "answers.no-such"


def wait_for_count(country: Country, address: str, count: int) -> None:
    """The public answer shows the count within a second."""
    done = threading.Event()
    limit = threading.Timer(1.0, done.set)
    limit.start()
    try:
        while not done.is_set():
            items = country.client.get(address).json()["items"]
            if next(one for one in items if one["code"] == "00001")["assessed"] == count:
                return
    finally:
        limit.cancel()
    pytest.fail("the levels were still old after a second")


def test_a_submission_is_on_the_map_within_a_second(country: Country) -> None:
    address = "/api/v1/levels?level=ward&parent=001"
    wait_for_count(country, address, 5)
    venue = "0000000000000005"
    key = key_for(country, venue)
    stored = send(country, venue, key, submission_key="first-one")
    assert stored.status_code == 201, stored.text
    assert stored.json()["level"] == "safe"
    wait_for_count(country, address, 6)
    again = send(country, venue, key, submission_key="first-one")
    assert again.status_code == 200
    assert again.json()["is_new"] is False


def test_a_submission_by_another_process_is_seen_too(country: Country) -> None:
    address = "/api/v1/levels?level=ward&parent=001"
    before = country.client.get(address).headers["etag"]
    submit(
        country.sessions,
        venue_id="0000000000000003",
        answers=best_answers("workplace-2194"),
        submitted_at=now(),
        source="test",
    )
    done = threading.Event()
    limit = threading.Timer(1.0, done.set)
    limit.start()
    while not done.is_set() and country.client.get(address).headers["etag"] == before:
        pass
    limit.cancel()
    assert not done.is_set()


def release(engine: Engine, day: Any, visits: dict[str, list[int | None]], k: int) -> None:
    with engine.begin() as connection:
        for code, row in visits.items():
            connection.execute(
                text(
                    "INSERT INTO area_density_daily (day, area_id, visits) SELECT :day, area_id, "
                    "CAST(:visits AS integer[]) FROM area WHERE code = :code"
                ),
                {"day": day, "visits": row, "code": code},
            )
        connection.execute(
            text("INSERT INTO density_generation VALUES (:edition, :day, 1, :k)"),
            {"edition": EDITION, "day": day, "k": k},
        )


def test_density_shows_no_small_count_and_no_trace_of_one(country: Country, engine: Engine) -> None:
    day = today() - timedelta(days=2)
    rows: dict[str, list[int | None]] = {
        "00001": [*[0] * 8, 40, *[0] * 15, 40],
        "00004": [*[0] * 8, None, *[0] * 15, None],
        "00037": [*[0] * 8, None, *[0] * 15, None],
    }
    release(engine, day, rows, 10)
    for hour in (None, *range(24)):
        query = {"level": "ward", "parent": "01", "day": day} | (
            {} if hour is None else {"hour": hour}
        )
        answer = country.get("density", **query)
        assert answer["suppress_below"] == 10
        for item in answer["items"]:
            assert item["visits"] is None or item["visits"] == 0 or item["visits"] >= 10
            assert not item["suppressed"] or (item["visits"], item["per_km2"]) == (None, None)
        compact = country.get("density", form="compact", **query)
        codes = [one["id"] for one in country.client.get(compact["boundary"]).json()["features"]]
        signs = dict(zip(codes, compact["classes"], strict=True))
        for item in answer["items"]:
            assert (signs[item["code"]] == "x") == item["suppressed"]
    assert country.get("days")["density"] == [str(day)]


def test_an_outage_is_a_503_without_a_word_of_the_database() -> None:
    def fail() -> Session:
        raise OperationalError("SELECT secret", {}, Exception("password=hunter2"))

    client = TestClient(
        api_app(sessionmaker[Session](class_=type("Down", (Session,), {"__init__": fail_init})))
    )
    response = client.get("/api/v1/levels?level=ward")
    assert response.status_code == 503
    assert response.json()["type"] == "/problems/unavailable"
    assert "hunter2" not in response.text
    assert "SELECT" not in response.text
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def fail_init(*_args: object, **_values: object) -> None:
    raise OperationalError("SELECT secret", {}, Exception("password=hunter2"))


@pytest.fixture(scope="module")
def many_venues(engine: Engine, country: Country) -> Iterator[sessionmaker[Session]]:
    """20,000 more venues in one ward of the small country."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO venue (venue_id, venue_type, name, name_ascii, point,"
                " footfall_per_day, opened_on, source, external_id)"
                " SELECT 'M' || n, 'cafe', 'Quán ' || n, 'quan ' || n,"
                " ST_SetSRID(ST_MakePoint(102 + n % 100 * 0.07, 8 + n / 100 * 0.07), 4326),"
                " 10, DATE '2020-01-01', 'many', n::text FROM generate_series(1, 20000) AS n"
            )
        )
        connection.execute(
            text(
                "INSERT INTO venue_area (venue_pk, edition_code, area_id) SELECT venue_pk, :e,"
                " (SELECT area_id FROM area WHERE code = '26734') FROM venue"
                " WHERE source = 'many'"
            ),
            {"e": EDITION},
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE venue, venue_area"))
    yield make_sessions(engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM venue WHERE source = 'many'"))


def plans(sessions: sessionmaker[Session], engine: Engine, work: Any) -> str:
    """EXPLAIN of every statement that `work` runs, one after the other."""
    from sqlalchemy import event

    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        with sessions() as session:
            work(session)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    found = []
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        for statement, parameters in statements:
            cursor.execute("EXPLAIN " + statement, parameters)
            found += [row[0] for row in cursor.fetchall()]
        cursor.close()
    finally:
        raw.close()
    return "\n".join(found)


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (VenueFilter(area_code="00001"), "ix_venue_area_area_id"),
        (VenueFilter(folded="quan 19999"), "ix_venue_name_ascii"),
        (VenueFilter(bbox=(105.8, 21.0, 105.81, 21.01)), "ix_venue_point"),
        (VenueFilter(venue_type="office"), "ix_venue_venue_type_venue_pk"),
    ],
)
def test_filters_use_their_index(
    many_venues: sessionmaker[Session], engine: Engine, wanted: VenueFilter, index: str
) -> None:
    plan = plans(
        many_venues,
        engine,
        lambda session: list_venues(
            session, edition_code=EDITION, day=today(), wanted=wanted, after_pk=None, limit=101
        ),
    )
    assert index in plan
    assert "Seq Scan on venue\n" not in plan


def test_search_uses_the_ordered_and_the_trigram_index(
    many_venues: sessionmaker[Session], engine: Engine
) -> None:
    plan = plans(
        many_venues,
        engine,
        lambda session: search_venues(
            session, edition_code=EDITION, folded="an 1999", day=today(), limit=10
        ),
    )
    assert "ix_venue_name_ascii_venue_pk" in plan
    assert re.search(r"ix_venue_name_ascii\b(?!_venue_pk)", plan)
    assert "Seq Scan on venue" not in plan.replace("Seq Scan on venue_", "")
