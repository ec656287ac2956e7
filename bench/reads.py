"""Reads of pages and panels with 1,000,000 venues, each beside the plain way to read the same."""

import statistics
import time
from collections.abc import Callable

from pydantic import SecretStr
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from bench.committee_reads import committee_reads
from bench.database import copied_database
from bench.report import Row
from bench.submission import fill
from data.clock import today
from data.engine import make_engine, make_sessions
from data.models import Account, AccountArea
from data.queries.area_trust import read_area_trust
from data.queries.levels import read_type_counts
from data.queries.my_venues import list_my_venues
from data.queries.venue_keys import VenueFilter
from data.queries.venues import list_venues
from data.scope import Actor, Role, scoped_sessions
from data.services.counting.aggregation import count_days
from data.settings import DatabaseSettings
from data.sql_files import read_sql

VENUES = 1_000_000
OWNED = 10_000
TURNS = 9
PLAIN_TURNS = 3
PAGE = 26
FILL_LEVELS = """
WITH made AS (
    INSERT INTO assessment (venue_pk, set_id, set_version, answers, submitted_at, source)
    SELECT venue_pk, 'workplace-2194', '1', '{}', now(), 'bench'
    FROM venue WHERE venue_pk % 2 = 0
    RETURNING venue_pk, assessment_pk
), scored AS (
    INSERT INTO assessment_result
        (assessment_pk, score, safety_tenths, level, set_level, points, valid_until)
    SELECT assessment_pk, 90, 900, 'safe', 'safe', '{}', :day FROM made
), waiting AS (
    INSERT INTO review (review_id, venue_pk, assessment_pk, reason, priority)
    SELECT 'BENCH' || lpad(venue_pk::text, 11, '0'), venue_pk, assessment_pk, 'random', 5
    FROM made WHERE venue_pk % 50 = 0
), reported AS (
    INSERT INTO venue_report (report_id, venue_pk, reason)
    SELECT 'BENCH' || lpad(venue_pk::text, 11, '0'), venue_pk, 'unsafe'
    FROM made WHERE venue_pk % 50 = 2
), checked AS (
    INSERT INTO venue_trust_span
    SELECT venue_pk, :day, :day, 'inspected' FROM made WHERE venue_pk % 14 = 0
)
INSERT INTO venue_level_span
SELECT venue_pk, :day, :day, 'safe', 900, 100, assessment_pk FROM made
"""
PLAIN_TRUST = """
SELECT area.path[1] AS area_id,
       count(*) FILTER (WHERE level.venue_pk IS NOT NULL) AS assessed,
       count(*) FILTER (WHERE trust.trust = 'inspected') AS inspected
FROM venue
JOIN venue_area AS place ON place.venue_pk = venue.venue_pk
JOIN area ON area.area_id = place.area_id AND area.edition_code = :edition
LEFT JOIN venue_level_span AS level
  ON level.venue_pk = venue.venue_pk AND :day BETWEEN level.first_day AND level.last_day
LEFT JOIN venue_trust_span AS trust
  ON trust.venue_pk = venue.venue_pk AND :day BETWEEN trust.first_day AND trust.last_day
WHERE venue.opened_on <= :day AND (venue.closed_on IS NULL OR venue.closed_on > :day)
GROUP BY area.path[1]
ORDER BY 1
"""
PLAIN_PAGE = """
SELECT venue.venue_id, venue.name, area.code, level.level
FROM venue
LEFT JOIN venue_area AS place
  ON place.venue_pk = venue.venue_pk AND place.edition_code = :edition
LEFT JOIN area ON area.area_id = place.area_id
LEFT JOIN venue_level_span AS level
  ON level.venue_pk = venue.venue_pk AND :day BETWEEN level.first_day AND level.last_day
ORDER BY venue.venue_pk
LIMIT 26 OFFSET 900000
"""


def run(url: str, edition_code: str) -> list[Row]:
    """Median milliseconds of each read, and of its plain twin on the same tables."""
    with copied_database(url) as copied:
        engine = make_engine(
            DatabaseSettings(DATABASE_URL=SecretStr(copied)), statement_timeout_ms=0
        )
        fill(engine, edition_code, VENUES)
        _add_levels(engine, edition_code)
        rows = _measure(engine, edition_code)
        engine.dispose()
        return rows


def _add_levels(engine: Engine, edition_code: str) -> None:
    day = today()
    with engine.begin() as connection:
        connection.execute(text(FILL_LEVELS), {"day": day})
        connection.execute(text("UPDATE venue SET first_assessed_on = :day"
                                " WHERE venue_pk % 2 = 0"), {"day": day})  # fmt: skip
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    with Session(engine) as session, session.begin():
        count_days(session, edition_code, day, day)


