"""Backups of one database in PostgreSQL's own compressed form, and back."""

import os
import subprocess
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, text

from data.cluster.programs import PostgresPrograms, find_programs, installed_programs
from data.errors import ConflictError, InputError

SIGNATURE: Final = b"PGDMP"

OWN_TABLES: Final = text(
    # Tables that belong to no extension; PostGIS brings some of its own.
    """
    SELECT count(*)
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg\\_toast%'
      AND n.nspname NOT LIKE 'pg\\_temp%'
      AND NOT EXISTS (
          SELECT FROM pg_depend AS d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
      )
    """
)


def back_up(engine: Engine, file: Path) -> None:
    """Write the whole database to a new file, which is there only when it is complete.

    Raises:
        ConflictError: The file exists.
        InputError: The folder cannot be written, or `pg_dump` failed.
        NotFoundError: No PostgreSQL programs new enough for the server are installed.
    """
    if file.exists():
        raise ConflictError(f"{file} exists; choose another name or move it away")
    draft = file.with_name(f".{file.name}.part")
    try:
        _run(engine, "pg_dump", "--format=custom", f"--file={draft}")
        draft.replace(file)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)


def restore(engine: Engine, file: Path) -> None:
    """Fill an empty database from a backup, in one transaction.

    Raises:
        InputError: The file is missing or no backup, or `pg_restore` failed.
        ConflictError: The database holds tables.
        NotFoundError: No PostgreSQL programs new enough for the server are installed.
    """
    try:
        with file.open("rb") as stream:
            signature = stream.read(len(SIGNATURE))
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error
    if signature != SIGNATURE:
        raise InputError(f"{file} is not a backup that 'antoan db backup' wrote")
    with engine.connect() as connection:
        tables = connection.scalar(OWN_TABLES)
    if tables:
        raise ConflictError(
            f"the database holds {tables} tables; a backup goes into an empty one only: make one "
            "with CREATE DATABASE and name it in DATABASE_URL"
        )
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _run(engine, "pg_restore", *options, f"--dbname={engine.url.database}", str(file))


def _run(engine: Engine, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the engine's database.

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
    done = subprocess.run(  # noqa: S603 (PostgreSQL's own program; arguments are ours)
        [_programs(engine).program(program), "--no-password", *arguments],
        env=os.environ | {name: str(value) for name, value in named.items() if value},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        reason = lines[0].removeprefix(f"{program}: ") if lines else "no reason given"
        raise InputError(f"{program} failed: {reason}")


def _programs(engine: Engine) -> PostgresPrograms:
    """Programs of the server's own version where they are installed, else the newest."""
    with engine.connect() as connection:
        server = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
    newest = find_programs()
    return next((each for each in installed_programs() if each.major == server), newest)
