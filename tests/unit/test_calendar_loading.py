"""The calendar of days off is there before the first page that needs it."""

import time

from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from assessments import appeals
from dashboard.app import create_app
from tests.api_app import site_settings

SECONDS = 60


def test_the_site_loads_the_calendar_when_it_starts() -> None:
    appeals._calendar.cache_clear()
    engine = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with TestClient(create_app(site_settings(), sessionmaker(engine))):
        until = time.monotonic() + SECONDS
        while not appeals._calendar.cache_info().currsize and time.monotonic() < until:
            time.sleep(0.02)
        assert appeals._calendar.cache_info().currsize == 1
    engine.dispose()
