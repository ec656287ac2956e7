"""What every subcommand shares: sessions, progress bars, failures in one sentence."""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Never

import typer
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker
from tqdm import tqdm

from data.cluster.record import running_url
from data.engine import make_engine, make_sessions
from data.errors import InputError, RejectedRowsError
from data.settings import read_database_settings

CHECKOUT = Path(__file__).resolve().parents[2]
_debug = {"is_on": False}


def set_debug(*, is_on: bool) -> None:
    """Remember whether failures show their traceback."""
    _debug["is_on"] = is_on


def report_failure(error: Exception) -> None:
    """Print one sentence on standard error, and the traceback with --debug."""
    if _debug["is_on"]:
        traceback.print_exception(error)
    typer.echo(f"antoan: {error}", err=True)


@contextmanager
def open_sessions() -> Iterator[sessionmaker[Session]]:
    """Sessions on the configured database, without a statement timeout.

    Without DATABASE_URL it is the private database of the checkout, while 'make run' runs.

    Raises:
        InputError: There is no database, its address is wrong, or the server does not answer.
    """
    if not os.environ.get("DATABASE_URL") and (private := running_url(CHECKOUT / ".local")):
        os.environ["DATABASE_URL"] = private
    settings = read_database_settings()
    engine = make_engine(settings, statement_timeout_ms=0)
    try:
        yield make_sessions(engine)
    except OperationalError as error:
        raise InputError(
            "the database does not answer; check DATABASE_URL and that the server runs"
        ) from error
    finally:
        engine.dispose()


def require_all_taken(rejected: int, file: Path | None) -> None:
    """End a command with exit code 1 where rows were rejected: not all of it was done.

    Raises:
        RejectedRowsError: There were some; the sentence says where their reasons stand.
    """
    if rejected:
        raise RejectedRowsError(
            f"rows rejected: {rejected:,}; the others are taken, so mend these in "
            f"{file or 'the file'} and import that"
        )


def progress(title: str, total: int | None = None, unit: str = "") -> "tqdm[Never]":
    """A progress bar on a terminal; one plain line otherwise."""
    if not sys.stderr.isatty():
        typer.echo(f"{title} …", err=True)
    return tqdm(
        desc=title,
        total=total,
        unit=unit,
        unit_scale=True,
        file=sys.stderr,
        disable=not sys.stderr.isatty(),
        leave=True,
    )
