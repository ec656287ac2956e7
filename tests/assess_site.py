"""The assessment pages alone, with a signed-in owner's browser at a venue."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from typing import Final

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from dashboard.api.problems import install_problem_handlers
from dashboard.auth.door import Door
from dashboard.auth.turned_away import TurnedAway, answer_turned_away
from dashboard.pages.assess.routes import build_router
from dashboard.pages.context import PageContext
from dashboard.static_files import mount_static
from data import clock
from data.models import Assessment, Venue, VenueStaff
from data.scope import Actor
from data.services.accounts.messages import make_messenger
from data.settings import LinkSettings
from tests.api_app import site_settings
from tests.people import make_account, make_venue, sign_in

STEPS: Final = ("before", "during", "after")
FIELDSET: Final = re.compile(r"<fieldset.*?</fieldset>", re.DOTALL)


def assess_app(
    sessions: sessionmaker[Session], *, now: Callable[[], datetime] = clock.now
) -> FastAPI:
    """The pages without the map, which takes a second to build."""
    settings = site_settings()
    secret = settings.secret_key.get_secret_value()
    door = Door(sessions=sessions, secret=secret, is_https=False)
    links = LinkSettings(secret_key=settings.secret_key)
    context = PageContext(
        settings=settings,
        sessions=sessions,
        door=door,
        messenger=make_messenger(sessions, links),
        now=now,
    )
    app = FastAPI()
    app.state.door = door
    app.add_exception_handler(TurnedAway, answer_turned_away)
    install_problem_handlers(app)
    app.include_router(build_router(context))
    mount_static(app)
    return app


def hidden_fields(text: str) -> dict[str, str]:
    """Names and values of hidden fields."""
    return {
        name: unescape(value)
        for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text)
    }


class AssessSite:
    """A signed-in owner's browser at a venue, by default a primary school."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        *,
        venue_type: str = "school.primary",
        area_id: int | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.sessions = sessions
        self.app = assess_app(sessions, now=now)
        self.owner = make_account(sessions, name="Nguyễn An")
        self.venue_id = make_venue(
            sessions,
            owner=self.owner,
            venue_type=venue_type,
            name="Trường <Nguyễn> & Trãi",
            area_id=area_id,
        )
        self.desk = f"/venue/{self.venue_id}"
        self.path = f"{self.desk}/assess"
        self.client, self.csrf = self.browser(self.owner)

    def browser(self, actor: Actor) -> tuple[TestClient, str]:
        """Another browser, signed in; and the token of its forms."""
        client = TestClient(self.app, follow_redirects=False)
        return client, sign_in(client, self.sessions, actor)

    def colleague(self) -> tuple[Actor, TestClient, str]:
        """An editor of the venue with a browser."""
        actor = make_account(self.sessions, name="Trần Bình")
        add_staff(self.sessions, self.venue_id, actor)
        return actor, *self.browser(actor)

    def fields(self, page: Response) -> dict[str, str]:
        """What a browser would send back: hidden fields and chosen answers that are enabled."""
        found = {}
        for fieldset in FIELDSET.findall(page.text):
            if "disabled" in fieldset.split(">")[0]:
                continue
            found |= hidden_fields(fieldset)
            found |= dict(
                re.findall(r'type="radio" name="([^"]+)" value="([^"]+)" checked', fieldset)
            )
        return found | hidden_fields(FIELDSET.sub("", page.text))

    def post(self, page: Response, do: str, **answers: str) -> Response:
        """Sends a step's form; answers are named `a1` for criterion 1."""
        fields = self.fields(page) | {f"a.{key[1:]}": value for key, value in answers.items()}
        return self.client.post(self.path, data=fields | {"do": do})

    def fill(self, answer: str = "pass", **others: str) -> None:
        """Goes through all steps of the school's set as a person does."""
        for step in STEPS:
            page = self.client.get(f"{self.path}?step={step}")
            names = {name for name in self.fields(page) if name.startswith("r.")}
            sent = {f"a{one[2:]}": others.get(f"a{one[2:]}", answer) for one in names}
            assert self.post(page, "next", **sent).status_code == 303

    def review(self, **changes: str) -> Response:
        """Declares the answers true and submits them."""
        page = self.client.get(f"{self.path}/review")
        fields = hidden_fields(page.text) | {"true": "yes", "name": "Nguyễn Văn An"} | changes
        return self.client.post(f"{self.path}/review", data=fields)

    def count(self) -> int:
        """Submissions stored."""
        with self.sessions() as session:
            return session.scalar(select(func.count()).select_from(Assessment)) or 0


def add_staff(sessions: sessionmaker[Session], venue_id: str, actor: Actor) -> None:
    """Makes a person editor of a venue."""
    with sessions.begin() as session:
        venue_pk = session.scalars(select(Venue.venue_pk).where(Venue.venue_id == venue_id)).one()
        session.add(VenueStaff(venue_pk=venue_pk, account_pk=actor.account_pk, role="editor"))
