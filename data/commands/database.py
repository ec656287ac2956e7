"""`antoan db`."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from data.backup.backup import back_up, restore
from data.commands.console import open_sessions
from data.errors import ConflictError
from data.schema import read_schema_state, upgrade
from data.services.assessing.evidence import make_store

app = typer.Typer(
    help="The schema and the data: upgrade, status, backup, restore.", no_args_is_help=True
)


@app.command("upgrade")
def upgrade_command() -> None:
    """Bring the schema to the newest migration, all or nothing; again changes nothing.

    Example: antoan db upgrade
    """
    with open_sessions() as sessions:
        engine = _engine(sessions)
        is_changed = upgrade(engine)
        state = read_schema_state(engine)
    typer.echo(f"schema at {state.current}" + ("" if is_changed else ", as it was"))


@app.command()
def status() -> None:
    """Say which migration the database has; exit 1 where it is not the newest.

    Example: antoan db status
    """
    with open_sessions() as sessions:
        state = read_schema_state(_engine(sessions))
    typer.echo(f"database {state.current or 'empty'}, program {state.newest}")
    if not state.is_current:
        raise ConflictError("the schema is not current; run 'antoan db upgrade'")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="File to write; must not exist.")],
    may_lack_files: Annotated[
        bool,
        typer.Option("--allow-missing", help="Go on without evidence files that are missing."),
    ] = False,
) -> None:
    """Write the database, as it is at one moment, and the evidence files to one file.

    Example: antoan db backup antoan-2021-11-20.backup
    """
    with open_sessions() as sessions:
        count = back_up(_engine(sessions), file, make_store(), may_lack_files=may_lack_files)
    size = f"{file.stat().st_size / 1e6:.1f} MB"
    typer.echo(f"wrote {file} ({size}, evidence files: {count.files:,})")
    if count.lacking:
        typer.echo(f"evidence files that are missing and not in it: {count.lacking:,}")


@app.command("restore")
def restore_command(
    file: Annotated[Path, typer.Argument(help="A file that 'antoan db backup' wrote.")],
) -> None:
    """Fill an empty database and an empty evidence folder from a backup: all of it or nothing.

    Example: DATABASE_URL=postgresql://…/new ANTOAN_EVIDENCE_DIR=/srv/new antoan db restore a.backup
    """
    with open_sessions() as sessions:
        engine = _engine(sessions)
        store = make_store()
        count = restore(engine, file, store)
        state = read_schema_state(engine)
    typer.echo(f"restored; schema at {state.current}, evidence files: {count.files:,}")
    if count.lacking:
        typer.echo(
            f"evidence files that the database names and the backup lacks: {count.lacking:,}; "
            f"if you have them, copy them to {store.folder}"
        )
    if not state.is_current:
        typer.echo("the backup is of an older program: run 'antoan db upgrade'")


def _engine(sessions: sessionmaker[Session]) -> Engine:
    engine = sessions.kw["bind"]
    if not isinstance(engine, Engine):
        raise TypeError("these sessions have no engine")
    return engine
