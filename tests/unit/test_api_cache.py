"""Kept answers and watched facts: bounded, shared by those who wait, never kept after an error."""

import asyncio
import threading

import pytest

from dashboard.api.answers import Answer
from dashboard.api.cache import LONGEST_TARGET, AnswerCache, Prepared
from dashboard.api.watch import Watched, Watches
from tests.apart import run_apart


def answer(size: int = 1000) -> Answer:
    return Answer(b"x" * size, cache_control="public")


def test_the_least_used_answer_leaves_first() -> None:
    cache = AnswerCache(most_bytes=5000)
    for key in "abc":
        cache.put(key, answer())
    assert cache.get("a") is not None
    cache.put("d", answer())
    assert cache.get("b") is None
    assert cache.get("a") is not None
    assert cache.total_bytes <= 5000


def test_compressed_forms_are_counted_too() -> None:
    cache = AnswerCache(most_bytes=1_000_000)
    kept = answer(5000)
    cache.put("a", kept)
    before = cache.total_bytes
    kept.make("gzip")
    cache.put("a", kept)
    assert cache.total_bytes > before
    assert cache.total_bytes == kept.size


def test_one_answer_is_made_however_many_ask() -> None:
    made = 0

    async def make() -> Answer:
        nonlocal made
        made += 1
        await asyncio.sleep(0.01)
        return answer()

    async def ask() -> None:
        cache = AnswerCache(most_bytes=100_000)
        found = await asyncio.gather(*(cache.get_or_make("key", make) for _ in range(20)))
        assert len({id(one) for one in found}) == 1

    run_apart(ask())
    assert made == 1


def test_a_failure_is_not_kept() -> None:
    async def ask() -> None:
        cache = AnswerCache(most_bytes=100_000)

        async def fail() -> Answer:
            raise ValueError("no answer")

        async def make() -> Answer:
            return answer()

        with pytest.raises(ValueError, match="no answer"):
            await cache.get_or_make("key", fail)
        assert await cache.get_or_make("key", make)

    run_apart(ask())


def test_endless_addresses_are_not_remembered() -> None:
    cache = AnswerCache(most_bytes=100_000)
    prepared = Prepared("key", answer(), ())
    cache.remember_target("/a", b"q" * LONGEST_TARGET, prepared, "/a")
    assert cache.find_target("/a", b"q" * LONGEST_TARGET) is None
    cache.remember_target("/a", b"q", prepared, "/a")
    assert cache.find_target("/a", b"q") is not None


def test_many_who_find_a_fact_too_old_wait_for_one_reading() -> None:
    readings = 0
    release = threading.Event()

    def read() -> int:
        nonlocal readings
        readings += 1
        release.wait(1)
        return readings

    async def ask() -> None:
        cell = Watched(read, seconds=60)
        waiting = [asyncio.create_task(cell.get()) for _ in range(10)]
        await asyncio.sleep(0.01)
        waiting[0].cancel()  # one who leaves takes nothing from the others
        release.set()
        assert await asyncio.gather(*waiting[1:]) == [1] * 9
        assert await cell.get() == 1
        cell.expire()
        assert await cell.get() == 2

    run_apart(ask())


def test_a_fact_that_could_not_be_read_is_asked_for_again() -> None:
    failing = True

    def read() -> str:
        if failing:
            raise OSError
        return "read"

    async def ask() -> None:
        nonlocal failing
        cell = Watched(read, seconds=60)
        with pytest.raises(OSError):  # noqa: PT011  # raised above
            await cell.get()
        failing = False
        assert await cell.get() == "read"

    run_apart(ask())


def test_watched_facts_are_bounded() -> None:
    watches = Watches(most=3)
    for number in range(10):
        watches.cell(number, lambda: 1, seconds=1)
    assert len(watches) == 3
