"""The database's schema: which migration it has, and bringing it to the newest."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, text

import data.migrations
from data.errors import ConflictError

UPGRADE_LOCK: Final = 0x616E746F  # one upgrade at a time in a database; any fixed number


@dataclass(frozen=True, kw_only=True)
class SchemaState:
    """The migration that a database has, and the newest one that the program knows."""

    current: str | None
    newest: str

    @property
    def is_current(self) -> bool:
        """Whether nothing is left to migrate."""
        return self.current == self.newest


def migration_config() -> Config:
    """Alembic's configuration for the migrations inside the package, from any folder."""
    config = Config()
    config.set_main_option("script_location", str(Path(data.migrations.__file__).parent))
    return config


def newest_revision() -> str:
    """The newest migration that the program brings."""
    return ScriptDirectory.from_config(migration_config()).get_current_head() or ""


def read_schema_state(engine: Engine) -> SchemaState:
    """Compare the database with the program."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return SchemaState(current=current, newest=newest_revision())


def upgrade(engine: Engine, *, say: Callable[[str], None] = lambda _line: None) -> bool:
    """Bring the schema to the newest migration, all or nothing; False where it already is there.

    Raises:
        ConflictError: The database was migrated by a newer program.
    """
    state = read_schema_state(engine)
    if state.is_current:
        return False
    say(f"bringing the schema from {state.current or 'nothing'} to {state.newest}")
    config = migration_config()
    with engine.connect() as connection:
        # Of two that start together the second waits here, then finds nothing left to do.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise ConflictError(
                f"the database is at migration {state.current}, which this program does not "
                "know; use the newer program that made it"
            ) from error
        connection.commit()
    return True
