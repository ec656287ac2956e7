"""The main job from end to end: country, area, venue, owner's assessment, the area changed."""

import contextlib
import csv
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker
from typer.testing import CliRunner

from dashboard.app import create_app
from dashboard.auth.door import COOKIE, Door
from data.cli import app
from data.clock import VIETNAM, today
from data.models import Venue, VenueStaff
from data.services.accounts.web_sessions import open_web_session
from data.services.boundaries.embedded_edition import load_embedded_edition
from data.services.demo.load import load_demo
from data.services.visits.density import density_days, read_density
from geo.levels import AdminLevel
from tests.api_app import SECRET, site_settings
from tests.browser.visit import DESKTOP, Visit, start_visit
from tests.people import make_account

pytestmark = pytest.mark.browser

EMBEDDED = "vn-approx"
Sessions = sessionmaker[Session]

GOAL = text("""
    SELECT venue.venue_id, venue.name, ST_X(venue.point) AS lon, ST_Y(venue.point) AS lat,
        ARRAY(SELECT above.name FROM area AS above WHERE above.area_id = ANY(area.path)
              ORDER BY cardinality(above.path)) AS areas
    FROM venue
    JOIN venue_area USING (venue_pk)
    JOIN area USING (area_id)
    WHERE venue.venue_type = 'school.primary' AND cardinality(area.path) = 3
        AND (CAST(:wards AS text[]) IS NULL OR area.code = ANY(:wards))
        AND NOT EXISTS (
            SELECT FROM venue_level_span AS span
            WHERE span.venue_pk = venue.venue_pk AND span.last_day >= :today)
        AND NOT EXISTS (
            SELECT FROM venue AS other
            WHERE other.venue_pk <> venue.venue_pk
                AND ST_DWithin(other.point, venue.point, 0.002))
    ORDER BY venue.footfall_per_day DESC, venue.external_id
    LIMIT 1
""")


@dataclass(frozen=True, kw_only=True)
class Goal:
    """The venue to assess, where it lies, and the names of its areas from the top down."""

    venue_id: str
    name: str
    lon: float
    lat: float
    areas: tuple[str, ...]


@pytest.fixture
def site(
    committing_sessions: Sessions,
    database_url: str,
    serve: Callable[[FastAPI], str],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[], str]:
    """Starts the application; the commands work on the same database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("ANTOAN_SECRET_KEY", SECRET)

    def start() -> str:
        address = serve(create_app(site_settings(), committing_sessions))
        monkeypatch.setenv("ANTOAN_PUBLIC_URL", address)
        return address

    return start


def test_journey_on_the_embedded_edition(
    committing_sessions: Sessions, site: Callable[[], str], chromium: Browser
) -> None:
    load_embedded_edition(committing_sessions)
    load_demo(committing_sessions, venues=2_000, visits=100_000, last_day=today())
    with committing_sessions() as session:
        day = density_days(session, EMBEDDED)[-1]
        density = read_density(
            committing_sessions,
            edition_code=EMBEDDED,
            level=AdminLevel.WARD,
            parent_code=None,
            day=day,
        )
        published = zip(density.codes, density.visits, strict=True)
        goal = find_goal(session, wards=[code for code, visits in published if visits])
    walk(chromium, site(), goal, committing_sessions, is_approximate=True)


@pytest.mark.shared
def test_journey_on_the_real_boundary_files(
    committing_sessions: Sessions,
    site: Callable[[], str],
    chromium: Browser,
    shared: Path,
    tmp_path: Path,
) -> None:
    file = str(shared / "boundaries" / "vn_2021-11-01_simplified.gpkg")
    layers = {"province": "provinces", "district": "districts", "ward": "wards"}
    run(
        *("boundaries", "import", "--edition", "vn-2021", "--valid-from", "2021-11-01"),
        *(word for level, name in layers.items() for word in (file, "--level", level)),
        *(word for name in layers.values() for word in ("--layer", name)),
    )
    run("boundaries", "activate", "vn-2021")
    venues = shutil.copy(shared / "real-data" / "venues_hanoi.csv", tmp_path)
    run(
        *("venues", "import", str(venues), "--source", "hanoi", "--id-column", "venue_id"),
        *("--type-column", "category", "--address-column", "address"),
        *("--type-map", "primary_school=school.primary"),
        is_complete=False,
    )
    with committing_sessions() as session:
        goal = find_goal(session)
    run("visits", "import", str(write_visits(tmp_path / "visits.csv", goal.venue_id)))
    walk(chromium, site(), goal, committing_sessions, is_approximate=False)


def run(*arguments: str, is_complete: bool = True) -> str:
    """A command, as typed; imports of dirty files end with 1 and what they rejected."""
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=not is_complete)
    assert result.exit_code == 0 or not is_complete, result.output
    return result.output


def find_goal(session: Session, *, wards: list[str] | None = None) -> Goal:
    """The busiest primary school without a level that stands alone, in one of some wards."""
    row = session.execute(GOAL, {"today": today(), "wards": wards}).one()
    return Goal(
        venue_id=row.venue_id, name=row.name, lon=row.lon, lat=row.lat, areas=tuple(row.areas)
    )


def write_visits(file: Path, venue_id: str) -> Path:
    """Thirty visits to one venue yesterday morning."""
    morning = datetime.combine(today() - timedelta(days=1), datetime.min.time(), VIETNAM)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["venue_id", "entered_at", "left_at", "event_id"])
        for number in range(30):
            entered = morning + timedelta(hours=7, minutes=number)
            left = entered + timedelta(hours=2)
            writer.writerow([venue_id, entered.isoformat(), left.isoformat(), f"v{number}"])
    return file


def walk(
    chromium: Browser, address: str, goal: Goal, sessions: Sessions, *, is_approximate: bool
) -> None:
    """The journey, by clicks on the map; the venue's own place leads through all levels."""
    visit = start_visit(chromium, address, DESKTOP)
    panel = visit.page.locator("#map-panel")
    visit.open()
    visit.title("Việt Nam")
    notes = visit.page.locator("#map-notes")
    if is_approximate:
        expect(notes).to_contain_text("Ranh giới gần đúng")
    else:
        expect(notes).to_be_hidden()
    for name in goal.areas:
        visit.click_map(goal.lon, goal.lat)
        visit.title(name)
    before = counts(visit.page)
    assert before["Chưa đánh giá"] >= 1

    visit.page.locator('[data-layer="density"]').click()
    shown = visit.page.locator("#map-app")
    expect(shown).to_have_attribute("data-shown", re.compile("layer=density"))
    expect(panel.locator(".tile", has_text="check-in/km²")).to_have_text(
        re.compile(r"^[\d.,]+check-in")
    )
    visit.page.locator('[data-layer="safety"]').click()
    expect(shown).to_have_attribute("data-shown", re.compile("layer=safety"))
    open_venue(visit, goal)
    expect(panel.locator(".badge")).to_have_text("Chưa đánh giá")

    assess(sign_in_owner(visit.page, address, sessions, goal), address, goal)

    visit.page.bring_to_front()
    visit.page.locator("#breadcrumb .back-button").click()
    visit.title(goal.areas[-1])
    # What a browser says when its user comes back from another tab.
    visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    safe = panel.locator(".count-list li", has_text="An toàn").first.locator("strong")
    expect(safe).to_have_text(str(before["An toàn"] + 1))
    assert counts(visit.page)["Chưa đánh giá"] == before["Chưa đánh giá"] - 1
    open_venue(visit, goal)
    expect(panel.locator(".badge")).to_have_text("An toàn")
    assert visit.problems == []
    assert visit.strangers() == []
    visit.page.context.close()


