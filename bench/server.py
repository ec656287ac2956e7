"""Start a web server for a benchmark, wait until it answers, stop it again."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

HOST = "127.0.0.1"


def free_port() -> int:
    """A port of the loopback that nobody holds now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def web_server(application: str, *, ready: str, environment: Mapping[str, str]) -> Iterator[int]:
    """Serve an ASGI application with uvicorn, one worker; yields its port.

    Raises:
        RuntimeError: It did not answer within a minute.
    """
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", application, "--host", HOST]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--log-level", "warning", "--no-access-log"],
        env={**os.environ, **environment},
    )
    try:
        _wait(f"http://{HOST}:{port}{ready}", process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def fetch(port: int, path: str) -> bytes:
    """Body of one GET, as it came over the wire, gzip accepted."""
    request = urllib.request.Request(
        f"http://{HOST}:{port}{path}", headers={"Accept-Encoding": "gzip"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        body: bytes = answer.read()
    return body


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped by itself with exit code {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"{url} did not answer within a minute")
