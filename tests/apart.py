"""Runs coroutines beside the tests' own thread."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run_apart(work: Coroutine[Any, Any, None]) -> None:
    """Run in a thread: an open Playwright browser keeps a loop running in the tests' own."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
