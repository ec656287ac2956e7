"""The site's own processes beside the database: started together, stopped together."""

import contextlib
import ctypes
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

STOP_SECONDS: Final = 10
LOG_BYTES: Final = 10_000_000


class ChildProcesses:
    """Named processes with a log file each; leaving the block ends them all."""

    def __init__(self, log_folder: Path, environment: Mapping[str, str]) -> None:
        """Prepare.

        Args:
            log_folder: Gets `<name>.log` for each process.
            environment: Environment of the processes.
        """
        self.log_folder = log_folder
        self.environment = dict(environment)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        """Begin with none."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all: politely first, then at once."""
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            if process.poll() is None:
                process.kill()
                process.wait()

    def log_file(self, name: str) -> Path:
        """Where a process writes."""
        return self.log_folder / f"{name}.log"

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start one, in a session of its own: Ctrl-C in a terminal reaches only us."""
        log_file = self.log_file(name)
        if log_file.exists() and log_file.stat().st_size > LOG_BYTES:
            log_file.unlink()
        with log_file.open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 (our own programs)
                command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 (no other thread runs)
            )

    def has_ended(self, name: str) -> bool:
        """Whether a started process is gone."""
        return self._running[name].poll() is not None

    def last_line(self, name: str) -> str:
        """The last line that a process wrote."""
        lines = self.log_file(name).read_text(encoding="utf-8", errors="replace").splitlines()
        return next((line for line in reversed(lines) if line.strip()), "nothing")


def end_with_parent(with_signal: signal.Signals = signal.SIGTERM) -> None:
    """In a child before `exec`: let the kernel end it when our process dies, however that was."""
    if sys.platform == "linux":
        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, int(with_signal))
