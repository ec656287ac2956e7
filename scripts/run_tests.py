"""`make test`: every test, on a throwaway PostGIS server, with a Chromium for the browser tests.

`make test ARGS='tests/unit -k name'` hands arguments to pytest.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Never

from setup_errors import SetupError
from step_output import say
from system_packages import find_chromium, is_ubuntu

from data.cluster.private_cluster import temporary_cluster
from geo.errors import AnToanError

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str]) -> int:
    """Start the server, run pytest, remove the server; pytest's own exit code."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        environment = dict(os.environ, ANTOAN_TEST_CHROMIUM=_chromium())
        with temporary_cluster() as url:
            say("a throwaway database server runs for the tests")
            environment["ANTOAN_TEST_SERVER_URL"] = url
            environment.pop("DATABASE_URL", None)
            return _pytest(arguments, environment)
    except KeyboardInterrupt:
        sys.stderr.write("\nantoan: interrupted\n")
        return 130
    except (SetupError, AnToanError) as error:
        sys.stderr.write(f"antoan: {error}\n")
        return 1


def _pytest(arguments: Sequence[str], environment: dict[str, str]) -> int:
    """Run pytest in two processes, a file's tests in one of them."""
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL) as pytest:
        try:
            return pytest.wait()
        except KeyboardInterrupt:
            pytest.send_signal(signal.SIGINT)
            pytest.wait()
            raise


def _chromium() -> str:
    """Path of a Chromium; on Ubuntu, which has no package of it, playwright fetches one."""
    if path := find_chromium():
        return path
    if is_ubuntu():
        say("installing Chromium through playwright")
        done = subprocess.run(
            [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"],
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if not done.returncode:
            return ""
    raise SetupError("Chromium is missing and could not be installed; install it, then start again")


def _interrupt(_number: int, _frame: FrameType | None) -> Never:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
