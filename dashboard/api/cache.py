"""Answers kept in memory, bounded by bytes, each made once however many ask for it."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any

from dashboard.api.answers import Answer
from dashboard.api.watch import Watched

MOST_TARGETS = 20_000
LONGEST_TARGET = 512


@dataclass(frozen=True, slots=True)
class Mark:
    """A watched fact as it was when an answer was made."""

    cell: Watched[Any]
    value: object


@dataclass(frozen=True, slots=True)
class Prepared:
    """An answer, the key that it is kept under and the facts that it depends on."""

    key: Hashable
    answer: Answer
    marks: tuple[Mark, ...]


class AnswerCache:
    """Least recently used answers leave first; used from the event loop only.

    Keys hold everything that the bytes depend on, change numbers included, so
    that an entry is never wrong, only no longer asked for. A second, small
    map leads from the exact address of a request to the key, so that a
    repeated request costs two look-ups and no parsing.
    """

    def __init__(self, *, most_bytes: int) -> None:
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}
        self._targets: OrderedDict[tuple[str, bytes], tuple[Hashable, tuple[Mark, ...], str]]
        self._targets = OrderedDict()
        self._pending: dict[Hashable, asyncio.Task[Answer]] = {}
        self._most_bytes = most_bytes
        self.total_bytes = 0

    def get(self, key: Hashable) -> Answer | None:
        """The answer of a key, counted as used now."""
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer, or take note that it has grown by a compressed form."""
        self.total_bytes += answer.size - self._sizes.get(key, 0)
        self._sizes[key] = answer.size
        self._answers[key] = answer
        self._answers.move_to_end(key)
        while self.total_bytes > self._most_bytes and len(self._answers) > 1:
            oldest, _ = self._answers.popitem(last=False)
            self.total_bytes -= self._sizes.pop(oldest)

    async def get_or_make(self, key: Hashable, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer of a key; those who ask while it is being made wait for the same one.

        Raises:
            Exception: Whatever `make` raised; nothing is kept of it.
        """
        answer = self.get(key)
        if answer is not None:
            return answer
        task = self._pending.get(key)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._make(key, make))
            self._pending[key] = task
            task.add_done_callback(lambda _: self._pending.pop(key, None))
        return await asyncio.shield(task)

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[Answer]]) -> Answer:
        answer = await make()
        self.put(key, answer)
        return answer

    def remember_target(self, path: str, query: bytes, prepared: Prepared, route: str) -> None:
        """Let the next request for exactly this address find its answer without parsing."""
        if len(path) + len(query) > LONGEST_TARGET:
            return
        self._targets[(path, query)] = (prepared.key, prepared.marks, route)
        self._targets.move_to_end((path, query))
        if len(self._targets) > MOST_TARGETS:
            self._targets.popitem(last=False)

    def find_target(self, path: str, query: bytes) -> tuple[Hashable, tuple[Mark, ...], str] | None:
        """Key, facts and route template of an address asked for before."""
        return self._targets.get((path, query))

    def __len__(self) -> int:
        return len(self._answers)
