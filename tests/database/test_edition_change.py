"""A new edition beside venues and counted days: imported, activated, and on the map at once."""

import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from dashboard.api.context import BOUNDARY_RECHECK_SECONDS, EDITION_RECHECK_SECONDS
from data.clock import today
from data.services.boundaries.editions import activate_edition
from data.services.boundaries.location import locate_venues
from data.services.counting.aggregation import aggregate
from geo.levels import AdminLevel
from tests.api_app import api_app
from tests.boundary_data import SOUTH, STEP, WEST, frame, load_files, square, write_levels
from tests.level_data import add_span, add_venue

P, W = AdminLevel.PROVINCE, AdminLevel.WARD
Sessions = sessionmaker[Session]
DAYS = 3

# Column and row of the made-up grid: six in ward 00001, six in 00002, one in the island district.
PLACES = [(0.5, 0.5)] * 6 + [(1.5, 0.5)] * 6 + [(3.5, 0.5)]
LEVELS = ["safe"] * 6 + ["unsafe"] * 6 + ["safe"]


@pytest.fixture
def country(committing_sessions: Sessions, tmp_path: Path) -> Iterator[tuple[Sessions, TestClient]]:
    """Venues with levels, counted on the old edition of three levels, and the API upon it."""
    sessions = committing_sessions
    load_files(
        sessions,
        [(path, level) for level, path in write_levels(tmp_path).items()],
        edition="old",
    )
    day = today()
    with sessions.begin() as session:
        for (column, row), level in zip(PLACES, LEVELS, strict=True):
            venue_pk, _ = add_venue(session, opened_on=day - timedelta(days=100))
            session.execute(
                text(
                    "UPDATE venue SET point = ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)"
                    " WHERE venue_pk = :venue"
                ),
                {"lon": WEST + column * STEP, "lat": SOUTH + row * STEP, "venue": venue_pk},
            )
            add_span(session, venue_pk, day - timedelta(days=DAYS), day + timedelta(days=30), level)
        locate_venues(session, "old")
    aggregate(sessions, first_day=day - timedelta(days=DAYS), last_day=day)
    with TestClient(api_app(sessions)) as client:
        yield sessions, client


def import_new(sessions: Sessions, folder: Path) -> None:
    """Provinces and wards only: one ward where 00001 and 00002 were, one of all the rest."""
    provinces, wards = folder / "new_p.gpkg", folder / "new_w.gpkg"
    frame([("01", "Tỉnh Một", "VN", square(0, 0, wide=4, high=2))]).to_file(provinces)
    frame(
        [
            ("10001", "Phường Một Hai", "01", square(0, 0, wide=2)),
            ("10002", "Xã Ba Bốn", "01", square(0, 1, wide=2)),
            ("10003", "Đặc khu Đảo", "01", square(2, 0, wide=2, high=2)),
        ]
    ).to_file(wards)
    report = load_files(sessions, [(provinces, P), (wards, W)], edition="new")
    assert report.located is not None
    assert report.located.located == len(PLACES)
    assert not report.is_active


def wait_for_recheck() -> None:
    """Until no process believes what it knew of editions and their files before."""
    time.sleep(max(EDITION_RECHECK_SECONDS, BOUNDARY_RECHECK_SECONDS) + 0.05)


def venues_of(client: TestClient, **query: str) -> dict[str, tuple[int, int, int]]:
    answer = client.get("/api/v1/levels", params={"level": "ward", **query})
    assert answer.status_code == 200, answer.text
    return {
        item["code"]: (item["venues"], item["safe"], item["unsafe"])
        for item in answer.json()["items"]
    }


def test_its_map_shows_the_levels_at_once(
    country: tuple[Sessions, TestClient], tmp_path: Path
) -> None:
    sessions, client = country
    old = venues_of(client)
    assert old["00001"] == (6, 6, 0)
    assert old["003"] == (1, 1, 0)
    import_new(sessions, tmp_path)
    # The other edition stays the one shown, and its counts as they were.
    assert venues_of(client) == old
    with sessions.begin() as session:
        activate_edition(session, "new")
    wait_for_recheck()
    new = {"10001": (12, 6, 6), "10002": (0, 0, 0), "10003": (1, 1, 0)}
    assert venues_of(client) == new
    for back in range(DAYS + 1):
        day: date = today() - timedelta(days=back)
        assert venues_of(client, day=day.isoformat()) == new
    # What the map reads: one letter for each feature of the file that the answer names.
    compact = client.get(
        "/api/v1/levels", params={"level": "ward", "parent": "01", "form": "compact"}
    ).json()
    assert compact["edition"] == "new"
    file = client.get(compact["boundary"])
    assert file.status_code == 200
    assert [feature["id"] for feature in file.json()["features"]] == sorted(new)
    assert compact["classes"][0] != "n"
    days = client.get("/api/v1/days").json()
    assert days["edition"] == "new"
    assert days["safety"]["first"] == (today() - timedelta(days=DAYS)).isoformat()
    # Who asks for the old edition still gets it.
    assert venues_of(client, edition="old") == old


def test_shapes_of_the_shown_edition_may_change_under_the_counts(
    country: tuple[Sessions, TestClient], tmp_path: Path
) -> None:
    sessions, client = country
    assert venues_of(client)["00001"] == (6, 6, 0)
    path = tmp_path / "moved.gpkg"
    frame(
        [
            ("00001", "Phường Một", "001", square(1, 0)),
            ("00002", "Phường Hai", "001", square(0, 0)),
            ("00003", "Xã Minh Quán", "002", square(0, 1)),
            ("00004", "Xã Minh Quân", "002", square(1, 1)),
        ]
    ).to_file(path)
    load_files(sessions, [(path, W)], edition="old")
    wait_for_recheck()
    found = venues_of(client)
    assert (found["00001"], found["00002"]) == ((6, 0, 6), (6, 6, 0))
