"""The API on the small country of `api_data`, shared by the tests of one module."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from data.clock import today
from data.engine import make_sessions
from tests.api_app import api_app
from tests.database.api_data import add_venue, make_country
from tests.emptying import empty_tables

LEVELS = ("safe", "safe", "safe", "at_risk", "unsafe", None)
WARDS = ("00001", "00004", "00037", "26734", "26737")


@dataclass(frozen=True)
class Country:
    client: TestClient
    sessions: sessionmaker[Session]
    day: date

    def get(self, path: str, **query: Any) -> Any:
        """JSON of an answer that must be 200."""
        response = self.client.get(f"/api/v1/{path}", params=query)
        assert response.status_code == 200, response.text
        return response.json()


@contextmanager
def small_country(engine: Engine, **changes: Any) -> Iterator[Country]:
    sessions = make_sessions(engine)
    day = today() - timedelta(days=3)
    make_country(sessions, day=day)
    for number, (ward, level) in enumerate((w, lv) for w in WARDS for lv in LEVELS):
        add_venue(
            sessions, number=number, name=f"Văn phòng số {number}", ward=ward, day=day, level=level
        )
    with TestClient(api_app(sessions, **changes)) as client:
        yield Country(client, sessions, day)
    empty_tables(engine)
