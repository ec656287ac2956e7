"""Many posters at once, made by a process of their own: `python -m dashboard.documents.poster_job`.

It reads one JSON document from standard input and writes the PDF to standard
output. Drawing hundreds of posters keeps a processor busy for seconds; done
here, the server goes on answering, and the memory is given back at the end.
The process gets no settings and no address of a database.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from dashboard.documents.poster import Poster, build_posters
from dashboard.documents.sheet import Paper

PATIENCE_S: Final = 180
KEPT_VARIABLES: Final = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "VIRTUAL_ENV")
NICENESS: Final = 5


class PosterJobError(RuntimeError):
    """The posters could not be made."""


def build_posters_apart(
    posters: Sequence[Poster], *, paper: Paper, printed_on: date, made_at: datetime
) -> bytes:
    """As `build_posters`, in a process of its own; waits for it.

    Raises:
        PosterJobError: It failed, or took more than `PATIENCE_S`.
    """
    order = {
        "paper": paper,
        "printed_on": printed_on.isoformat(),
        "made_at": made_at.isoformat(),
        "posters": [asdict(poster) for poster in posters],
    }
    root = Path(__file__).parents[2]
    environment = {key: os.environ[key] for key in KEPT_VARIABLES if key in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and module)
            [sys.executable, "-m", __spec__.name],
            input=json.dumps(order).encode(),
            capture_output=True,
            cwd=root,
            env=environment,
            timeout=PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PosterJobError(f"the posters took more than {PATIENCE_S} seconds") from None
    if done.returncode:
        raise PosterJobError(f"the posters were not made: exit code {done.returncode}")
    return done.stdout


def main() -> int:
    """Make what standard input asks for."""
    os.nice(NICENESS)
    order: dict[str, Any] = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(
        build_posters(
            [Poster(**one) for one in order["posters"]],
            paper=order["paper"],
            printed_on=date.fromisoformat(order["printed_on"]),
            made_at=datetime.fromisoformat(order["made_at"]),
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
