"""One browser window in which persons sign in one after the other, each page looked at."""

import os
from pathlib import Path

from fastapi import FastAPI
from playwright.sync_api import Page

from dashboard.auth.door import Door
from dashboard.auth.session_cookie import COOKIE
from data.scope import Actor
from data.services.accounts.web_sessions import open_web_session
from tests.browser.axe import find_problems
from tests.town import Town

PICTURES = os.environ.get("ANTOAN_TEST_PICTURES", "")


class Visitor:
    """One browser window in which persons sign in one after the other."""

    def __init__(self, page: Page, app: FastAPI, town: Town, name: str, address: str) -> None:
        self.page, self.town, self.name, self.address = page, town, name, address
        self.door: Door = app.state.door

    def become(self, actor: Actor) -> None:
        token = open_web_session(
            self.town.sessions, actor.account_pk, role=actor.role, has_second_factor=True
        )
        self.page.context.clear_cookies()
        self.page.context.add_cookies(
            [{"name": COOKIE, "value": self.door.sign(token), "url": self.address}]
        )

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def look(self, what: str) -> None:
        """Nothing serious for axe, nothing wider than the screen."""
        assert find_problems(self.page) == [], what
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{what} is wider than the screen by {wide}"
        if PICTURES:
            target = Path(PICTURES) / f"{self.name}-{what}.png"
            self.page.screenshot(path=target, full_page=True)
