"""Steps and one progress bar on a terminal, plain lines otherwise. Standard library only."""

import shutil
import sys
import time
from types import TracebackType
from typing import Self


def say(line: str) -> None:
    """One step, on its own line."""
    sys.stderr.write(f"· {line}\n")
    sys.stderr.flush()


class Bar:
    """A bar for a known number of things."""

    def __init__(self, title: str, total: int) -> None:
        self.title = title
        self.total = max(total, 1)
        self.done = 0
        self.begun = time.monotonic()
        self.is_terminal = sys.stderr.isatty()

    def __enter__(self) -> Self:
        """Begin."""
        if self.is_terminal:
            self._draw("")
        else:
            say(self.title)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave one line that says how long it took."""
        if self.is_terminal:
            sys.stderr.write("\r\033[K")
        if kind is None:
            say(f"{self.title}: done in {time.monotonic() - self.begun:.0f} s")

    def advance(self, name: str) -> None:
        """One thing more."""
        self.done = min(self.done + 1, self.total)
        self._draw(name)

    def note(self, text: str) -> None:
        """Say what happens now without moving."""
        self._draw(text)

    def _draw(self, text: str) -> None:
        if not self.is_terminal:
            return
        filled = 24 * self.done // self.total
        line = (
            f"· {self.title} [{'#' * filled}{'.' * (24 - filled)}] {self.done}/{self.total} {text}"
        )
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r\033[K{line[:width]}")
        sys.stderr.flush()
