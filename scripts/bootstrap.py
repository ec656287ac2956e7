"""Set-up of a fresh checkout: system packages, `.venv`, pinned dependencies; then the task.

Standard library only: nothing is installed when this runs. Each step notices
what an earlier, interrupted try left, and a second run does nothing twice.

    scripts/bootstrap run | check | test | bench | venv [--dev]
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from setup_errors import SetupError  # noqa: E402  # after the path is set
from system_packages import SystemNeeds, install_missing  # noqa: E402  # after the path is set
from virtual_environment import ensure_environment  # noqa: E402  # after the path is set

DEVELOPER = ("check", "test", "bench", "venv")
TASKS = {
    "run": ("-m", "data.start"),
    "check": ("scripts/check.py",),
    "test": ("scripts/run_tests.py",),
    "bench": ("scripts/run_bench.py",),
}


def main(arguments: Sequence[str]) -> int:
    """Prepare what the task needs, then become the task."""
    if not arguments or arguments[0] not in (*TASKS, "venv"):
        sys.stderr.write(f"usage: scripts/bootstrap {' | '.join(TASKS)} | venv\n")
        return 2
    task, rest = arguments[0], arguments[1:]
    needs = SystemNeeds(
        postgres=task in ("test", "bench")
        or (task == "run" and not os.environ.get("DATABASE_URL")),
        chromium=task == "test",
        fonts=task == "test",
        scanner=task == "test",
    )
    try:
        install_missing(needs)
        python = ensure_environment(ROOT, is_developer=task in DEVELOPER)
    except SetupError as error:
        sys.stderr.write(f"antoan: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nantoan: interrupted; the same command goes on from here\n")
        return 130
    if task == "venv":
        return 0
    os.chdir(ROOT)
    sys.stdout.flush()
    sys.stderr.flush()
    return os.execv(python, [str(python), *TASKS[task], *rest])  # noqa: S606 (our interpreter)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
