"""The draw of random reviews: a fair number for each submission, and always the same one."""

from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from data.scope import scoped_sessions
from tests.people import make_account

DRAWS = "SELECT array_agg(antoan_review_draw(pk) ORDER BY pk) FROM generate_series(1, 20000) AS pk"


def draws(sessions: sessionmaker[Session]) -> list[float]:
    with sessions() as session:
        return list(session.scalars(text(DRAWS)).one())


def test_every_share_is_drawn_as_often_as_it_says(sessions: sessionmaker[Session]) -> None:
    found = draws(sessions)
    assert all(0 <= one < 1 for one in found)
    assert len(set(found)) == len(found)
    # Five standard errors: a right draw fails once in a million keys.
    for share in (0.05 / 30, 0.05, 0.5, 0.95):
        drawn = sum(one < share for one in found)
        spread = (len(found) * share * (1 - share)) ** 0.5
        assert abs(drawn - len(found) * share) < 5 * spread, share
    neighbours = sum(a < 0.5 and b < 0.5 for a, b in pairwise(found))
    assert abs(neighbours - len(found) / 4) < 5 * (len(found) * 3 / 16) ** 0.5 * 1.5


def test_a_draw_is_the_same_again_and_another_by_another_key(
    sessions: sessionmaker[Session],
) -> None:
    first = draws(sessions)
    assert draws(sessions) == first
    with sessions.begin() as session:
        key = session.scalars(text("SELECT key FROM review_key")).one()
        session.execute(text("UPDATE review_key SET key = sha256(key)"))
    other = draws(sessions)
    both = sum(a < 0.05 and b < 0.05 for a, b in zip(first, other, strict=True))
    assert both < 110  # 50 are expected by chance; with the same key it would be 1,000
    with sessions.begin() as session:
        session.execute(text("UPDATE review_key SET key = :key"), {"key": key})
    assert draws(sessions) == first


def test_nobody_signed_in_reads_the_key(sessions: sessionmaker[Session]) -> None:
    for role in ("owner", "committee", "ministry", "administrator"):
        person = make_account(sessions, role=role)
        with (
            scoped_sessions(sessions, person)() as session,
            pytest.raises(DBAPIError, match="permission denied"),
        ):
            session.execute(text("SELECT key FROM review_key"))
