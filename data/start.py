"""`make run`: the private database, the schema, the demo data, the site; one Ctrl-C ends all.

Imports stay few here: a second start shall take seconds.
"""

import contextlib
import os
import secrets
import signal
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final, Never

from psycopg import errors
from sqlalchemy.exc import DBAPIError

from data.child_processes import ChildProcesses
from data.cluster.private_cluster import PrivateCluster
from data.cluster.server import is_port_free
from data.engine import make_engine, make_sessions
from data.errors import InputError, StartError
from data.local_site import SECRET_FILE, remember_address
from data.schema import upgrade
from data.services.first_start import load_first_data, read_demo_venue
from data.services.venues.venue_claims import claim_path, make_claim
from data.settings import read_database_settings
from data.step_bar import step_bar
from geo.errors import AnToanError

CHECKOUT: Final = Path(__file__).resolve().parents[1]
HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8050
FIRST_ANSWER_SECONDS: Final = 90
WORKER_PAUSE_SECONDS: Final = 10


@dataclass
class _Stop:
    """Whether a signal asked us to stop."""

    is_asked: bool = False


_stop = _Stop()


def say(line: str) -> None:
    """One step, on its own line of standard error."""
    sys.stderr.write(f"· {line}\n")
    sys.stderr.flush()


def run_site(*, port: int, local_folder: Path = CHECKOUT / ".local") -> None:
    """Start all that is missing, serve until interrupted, then stop what was started.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM; all is stopped by then.
        StartError: The port is taken, the disk full, the database held, a process ended.
    """
    require_free_port(port, HOST)
    with ExitStack() as stack:
        stack.callback(_ignore_further_signals)
        cluster = None
        if not os.environ.get("DATABASE_URL"):
            cluster = PrivateCluster(local_folder, say=say)
            os.environ["DATABASE_URL"] = stack.enter_context(cluster)
        local_folder.mkdir(parents=True, exist_ok=True)
        site = f"http://{HOST}:{port}"
        os.environ.setdefault("ANTOAN_PUBLIC_URL", site)
        remember_address(local_folder, os.environ["ANTOAN_PUBLIC_URL"])
        if os.environ.get("ANTOAN_ENV") != "production":
            os.environ.setdefault("ANTOAN_SECRET_KEY", read_or_make_secret(local_folder))
        claim = _prepare_database()
        children = stack.enter_context(ChildProcesses(local_folder, os.environ))
        stack.callback(_ignore_further_signals)
        say("starting the site")
        children.start("web", _web_command(port))
        children.start("worker", _worker_command())
        _wait_for_answer(children, site)
        _announce(site, claim, local_folder)
        _watch(children, cluster)


def require_free_port(port: int, host: str) -> None:
    """Refuse a port on which no server can be started now.

    Raises:
        StartError: It is taken, or needs root.
    """
    if not is_port_free(port, host):
        raise StartError(
            f"port {port} of {host} is taken by another program or not allowed; stop that "
            f"program, or choose another port, such as PORT={port + 1}"
        )


def read_or_make_secret(local_folder: Path) -> str:
    """The checkout's own signing key, made once, readable by its owner only."""
    path = local_folder / SECRET_FILE
    with contextlib.suppress(FileNotFoundError):
        if secret := path.read_text(encoding="ascii").strip():
            return secret
        path.unlink()
    secret = secrets.token_urlsafe(48)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(secret)
    draft.replace(path)
    return secret


def port_from(value: str | None) -> int:
    """The port that a person chose by PORT=.

    Raises:
        InputError: It is not a whole number from 1 to 65535.
    """
    if not value:
        return DEFAULT_PORT
    if not (value.isascii() and value.isdecimal()) or not 0 < int(value) < 65536:
        raise InputError(f"PORT={value} is not a port; give a number from 1024 to 65535")
    return int(value)


def _prepare_database() -> str | None:
    """Migrate, load what an empty database needs, and make the path that claims a demo venue."""
    engine = make_engine(read_database_settings(), statement_timeout_ms=0)
    try:
        upgrade(engine, say=say)
        sessions = make_sessions(engine)
        load_first_data(sessions, bar=step_bar)
        with sessions.begin() as session:
            demo_venue = read_demo_venue(session)
            return None if demo_venue is None else claim_path(make_claim(session, demo_venue))
    except DBAPIError as error:
        raise _start_error(error) from error
    finally:
        engine.dispose()


