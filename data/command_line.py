"""Where the `antoan` command begins: so light that even an early Ctrl-C ends with one sentence."""

import sys
from typing import Final

INTERRUPTED: Final = 130  # 128 and the number of the signal, as shells have it


def main() -> None:
    """Run the command; see `data.cli.main` for its exit codes, 130 when it was interrupted."""
    try:
        # The first second goes into loading libraries; an interruption then is one like any other.
        from data.cli import main as run  # noqa: PLC0415  # loaded only where it runs

        run()
    except KeyboardInterrupt:
        _end()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            _end()
        raise


def _end() -> None:
    sys.stderr.write("antoan: stopped before it was done\n")
    sys.stderr.flush()
    sys.exit(INTERRUPTED)
