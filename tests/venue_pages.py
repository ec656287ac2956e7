"""The pages of venues' staff in an application of their own, without the rest of the site."""

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from dashboard.auth.door import Door
from dashboard.auth.turned_away import TurnedAway, answer_turned_away
from dashboard.pages.context import PageContext
from dashboard.pages.venue.pages import build_router
from dashboard.security import SecurityHeaders
from data.models import Venue, VenueEvent
from data.scope import Actor
from data.services.accounts.messages import make_messenger
from data.settings import LinkSettings
from tests.api_app import site_settings
from tests.people import sign_in

FORM = {
    "name": "Trường Tiểu học Kim Đồng",
    "type": "school.primary",
    "address": "12 Phố Huế, Phường Một, Quận Giữa",
    "point": "21.05000, 105.05000",
    "footfall": "600",
    "do": "register",
}


def venue_app(sessions: sessionmaker[Session]) -> FastAPI:
    """An application with these pages and the site's headers alone."""
    settings = site_settings()
    app = FastAPI()
    app.add_middleware(SecurityHeaders, script_hashes=tuple, is_https=False)
    door = Door(sessions=sessions, secret=settings.secret_key.get_secret_value(), is_https=False)
    app.state.door = door
    app.add_exception_handler(TurnedAway, answer_turned_away)
    links = LinkSettings(secret_key=settings.secret_key, public_url=settings.public_url)
    context = PageContext(
        settings=settings,
        sessions=sessions,
        door=door,
        messenger=make_messenger(sessions, links),
    )
    app.include_router(build_router(context))
    return app


class Browser:
    """A signed-in client that sends forms with their token."""

    def __init__(self, app: FastAPI, sessions: sessionmaker[Session], actor: Actor) -> None:
        self.app = app
        self.client = TestClient(app, follow_redirects=False)
        self.csrf = sign_in(self.client, sessions, actor)

    def get(self, path: str) -> Response:
        answer: Response = self.client.get(path)
        return answer

    def send(self, path: str, fields: dict[str, str]) -> Response:
        answer: Response = self.client.post(path, data={"csrf": self.csrf, **fields})
        return answer


def only_venue(sessions: sessionmaker[Session]) -> Venue:
    """The one venue that there is."""
    with sessions() as session:
        return session.scalars(select(Venue)).one()


def kinds(sessions: sessionmaker[Session]) -> list[str]:
    """What happened to venues, in its order."""
    with sessions() as session:
        return list(session.scalars(select(VenueEvent.kind).order_by(VenueEvent.event_pk)))


def registered(browser: Browser, sessions: sessionmaker[Session]) -> str:
    assert browser.send("/venue/new", FORM).status_code == 303
    return only_venue(sessions).venue_id
