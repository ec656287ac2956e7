"""A venue with its owner and its committee, for tests of verification."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from data.clock import day_of, now
from data.services.counting.aggregation import aggregate
from tests.town import Town


@pytest.fixture
def town(sessions: sessionmaker[Session]) -> Town:
    return Town(sessions)


@pytest.fixture
def counted_town(town: Town) -> Town:
    aggregate(town.sessions, first_day=day_of(now()), last_day=day_of(now()))
    return town
