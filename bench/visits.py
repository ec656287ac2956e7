"""Importing a million visits, durable and rolled up, beside `COPY` of the same file as it is."""

import tempfile
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
from psycopg.sql import SQL, Identifier
from sqlalchemy import Engine, text

from bench.report import Row
from data.clock import today
from data.copying import driver_connection
from data.engine import make_sessions
from data.services.visits.visit_store import partition_name
from data.services.visits.visits_import import import_visits

VISITS = 1_000_000
VENUES = 20_000
DAYS = 20
SEED = 20211202


def run(engine: Engine) -> list[Row]:
    """Rows per second of an import of finished days, and of bare COPY in the same run."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visits.csv"
        _write(engine, path)
        theirs = min(_copy_seconds(engine, path) for _ in range(2))
        ours = min(_import_seconds(engine, path) for _ in range(2))
    ratio = theirs / ours
    return [
        Row(
            what=f"import of {VISITS:,} visits of {DAYS} days, durable and rolled up",
            peer="`COPY` of the same rows into a bare table",
            ours=f"{VISITS / ours:,.0f} rows/s",
            theirs=f"{VISITS / theirs:,.0f} rows/s",
            ratio=ratio,
            target="≥ 0.4×",
            is_met=ratio >= 0.4,
        )
    ]


def _write(engine: Engine, path: Path) -> None:
    """A file such as a check-in application would send: venues of very different size."""
    rng = np.random.default_rng(SEED)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO venue (venue_id, venue_type, name, name_ascii, footfall_per_day, "
                "opened_on, source) SELECT 'benchvisit' || lpad(n::text, 6, '0'), 'office', "
                "'Bench', 'bench', 100, DATE '2020-01-01', 'bench visits' "
                "FROM generate_series(1, :venues) AS n ON CONFLICT DO NOTHING"
            ),
            {"venues": VENUES},
        )
    weight = rng.lognormal(0, 1.3, VENUES)
    venue = rng.choice(VENUES, VISITS, p=weight / weight.sum()) + 1
    second = np.clip(rng.normal(12, 4, VISITS) * 3600, 0, 86_399).astype(np.int64)
    day = rng.integers(1, DAYS + 1, VISITS)
    first = np.datetime64(today(), "s")
    entered = first - day * np.timedelta64(86_400, "s") + second
    left = entered + rng.integers(300, 20_000, VISITS)
    octets = rng.bytes(16 * VISITS).hex()
    keys = (octets[i : i + 32] for i in range(0, 32 * VISITS, 32))
    table = pa.table(
        {
            "venue_id": [f"benchvisit{one:06d}" for one in venue.tolist()],
            "entered_at": [f"{one}+07:00" for one in np.datetime_as_string(entered).tolist()],
            "left_at": [f"{one}+07:00" for one in np.datetime_as_string(left).tolist()],
            "event_id": [f"{k[:8]}-{k[8:12]}-{k[12:16]}-{k[16:20]}-{k[20:]}" for k in keys],
        }
    )
    # Rows come as people walk in, not venue by venue.
    order = pa.array(np.argsort(entered, kind="stable"))
    pyarrow.csv.write_csv(table.take(order), path, pyarrow.csv.WriteOptions(quoting_style="none"))


def _copy_seconds(engine: Engine, path: Path) -> float:
    with make_sessions(engine)() as session:
        session.execute(
            text(
                "CREATE TABLE bench_bare (venue_id text, entered_at timestamptz, "
                "left_at timestamptz, event_id uuid)"
            )
        )
        session.commit()
        start = time.perf_counter()
        with (
            driver_connection(session).cursor() as cursor,
            cursor.copy("COPY bench_bare FROM STDIN (FORMAT csv, HEADER)") as copy,
            path.open("rb") as stream,
        ):
            while block := stream.read(1 << 20):
                copy.write(block)
        session.commit()
        seconds = time.perf_counter() - start
        session.execute(text("DROP TABLE bench_bare"))
        session.commit()
    return seconds


def _import_seconds(engine: Engine, path: Path) -> float:
    sessions = make_sessions(engine)
    start = time.perf_counter()
    report = import_visits(sessions, path)
    seconds = time.perf_counter() - start
    if report.loaded != VISITS:
        raise RuntimeError(f"{report.loaded} of {VISITS} visits were loaded")
    with sessions.begin() as session:
        for back in range(1, DAYS + 1):
            name = Identifier(partition_name(today() - timedelta(days=back)))
            driver_connection(session).execute(SQL("DROP TABLE {}").format(name))
        session.execute(text("TRUNCATE visit_hourly"))
    return seconds
