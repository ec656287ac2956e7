"""An owner with a browser in a small country, for the pages of venues."""

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker

from data.scope import Actor
from tests.level_data import add_area, add_edition
from tests.people import make_account
from tests.venue_pages import Browser, venue_app


@pytest.fixture
def country(sessions: sessionmaker[Session]) -> dict[str, int]:
    """The active edition: a province, a district and two wards side by side."""
    with sessions.begin() as session:
        add_edition(session, "e3", is_active=True)
        ids = {"90": add_area(session, "e3", "90", 1, name="Thành phố Thử")}
        ids["900"] = add_area(session, "e3", "900", 2, parent=ids["90"], name="Quận Giữa")
        for code, name, box in (
            ("90001", "Phường Một", (105.0, 21.0, 105.1, 21.1)),
            ("90004", "Phường Hai", (105.1, 21.0, 105.2, 21.1)),
        ):
            ids[code] = add_area(session, "e3", code, 3, parent=ids["900"], name=name, box=box)
        return ids


@pytest.fixture
def owner(sessions: sessionmaker[Session]) -> Actor:
    return make_account(sessions, name="Trần Thị Chủ")


@pytest.fixture
def app(sessions: sessionmaker[Session]) -> FastAPI:
    return venue_app(sessions)


@pytest.fixture
def browser(
    app: FastAPI, sessions: sessionmaker[Session], owner: Actor, country: dict[str, int]
) -> Browser:
    return Browser(app, sessions, owner)
