"""PostgreSQL's own programs for backups, run on one database through pipes."""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, BinaryIO, Final

from sqlalchemy import Engine, text

from data.cluster.programs import PostgresPrograms, find_programs, installed_programs
from data.errors import InputError

CHUNK: Final = 1 << 20


def dump_database(engine: Engine, snapshot: str) -> Iterator[bytes]:
    """The whole database as it was at a snapshot, in PostgreSQL's custom form.

    Row-level security is left on: tables force it upon their owner as well, whom its
    policies let see every row, and without this only a superuser could make a backup.

    Args:
        engine: Of the database.
        snapshot: Name that `pg_export_snapshot` gave in a transaction that is still open.

    Raises:
        InputError: `pg_dump` failed.
        NotFoundError: No PostgreSQL programs new enough for the server are installed.
    """
    options = ("--format=custom", "--enable-row-security", f"--snapshot={snapshot}")
    with _running(engine, "pg_dump", *options, output=subprocess.PIPE) as process:
        output = process.stdout
        if output is None:
            raise TypeError("pg_dump has no output")
        yield from iter(lambda: output.read(CHUNK), b"")


def list_dump(engine: Engine, chunks: Iterable[bytes]) -> list[str]:
    """What a dump holds, a line each as `pg_restore --use-list` takes them.

    Raises:
        InputError: `pg_restore` failed.
    """
    with (
        tempfile.TemporaryFile() as listed,
        _running(engine, "pg_restore", "--list", output=listed) as process,
    ):
        _feed(process, chunks)
        process.wait()
        listed.seek(0)
        return listed.read().decode().splitlines()


def restore_dump(engine: Engine, chunks: Iterable[bytes], lines: Iterable[str]) -> None:
    """Fill a database from a dump, in one transaction.

    Args:
        engine: Of the database.
        chunks: The dump.
        lines: Those of `list_dump` that are to be restored.

    Raises:
        InputError: `pg_restore` failed.
    """
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as wanted:
        wanted.write("\n".join(lines) + "\n")
        wanted.flush()
        with _running(
            engine,
            "pg_restore",
            *options,
            f"--use-list={wanted.name}",
            f"--dbname={engine.url.database}",
        ) as process:
            _feed(process, chunks)


def _feed(process: "subprocess.Popen[bytes]", chunks: Iterable[bytes]) -> None:
    """Write to a program until it has read enough."""
    if process.stdin is None:
        raise TypeError("the program has no input")
    # It may end before its input does; how it ends says whether that was right.
    with suppress(BrokenPipeError):
        for chunk in chunks:
            process.stdin.write(chunk)
        process.stdin.close()


@contextmanager
def _running(
    engine: Engine, program: str, *arguments: str, output: int | BinaryIO = subprocess.DEVNULL
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run one of the programs on the engine's database; it has ended well when this ends.

    The address goes by environment variables: arguments are readable by every
    user of a system.
    """
    url = engine.url
    named = {
        "PGHOST": url.host,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
        "PGSSLROOTCERT": url.query.get("sslrootcert"),
    }
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 (PostgreSQL's own program; arguments are ours)
            [_programs(engine).program(program), "--no-password", *arguments],
            env=os.environ | {name: str(value) for name, value in named.items() if value},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=complaints,
        )
        try:
            yield process
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close(pipe)
            process.wait()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close(pipe)
        complaints.seek(0)
        lines = [x for x in complaints.read().decode(errors="replace").splitlines() if x.strip()]
    if process.returncode:
        reason = lines[0].removeprefix(f"{program}: ") if lines else "no reason given"
        raise InputError(f"{program} failed: {reason}")


def _close(pipe: IO[bytes]) -> None:
    """Close a pipe whose other end may be gone."""
    with suppress(BrokenPipeError):
        pipe.close()


def _programs(engine: Engine) -> PostgresPrograms:
    """Programs of the server's own version where they are installed, else the newest."""
    with engine.connect() as connection:
        server = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
    newest = find_programs()
    return next((each for each in installed_programs() if each.major == server), newest)
