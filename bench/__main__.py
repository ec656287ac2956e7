"""Run the benchmarks on a new database: `python -m bench [name …]`.

The server's address stands in ANTOAN_TEST_SERVER_URL; `make bench` sets it.
"""

import secrets
import sys
from collections.abc import Callable

from pydantic import SecretStr
from sqlalchemy import Engine

from bench import layer_change, levels_api, locating, reads, rescoring, submission, visits
from bench.database import new_database
from bench.report import Row, print_table, store
from bench.server import web_server
from data.clock import today
from data.engine import make_engine, make_sessions
from data.services.boundaries.embedded_edition import load_embedded_edition
from data.services.demo.load import load_demo
from data.settings import DatabaseSettings

EDITION = "vn-approx"
# In this order: the first three need a country without venues, the next two the demo data; the
# last one takes all venues away.
NAMES = ("locating", "submission", "reads", "levels", "layers", "visits", "rescoring")
ON_DEMO = ("levels", "layers")


def main(chosen: list[str]) -> int:
    """Run the chosen benchmarks, all by default; 1 when a target was missed."""
    unknown = sorted(set(chosen) - set(NAMES))
    if unknown:
        sys.stderr.write(f"bench: no benchmark {unknown[0]!r}; there are {', '.join(NAMES)}\n")
        return 2
    wanted = [name for name in NAMES if not chosen or name in chosen]
    with new_database() as url:
        engine = make_engine(DatabaseSettings(DATABASE_URL=SecretStr(url)), statement_timeout_ms=0)
        rows = _measure(engine, url, wanted)
        engine.dispose()
    print_table(rows)
    if not chosen:
        store(rows)
    return 0 if all(row.is_met for row in rows) else 1


def _measure(engine: Engine, url: str, wanted: list[str]) -> list[Row]:
    sessions = make_sessions(engine)
    _say("the embedded edition")
    load_embedded_edition(sessions)
    works: dict[str, Callable[[], list[Row]]] = {
        "locating": lambda: locating.run(engine, EDITION),
        "levels": lambda: _on_site(url, lambda port: levels_api.run(engine, EDITION, port, url)),
        "layers": lambda: _on_site(url, lambda port: layer_change.run(engine, EDITION, port)),
        "visits": lambda: visits.run(engine),
        "rescoring": lambda: rescoring.run(engine),
        "submission": lambda: submission.run(url, EDITION),
        "reads": lambda: reads.run(url, EDITION),
    }
    rows = []
    has_demo = False
    for name in wanted:
        if name in ON_DEMO and not has_demo:
            _say("demo data")
            load_demo(sessions, last_day=today())
            has_demo = True
        _say(name)
        engine.dispose()
        rows += works[name]()
    return rows


def _on_site(url: str, work: Callable[[int], list[Row]]) -> list[Row]:
    environment = {
        "DATABASE_URL": url,
        "ANTOAN_SECRET_KEY": secrets.token_urlsafe(48),
    }
    with web_server("dashboard.asgi:app", ready="/readyz", environment=environment) as port:
        return work(port)


def _say(line: str) -> None:
    sys.stderr.write(f"bench: {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
