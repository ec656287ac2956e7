"""`antoan serve` and `antoan start`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from data import start
from data.commands.console import open_sessions
from data.errors import ConflictError
from data.schema import newest_revision, read_schema_state


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(serve)
    app.command("start")(start_all)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8050,
    processes: Annotated[
        int, typer.Option(min=1, max=64, help="Web processes that share the port.")
    ] = 1,
) -> None:
    """Serve the site from the database of DATABASE_URL, whose schema must be current.

    Example: DATABASE_URL=postgresql://… ANTOAN_SECRET_KEY=… antoan serve --port 8050
    """
    with open_sessions() as sessions:
        state = read_schema_state(sessions.kw["bind"])
    if not state.is_current:
        raise ConflictError(
            f"the database is at migration {state.current or 'nothing'} and the program needs "
            f"{newest_revision()}; run 'antoan db upgrade' first"
        )
    start.require_free_port(port, host)
    if os.environ.get("ANTOAN_ENV") != "production":
        local_folder = start.CHECKOUT / ".local"
        local_folder.mkdir(exist_ok=True)
        os.environ.setdefault("ANTOAN_SECRET_KEY", start.read_or_make_secret(local_folder))
    sys.stdout.flush()
    command = [
        *(str(Path(sys.executable)), "-m", "uvicorn", "dashboard.asgi:app"),
        *("--host", host, "--port", str(port), "--workers", str(processes), "--no-access-log"),
        "--no-proxy-headers",  # who sent a request is our own matter: see docs/settings.md
    ]
    os.execv(command[0], command)  # noqa: S606 (our own interpreter; signals reach uvicorn)


def start_all(
    port: Annotated[
        int, typer.Option(min=1, max=65535, envvar="PORT", help="Port of the site.")
    ] = start.DEFAULT_PORT,
) -> None:
    """All of 'make run' but the installation: database, schema, demo data, site, worker.

    Example: antoan start --port 8051
    """
    raise typer.Exit(start.run_until_stopped(port))
