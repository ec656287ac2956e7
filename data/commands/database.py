"""`antoan db`."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from data.backup import back_up, restore
from data.commands.console import open_sessions
from data.errors import ConflictError
from data.schema import read_schema_state, upgrade

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
) -> None:
    """Write all data to one compressed file, as it is at one moment.

    Example: antoan db backup antoan-2021-11-20.dump
    """
    with open_sessions() as sessions:
        back_up(_engine(sessions), file)
    typer.echo(f"wrote {file} ({file.stat().st_size / 1e6:.1f} MB)")


@app.command("restore")
def restore_command(
    file: Annotated[Path, typer.Argument(help="A file that 'antoan db backup' wrote.")],
) -> None:
    """Fill an empty database from a backup: all of it or nothing.

    Example: DATABASE_URL=postgresql://…/new_database antoan db restore antoan-2021-11-20.dump
    """
    with open_sessions() as sessions:
        engine = _engine(sessions)
        restore(engine, file)
        state = read_schema_state(engine)
    typer.echo(f"restored; schema at {state.current}")
    if not state.is_current:
        typer.echo("the backup is of an older program: run 'antoan db upgrade'")


def _engine(sessions: sessionmaker[Session]) -> Engine:
    engine = sessions.kw["bind"]
    if not isinstance(engine, Engine):
        raise TypeError("these sessions have no engine")
    return engine
