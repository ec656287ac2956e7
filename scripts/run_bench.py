"""`make bench`: the benchmarks on a throwaway PostGIS server.

The server forces its writes to disk, as in production: some benchmarks measure just that.
`make bench ARGS=locating` runs some of them.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Never

from data.cluster.private_cluster import temporary_cluster
from geo.errors import AnToanError

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str]) -> int:
    """Start the server, run the benchmarks, remove the server."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        with temporary_cluster(is_durable=True) as url:
            return subprocess.run(
                [sys.executable, "-m", "bench", *arguments],
                cwd=ROOT,
                env=dict(os.environ, ANTOAN_TEST_SERVER_URL=url),
                check=False,
            ).returncode
    except KeyboardInterrupt:
        return 130
    except AnToanError as error:
        sys.stderr.write(f"antoan: {error}\n")
        return 1


def _interrupt(_number: int, _frame: FrameType | None) -> Never:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
