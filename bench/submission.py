"""From a submission to fresh area levels, with 10,000, 100,000 and 1,000,000 venues."""

import statistics
import time
from contextlib import ExitStack
from datetime import timedelta

import numpy as np
from pydantic import SecretStr
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from assessments.criteria import load_criteria_sets
from bench.database import copied_database
from bench.report import Row
from data.clock import now, today
from data.engine import make_engine, make_sessions
from data.services.assessing.submissions import submit
from data.services.counting.aggregation import ensure_day
from data.services.counting.levels import read_levels
from data.settings import DatabaseSettings
from geo.levels import AdminLevel

SIZES = (10_000, 100_000, 1_000_000)
TURNS = 10
SUBMISSIONS_A_TURN = 20
SEED = 20211102


def run(url: str, edition_code: str) -> list[Row]:
    """Median time of one submission and of the fresh reading of its province, by size.

    The three databases are copies of one at three moments, and are measured in
    turn, so that a slow minute of the machine falls on all of them.
    """
    with ExitStack() as stack:
        engines = {}
        source = url
        for size in SIZES:
            source = stack.enter_context(copied_database(source))
            engine = make_engine(
                DatabaseSettings(DATABASE_URL=SecretStr(source)), statement_timeout_ms=0
            )
            fill(engine, edition_code, size)
            engine.dispose()
            engines[size] = engine
        seconds: dict[int, list[float]] = {size: [] for size in SIZES}
        for turn in range(TURNS):
            for size, engine in engines.items():
                seconds[size] += _seconds(engine, edition_code, turn)
        for engine in engines.values():
            engine.dispose()
    medians = {size: statistics.median(taken) for size, taken in seconds.items()}
    smallest = medians[SIZES[0]]
    worst = max(medians.values()) / min(medians.values())
    return [
        Row(
            what="submission to fresh area levels, "
            + " / ".join(f"{size:,}" for size in SIZES)
            + " venues",
            peer="itself: slowest of the three beside the quickest",
            ours=" / ".join(f"{1000 * medians[size]:.1f} ms" for size in SIZES),
            theirs=f"{1000 * smallest:.1f} ms at {SIZES[0]:,}",
            ratio=worst,
            target="≤ 1.5×",
            is_met=worst <= 1.5,
        )
    ]


def fill(engine: Engine, edition_code: str, size: int) -> None:
    """Add venues up to `size`, half of them with a level of today."""
    with engine.begin() as connection:
        present = connection.execute(text("SELECT count(*) FROM venue")).scalar_one()
        facts = {
            "edition": edition_code,
            "first": present + 1,
            "last": size,
            "opened": today() - timedelta(days=90),
        }
        connection.execute(
            text(
                """
                WITH leaf AS (
                    SELECT array_agg(area_id ORDER BY area_id) AS ids
                    FROM area WHERE edition_code = :edition AND is_leaf
                ), made AS (
                    INSERT INTO venue (venue_id, venue_type, name, name_ascii, footfall_per_day,
                                       opened_on, source, external_id)
                    SELECT 'BENCH' || lpad(i::text, 11, '0'),
                           (ARRAY['factory', 'office'])[1 + i % 2], 'Bench ' || i,
                           'bench ' || i, 1 + i % 500, :opened, 'bench', i::text
                    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS i
                    RETURNING venue_pk
                )
                INSERT INTO venue_area (venue_pk, edition_code, area_id)
                SELECT venue_pk, :edition,
                       leaf.ids[1 + (venue_pk * 7919) % array_length(leaf.ids, 1)]
                FROM made, leaf
                """
            ),
            facts,
        )
        connection.execute(text("DELETE FROM level_generation"))
        connection.execute(text("TRUNCATE area_level_daily, area_trust_daily, area_type_daily"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE venue, venue_area, area_level_daily"))
    with Session(engine) as session, session.begin():
        ensure_day(session, edition_code, today())


def _seconds(engine: Engine, edition_code: str, turn: int) -> list[float]:
    sessions = make_sessions(engine)
    rules = load_criteria_sets()["workplace-2194"]
    random = np.random.default_rng((SEED, turn))
    with Session(engine) as session:
        rows = session.execute(
            text(
                "SELECT v.venue_id, top.code FROM venue v JOIN venue_area va USING (venue_pk)"
                " JOIN area a ON a.area_id = va.area_id JOIN area top ON top.area_id = a.path[1]"
                " WHERE v.source = 'bench' AND v.venue_pk % 37 = 0 ORDER BY v.venue_pk"
            )
        ).all()
    chosen = [rows[i] for i in random.choice(len(rows), SUBMISSIONS_A_TURN, replace=False)]
    seconds = []
    for venue_id, province in chosen:
        answers = {item.id: int(random.integers(0, 21)) for item in rules.criteria}
        started = time.perf_counter()
        submit(
            sessions,
            venue_id=venue_id,
            answers=answers,
            submitted_at=now(),
            source="bench",
            set_id=rules.id,  # one set for all, whichever is in force where a venue stands
        )
        read_levels(
            sessions,
            edition_code=edition_code,
            level=AdminLevel.DISTRICT,
            parent_code=province,
            day=today(),
        )
        seconds.append(time.perf_counter() - started)
    return seconds
