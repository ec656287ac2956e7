"""Every page that a person can open, read by axe: the routes are walked, so a new page is read.

Pages that only a form leads to (a code to confirm, the preview of an upload) are read by
the journeys that lead there.
"""

from collections.abc import Callable
from typing import Final

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from dashboard.app import create_app
from dashboard.auth.door import Door
from dashboard.auth.session_cookie import COOKIE
from data.scope import Actor
from data.services.accounts.web_sessions import open_web_session
from tests.api_app import site_settings
from tests.browser.axe import find_problems
from tests.browser.visit import DESKTOP, PHONE
from tests.database.test_audiences import Walked, walk
from tests.private_rows import MARKER, World, make_world

pytestmark = pytest.mark.browser

DOCS: Final = "/api/v1/docs"
NO_PAGES: Final = ("/api/v1/", "/healthz", "/readyz", "/metrics", "/map/", "/_", "/static")
UNFOLD: Final = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
WIDTH: Final = "document.documentElement.scrollWidth - window.innerWidth"
ALL_IMPACTS: Final = ("minor", "moderate", "serious", "critical")
IN_ENGLISH: Final = (
    "/sign-in",
    "/register",
    "/privacy",
    "/verify",
    "/venue",
    "/venue/{venue_id}",
    "/venue/{venue_id}/assess",
    "/venue/{venue_id}/codes",
    "/committee",
    "/committee/reviews/{review_id}",
    DOCS,
)
"""Read a second time: in English, on a desktop."""
AWAY: Final = (
    "403 /screen",
    "403 /venue/claim",
    "404 /committee/evidence/{evidence_id}",
    "404 /set-up",
    "404 /venue/{venue_id}/evidence/{evidence_id}",
)
"""Pages that say that something is not there, read as well: a key is spent, a file is gone.

A new page that cannot be opened with what `tests.private_rows` stores fails here.
"""


class Reader:
    """Windows of one browser, each with its person signed in."""

    def __init__(self, chromium: Browser, app: FastAPI, site: str, world: World) -> None:
        self.chromium, self.site, self.world = chromium, site, world
        self.door: Door = app.state.door
        self.windows: dict[tuple[Actor | None, int], BrowserContext] = {}
        self.pages: dict[tuple[Actor | None, int], Page] = {}
        self.problems: list[str] = []

    def who(self, one: Walked) -> Actor | None:
        """Somebody for whom the page is made."""
        return {"public": None, "committee": self.world.near}.get(one.audience, self.world.owner)

    def window(
        self, actor: Actor | None, size: ViewportSize, sessions: sessionmaker[Session]
    ) -> Page:
        key = (actor, size["width"])
        if key not in self.pages:
            context = self.chromium.new_context(viewport=size, reduced_motion="reduce")
            if actor is not None:
                token = open_web_session(
                    sessions, actor.account_pk, role=actor.role, has_second_factor=True
                )
                context.add_cookies(
                    [{"name": COOKIE, "value": self.door.sign(token), "url": self.site}]
                )
            self.windows[key] = context
            self.pages[key] = context.new_page()
            self.pages[key].on("pageerror", lambda error: self.problems.append(str(error)))
        return self.pages[key]

    def read(self, page: Page, address: str) -> int | None:
        """Looks at a page; gives its status, or None for a file or a way to another page."""
        answer = page.context.request.get(self.site + address, max_redirects=0)
        if answer.status >= 500:
            self.problems.append(f"{address}: {answer.status}")
        if "html" not in answer.headers.get("content-type", "") or answer.status in range(300, 400):
            return None
        page.goto(self.site + address)
        page.evaluate(UNFOLD)
        self.problems += [
            f"{address}: {found}" for found in find_problems(page, impacts=ALL_IMPACTS)
        ]
        wide = page.evaluate(WIDTH)
        if wide > 0:
            self.problems.append(f"{address}: wider than the screen by {wide}")
        return answer.status


@pytest.mark.timeout(300)
def test_every_page_of_the_site_is_accessible_and_fits_a_phone(
    chromium: Browser,
    serve: Callable[[FastAPI], str],
    committing_sessions: sessionmaker[Session],
) -> None:
    world = make_world(committing_sessions)
    with committing_sessions.begin() as session:
        # The marker stands where a page looks for the key of a text.
        session.execute(
            text(
                "UPDATE assessment_result"
                " SET points = CAST(replace(CAST(points AS text), :marker, '') AS jsonb)"
            ),
            {"marker": MARKER},
        )
    app = create_app(site_settings(), committing_sessions)
    reader = Reader(chromium, app, serve(app), world)
    away: list[str] = []
    count = 0
    for one in walk(app):
        if one.method != "GET" or (one.path.startswith(NO_PAGES) and one.path != DOCS):
            continue
        for size, lang in ((PHONE, "vi"), (DESKTOP, "en")):
            if lang == "en" and one.path not in IN_ENGLISH:
                continue
            page = reader.window(reader.who(one), size, committing_sessions)
            address = one.address(world)
            query = "" if one.path == DOCS else f"{'&' if '?' in address else '?'}lang={lang}"
            status = reader.read(page, address + query)
            count += status is not None
            if status not in {None, 200}:
                away.append(f"{status} {one.path}")
    for window in reader.windows.values():
        window.close()
    assert "\n".join(reader.problems) == ""
    assert sorted(set(away)) == sorted(AWAY)
    assert count >= 50