def open_venue(visit: Visit, goal: Goal) -> None:
    """Click the venue's point; again where the points were not drawn yet."""
    for _ in range(5):
        visit.click_map(goal.lon, goal.lat)
        with contextlib.suppress(AssertionError):
            expect(visit.page.locator(".panel-title")).to_have_text(goal.name, timeout=8000)
            return
    visit.title(goal.name)


def sign_in_owner(page: Page, address: str, sessions: Sessions, goal: Goal) -> Page:
    """A new page of the same browser, signed in as the owner of the venue."""
    owner = make_account(sessions)
    with sessions.begin() as session:
        venue_pk = session.scalars(
            select(Venue.venue_pk).where(Venue.venue_id == goal.venue_id)
        ).one()
        session.add(VenueStaff(venue_pk=venue_pk, account_pk=owner.account_pk, role="owner"))
    token = open_web_session(sessions, owner.account_pk, role="owner")
    door = Door(sessions=sessions, secret=SECRET, is_https=False)
    page.context.add_cookies([{"name": COOKIE, "value": door.sign(token), "url": address}])
    return page.context.new_page()


def assess(page: Page, address: str, goal: Goal) -> None:
    """The owner answers, step by step, that everything is as it should be, and sends it."""
    page.goto(f"{address}/venue/{goal.venue_id}/assess")
    first = page.locator(".step:not([hidden]) .primary")
    first.click()
    while True:
        for question in page.locator("[data-question]:visible").all():
            question.locator("label", has=page.locator('[value="pass"]')).click()
        is_last = page.locator(".step:not([hidden]) [data-review]").count() > 0
        page.locator(".step:not([hidden]) .primary").click()
        if is_last:
            break
    page.wait_for_url(re.compile("/review"))
    page.locator("[name=true]").check()
    page.locator("#send").click()
    page.wait_for_url(re.compile("/result"))
    expect(page.locator(".result-level")).to_have_text("An toàn")
    page.close()


def counts(page: Page) -> dict[str, int]:
    """Venues by level as the panel says them."""
    rows = page.locator("#map-panel .count-list").first.locator("li")
    expect(rows).to_have_count(4)
    found = [re.fullmatch(r"(\D+)([\d.]+)", row.strip()) for row in rows.all_text_contents()]
    return {match[1]: int(match[2].replace(".", "")) for match in found if match}
