"""Headless Chromium, and an application served on a loopback port."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine

from dashboard.app import create_app
from data.clock import today
from data.engine import make_sessions
from tests.api_app import site_settings
from tests.browser.map_country import load_map_country
from tests.emptying import empty_tables

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys; each opens its own context."""
    path = os.environ.get("ANTOAN_TEST_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.fail("no Chromium: run the tests with 'make test'")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(engine: Engine) -> Iterator[str]:
    """Address of the whole application on the small country of `map_country`."""
    sessions = make_sessions(engine)
    load_map_country(sessions, today=today())
    server, thread, address = _start(create_app(site_settings(), sessions))
    yield address
    server.should_exit = True
    thread.join(timeout=15)
    empty_tables(engine)


@pytest.fixture
def serve() -> Iterator[Callable[[FastAPI], str]]:
    """Serves an application until the test ends; gives its address."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(app: FastAPI) -> str:
        server, thread, address = _start(app)
        running.append((server, thread))
        return address

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(timeout=15)


def _start(app: FastAPI) -> tuple[uvicorn.Server, threading.Thread, str]:
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="on")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        if time.monotonic() > deadline or not thread.is_alive():
            pytest.fail("the application did not start")
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    return server, thread, f"http://127.0.0.1:{port}"