def _measure(engine: Engine, edition_code: str) -> list[Row]:
    sessions = make_sessions(engine)
    day = today()
    facts = {"edition": edition_code, "day": day}
    with sessions() as session:
        tops = session.execute(
            text("SELECT area_id, code FROM area WHERE edition_code = :edition"
                 " AND parent_id IS NULL ORDER BY code"), facts
        ).all()  # fmt: skip
        leaves = session.scalars(
            text("SELECT area_id FROM area WHERE edition_code = :edition AND is_leaf"), facts
        ).all()
        last = session.scalar(text("SELECT max(venue_pk) FROM venue")) or 0
    owner, small = _person(sessions, "owner"), _person(sessions, "owner")
    committee = _person(sessions, "committee", area=(edition_code, tops[0].code, tops[0].area_id))
    _give(sessions, owner, OWNED)
    _give(sessions, small, 1)
    mine, alone = (scoped_sessions(sessions, one) for one in (owner, small))

    def types(session: Session) -> object:
        return read_type_counts(session, edition_code, area_id=None, day=day)

    def trust(session: Session) -> object:
        codes = [one.code for one in tops]
        return read_area_trust(session, edition_code=edition_code, codes=codes, day=day)

    def late_page(session: Session) -> object:
        return list_venues(
            session,
            edition_code=edition_code,
            day=day,
            wanted=VenueFilter(),
            after_pk=last - VENUES // 10,
            limit=PAGE,
        )

    def plainly(statement: str, **values: object) -> Callable[[Session], object]:
        return lambda session: session.execute(text(statement), {**facts, **values}).all()

    return [
        _row(
            "venues by type in the whole country",
            "counting the venues themselves",
            _ms(sessions, types),
            _ms(
                sessions,
                lambda session: session.execute(
                    read_sql("read_venue_types"), {"area_ids": list(leaves), "day": day}
                ).all(),
                turns=PLAIN_TURNS,
            ),
            at_most=1 / 20,
        ),
        _row(
            "trust of all provinces",
            "counting the venues themselves, without agreement and decisions",
            _ms(sessions, trust),
            _ms(sessions, plainly(PLAIN_TRUST), turns=PLAIN_TURNS),
            at_most=1 / 20,
        ),
        _row(
            "a page of venues after the 900,000th",
            "the same page by OFFSET",
            _ms(sessions, late_page),
            _ms(sessions, plainly(PLAIN_PAGE), turns=PLAIN_TURNS),
            at_most=1 / 5,
        ),
        _row(
            f"venues of an owner of {OWNED:,}, first page",
            "the same of an owner of one",
            _ms(mine, lambda session: list_my_venues(
                session, owner.account_pk, day=day, limit=PAGE)),
            _ms(alone, lambda session: list_my_venues(
                session, small.account_pk, day=day, limit=PAGE)),
            at_most=5,
        ),
        *(
            _row(what, peer, ours, theirs, at_most=at_most)
            for what, peer, ours, theirs, at_most in committee_reads(sessions, committee, _ms)
        ),
    ]  # fmt: skip


def _row(what: str, peer: str, ours: float, theirs: float, *, at_most: float) -> Row:
    ratio = ours / theirs
    limit = f"{at_most:.0f}×" if at_most >= 1 else f"1/{1 / at_most:.0f}"
    return Row(
        what=f"{what}, {VENUES:,} venues",
        peer=peer,
        ours=f"{ours:.1f} ms",
        theirs=f"{theirs:.1f} ms",
        ratio=ratio,
        target=f"≤ {limit}",
        is_met=ratio <= at_most,
    )


def _ms(
    sessions: sessionmaker[Session], read: Callable[[Session], object], *, turns: int = TURNS
) -> float:
    taken = []
    for _ in range(turns + 1):
        with sessions() as session:
            session.connection()
            started = time.perf_counter()
            read(session)
            taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken[1:])  # the first warms up


def _person(
    sessions: sessionmaker[Session], role: Role, *, area: tuple[str, str, int] | None = None
) -> Actor:
    with sessions.begin() as session:
        number = session.scalar(text("SELECT count(*) FROM account"))
        account = Account(
            account_id=f"BENCH{number:011}",
            role=role,
            name="Bench",
            email=f"bench{number}@example.invalid",
        )
        session.add(account)
        session.flush()
        if area is not None:
            session.add(
                AccountArea(account_pk=account.account_pk, edition_code=area[0], area_code=area[1])
            )
        return Actor(
            account_pk=account.account_pk,
            account_id=account.account_id,
            role=role,
            area_ids=() if area is None else (area[2],),
        )


def _give(sessions: sessionmaker[Session], owner: Actor, venues: int) -> None:
    with sessions.begin() as session:
        session.execute(
            text(
                "INSERT INTO venue_staff (venue_pk, account_pk, role) SELECT venue_pk, :account,"
                " 'owner' FROM venue WHERE venue_pk % 97 = 0 ORDER BY venue_pk LIMIT :venues"
            ),
            {"account": owner.account_pk, "venues": venues},
        )
        session.execute(text("ANALYZE venue_staff"))
