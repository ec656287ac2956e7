"""Small facts read again from the database every so often: has anything changed since?

An answer kept in memory is true as long as the few facts it was made from are
(the change number of its day, the edition shown by default, the calendar day).
Many requests that find a fact too old wait for one reading of it together.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")


class Watched(Generic[T]):
    """One fact and how long it is believed.

    Not for use from several threads: everything but the reading itself
    happens on the event loop.
    """

    __slots__ = ("_pending", "_read", "_seconds", "fresh_until", "value")

    def __init__(self, read: Callable[[], T], *, seconds: float) -> None:
        self._read = read
        self._seconds = seconds
        self._pending: asyncio.Task[T] | None = None
        self.fresh_until = float("-inf")
        self.value: T | None = None

    async def get(self) -> T:
        """The fact, read again when it is older than allowed.

        Raises:
            Exception: Whatever the reading raised; nothing is remembered of it.
        """
        if time.monotonic() < self.fresh_until:
            return cast(T, self.value)
        task = self._pending
        if task is None or task.done():
            task = self._pending = asyncio.get_running_loop().create_task(self._refresh())
        # Shielded: one visitor who leaves must not take the reading from the others.
        return await asyncio.shield(task)

    def expire(self) -> None:
        """Read again at the next use."""
        self.fresh_until = float("-inf")

    async def _refresh(self) -> T:
        started = time.monotonic()
        value = await asyncio.to_thread(self._read)
        self.value = value
        # Counted from before the reading: what changed during it is seen in time.
        self.fresh_until = started + self._seconds
        return value


class Watches:
    """The facts watched by one process, the least used forgotten first."""

    def __init__(self, *, most: int = 4096) -> None:
        self._cells: OrderedDict[Hashable, Watched[Any]] = OrderedDict()
        self._most = most

    def cell(self, key: Hashable, read: Callable[[], T], *, seconds: float) -> Watched[T]:
        """The fact of this key, made at its first use."""
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = Watched(read, seconds=seconds)
            if len(self._cells) > self._most:
                self._cells.popitem(last=False)
        else:
            self._cells.move_to_end(key)
        return cell

    def __len__(self) -> int:
        return len(self._cells)
