"""A private PostgreSQL cluster with PostGIS, made, started and stopped by the program itself.

It listens on a free port of the loopback address only, with a generated
password (SCRAM), and runs as our child process: it stops when we stop, also
when we are killed. One run at a time holds it.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import IO, Final

import psycopg
from psycopg import sql

from data.cluster.place import (
    PASS_THROUGH,
    ServerUser,
    choose_data_folder,
    make_data_folder,
    server_user,
)
from data.cluster.programs import PostgresPrograms, find_programs
from data.cluster.record import DATABASE, ROLE, ClusterRecord, read_record, write_record
from data.cluster.server import (
    candidate_ports,
    data_major,
    end_left_over,
    end_server,
    launch_server,
    wait_until_ready,
)
from data.errors import StartError

FREE_BYTES_TO_MAKE: Final = 2_500_000_000
FREE_BYTES_TO_START: Final = 100_000_000
LOG_BYTES: Final = 10_000_000
LOG_TAIL_BYTES: Final = 4000


class PrivateCluster:
    """The cluster of one checkout; a context manager that starts and stops it."""

    def __init__(
        self,
        local_folder: Path,
        *,
        is_durable: bool = True,
        say: Callable[[str], None] = lambda _line: None,
    ) -> None:
        """Prepare; nothing is touched yet.

        Args:
            local_folder: `.local` of the checkout; made where it is missing.
            is_durable: Off for tests: nothing is forced to disk.
            say: Told each long step in one line.
        """
        self.local_folder = local_folder
        self.is_durable = is_durable
        self.say = say
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> str:
        """Start; the value is the database's address."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def log_file(self) -> Path:
        """What the server and `initdb` wrote."""
        return self.local_folder / "postgres.log"

    def start(self) -> str:
        """Make the cluster where there is none, start it, and give the database's address.

        Raises:
            StartError: Another run holds it, or it cannot be made or started.
            NotFoundError: PostgreSQL with PostGIS is not installed.
        """
        try:
            self.local_folder.mkdir(parents=True, exist_ok=True)
            self._take_lock()
            if self.log_file.exists() and self.log_file.stat().st_size > LOG_BYTES:
                self.log_file.unlink()
            record = read_record(self.local_folder)
            if record is None or not record.is_ready:
                record = self._make(record)
            record = self._run_server(record)
            _make_database(record)
        except PermissionError as error:
            self.stop()
            raise StartError(
                f"{error.filename or self.local_folder} belongs to another user; run as the user "
                "who ran this checkout first"
            ) from error
        except BaseException:
            self.stop()
            raise
        return record.url()

    def stop(self) -> None:
        """Stop the server that we started, and let the next run have the cluster."""
        if self._process is not None:
            end_server(self._process)
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def is_running(self) -> bool:
        """Whether the server that we started still runs."""
        return self._process is not None and self._process.poll() is None

    def _take_lock(self) -> None:
        lock = (self.local_folder / "lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            holder = lock.read().strip()
            lock.close()
            who = f" (process {holder})" if holder.isdigit() else ""
            raise StartError(
                f"another run{who} holds the database of this folder; stop that one first, "
                "or use the site that it serves"
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._lock = lock

    def _make(self, unfinished: ClusterRecord | None) -> ClusterRecord:
        """Run `initdb`; what an interrupted try left is removed first."""
        if unfinished is not None:
            shutil.rmtree(unfinished.data_folder, ignore_errors=True)
        programs = find_programs()
        user = server_user()
        folder = choose_data_folder(self.local_folder, user)
        _require_space(folder.parent, FREE_BYTES_TO_MAKE)
        self.say(f"making a private database in {folder}")
        record = ClusterRecord(
            data_folder=str(folder), password=secrets.token_urlsafe(24), port=0, is_ready=False
        )
        write_record(self.local_folder, record)
        make_data_folder(folder, user)
        with self.log_file.open("ab") as log, _pipe_of(record.password, user) as stdin:
            made = subprocess.run(  # noqa: S603 (initdb of the system's packages)
                [
                    *(programs.program("initdb"), "--pgdata", str(folder), "--username", ROLE),
                    *("--pwfile", "/dev/stdin", "--auth", "scram-sha-256"),
                    *("--encoding", "UTF8", "--locale", "C.UTF-8"),
                    *(() if self.is_durable else ("--no-sync",)),
                ],
                stdin=stdin,
                stdout=log,
                stderr=log,
                check=False,
                **user.process_options(),
            )
        if made.returncode:
            raise self._failure("the private database could not be made")
        record = replace(record, is_ready=True)
        write_record(self.local_folder, record)
        return record

    def _run_server(self, record: ClusterRecord) -> ClusterRecord:
        folder = Path(record.data_folder)
        if not (folder / "PG_VERSION").exists():
            raise StartError(
                f"the data folder {folder} is gone; move {self.local_folder} away to begin with "
                "a new database"
            )
        programs = find_programs(major=data_major(folder))
        _require_space(folder, FREE_BYTES_TO_START)
        end_left_over(folder)
        for port in candidate_ports(record.port):
            record = replace(record, port=port)
            write_record(self.local_folder, record)
            if self._is_started_on_port(programs, record):
                return record
        raise StartError("the private database found no free port on 127.0.0.1")

    def _is_started_on_port(self, programs: PostgresPrograms, record: ClusterRecord) -> bool:
        """False where another program took the port meanwhile."""
        log_start = self.log_file.stat().st_size if self.log_file.exists() else 0
        self._process = launch_server(
            programs, record, log_file=self.log_file, is_durable=self.is_durable
        )
        if wait_until_ready(self._process, record):
            return True
        end_server(self._process)
        self._process = None
        if "Address already in use" in self._log_from(log_start):
            return False
        raise self._failure("the private database did not start")

    def _log_from(self, position: int) -> str:
        with self.log_file.open("rb") as log:
            log.seek(position)
            return log.read().decode(errors="replace")

    def _failure(self, what: str) -> StartError:
        text = self._log_from(max(0, self.log_file.stat().st_size - LOG_TAIL_BYTES))
        if "No space left on device" in text:
            return StartError(f"{what}: the disk is full")
        lines = [line for line in text.splitlines() if line.strip()]
        return StartError(f"{what}; {self.log_file} says: {lines[-1] if lines else 'nothing'}")


@contextlib.contextmanager
def temporary_cluster(*, is_durable: bool = False) -> Iterator[str]:
    """A throwaway cluster; gives its address, removes it at the end.

    Args:
        is_durable: Whether writes are forced to disk: for benchmarks, not for tests.
    """
    folder = Path(mkdtemp(prefix="antoan-cluster-"))
    folder.chmod(PASS_THROUGH)
    try:
        with PrivateCluster(folder, is_durable=is_durable) as url:
            yield url
    finally:
        remove_cluster(folder)


def remove_cluster(local_folder: Path) -> None:
    """Delete a stopped cluster, wherever its data lies, and all that was beside its record."""
    record = read_record(local_folder)
    if record is not None:
        shutil.rmtree(record.data_folder, ignore_errors=True)
    shutil.rmtree(local_folder, ignore_errors=True)


@contextlib.contextmanager
def _pipe_of(password: str, user: ServerUser) -> Iterator[int]:
    """A pipe that holds the password and may be opened again by `user` as `/dev/stdin`."""
    reading, writing = os.pipe()
    try:
        os.fchown(reading, user.uid, user.gid)
        os.write(writing, f"{password}\n".encode())
        os.close(writing)
        yield reading
    finally:
        os.close(reading)


def _require_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StartError(
            f"the disk that holds {folder} has {free / 1e9:.1f} GB free and the database needs "
            f"{needed / 1e9:.1f} GB; free some, then start again"
        )


def _make_database(record: ClusterRecord) -> None:
    with psycopg.connect(record.url("postgres"), autocommit=True) as connection:
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)
        ).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