def _start_error(error: DBAPIError) -> StartError:
    """The sentence for a failure of the database."""
    if isinstance(error.orig, errors.DiskFull):
        return StartError("the disk is full; free some space, then start again")
    if isinstance(error.orig, errors.InsufficientPrivilege):
        return StartError(
            "the database's user may not make the tables or the extensions postgis and pg_trgm; "
            "let an administrator create the extensions and grant CREATE on the database"
        )
    if isinstance(error.orig, errors.OperationalError):
        return StartError(
            "the database does not answer; check DATABASE_URL and that the server runs"
        )
    return StartError(f"the database refused: {str(error.orig).splitlines()[0]}")


def _web_command(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "uvicorn", "dashboard.asgi:app", "--host", HOST),
        *(
            "--port",
            str(port),
            "--no-access-log",
            "--no-proxy-headers",
            "--timeout-graceful-shutdown",
            "3",
        ),
    ]


def _worker_command() -> list[str]:
    return [str(Path(sys.executable).with_name("antoan")), "worker"]


def _wait_for_answer(children: ChildProcesses, site: str) -> None:
    deadline = time.monotonic() + FIRST_ANSWER_SECONDS
    while time.monotonic() < deadline:
        if children.has_ended("web"):
            raise StartError(
                f"the site did not start; {children.log_file('web')} says: "
                f"{children.last_line('web')}"
            )
        try:
            with urllib.request.urlopen(f"{site}/healthz", timeout=5):  # noqa: S310 (our own site)
                return
        except (urllib.error.URLError, OSError):
            _pause(0.1)
    raise StartError(f"the site does not answer; look into {children.log_file('web')}")


def _announce(site: str, claim: str | None, local_folder: Path) -> None:
    lines = ["", f"  An Toàn Map        {site}/"]
    if claim is not None:
        lines.append(f"  Claim a venue      {site}{claim}")
        # In development nobody is sent a mail or an SMS: the code stands in the site's log.
        lines.append(f"  Codes sent to you  {local_folder}/web.log, at 'message not sent'")
    lines += [f"  Logs               {local_folder}/*.log", "  Ctrl-C stops everything.", ""]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _watch(children: ChildProcesses, cluster: PrivateCluster | None) -> Never:
    """Until a signal comes, or something that the site cannot be without has ended."""
    worker_again_at = 0.0
    while True:
        _pause(0.5)
        if cluster is not None and not cluster.is_running():
            raise StartError(f"the private database ended; look into {cluster.log_file}")
        if children.has_ended("web"):
            raise StartError(f"the site ended; look into {children.log_file('web')}")
        if children.has_ended("worker") and time.monotonic() > worker_again_at:
            if worker_again_at == 0.0:
                say(f"the worker ended and is started again; see {children.log_file('worker')}")
            worker_again_at = time.monotonic() + WORKER_PAUSE_SECONDS
            children.start("worker", _worker_command())


def _interrupt(_number: int, _frame: FrameType | None) -> Never:
    _stop.is_asked = True
    raise KeyboardInterrupt


def _pause(seconds: float) -> None:
    """Sleep; and notice a signal whose exception was raised where Python drops it.

    Raises:
        KeyboardInterrupt: The person asked to stop.
    """
    if _stop.is_asked:
        raise KeyboardInterrupt
    time.sleep(seconds)


def _ignore_further_signals() -> None:
    """While everything is being stopped, a second Ctrl-C must not leave half of it running."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def run_until_stopped(port: int) -> int:
    """Run the site; 0 when stopped by the person, 1 with one sentence when it could not go on."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        run_site(port=port)
    except KeyboardInterrupt:
        say("stopped; the same command starts it again")
        return 0
    except AnToanError as error:
        sys.stderr.write(f"antoan: {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"antoan: {error.strerror or error}: {error.filename or ''}\n")
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(run_until_stopped(port_from(os.environ.get("PORT"))))
    except InputError as error:
        sys.stderr.write(f"antoan: {error}\n")
        sys.exit(2)
