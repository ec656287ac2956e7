"""Databases that exist for one benchmark."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr
from sqlalchemy import Connection, create_engine, text

from data.engine import make_engine, sqlalchemy_url
from data.schema import upgrade
from data.settings import DatabaseSettings


@contextmanager
def new_database() -> Iterator[str]:
    """Address of a new, migrated database on ANTOAN_TEST_SERVER_URL, dropped at the end."""
    with _database(os.environ["ANTOAN_TEST_SERVER_URL"], template="template0") as url:
        engine = make_engine(DatabaseSettings(DATABASE_URL=SecretStr(url)), statement_timeout_ms=0)
        upgrade(engine)
        engine.dispose()
        yield url


@contextmanager
def copied_database(url: str) -> Iterator[str]:
    """Address of a copy of a database that nobody is connected to, dropped at the end."""
    with _database(url, template=url.rsplit("/", 1)[1]) as copied:
        yield copied


@contextmanager
def _database(url: str, *, template: str) -> Iterator[str]:
    name = f"antoan_{uuid.uuid4().hex[:12]}_bench"
    server = url.rsplit("/", 1)[0]
    admin = create_engine(
        sqlalchemy_url(f"{server}/postgres"), isolation_level="AUTOCOMMIT", pool_pre_ping=True
    )
    with admin.connect() as connection:
        _execute(connection, "CREATE DATABASE {} TEMPLATE {}", name, template)
    try:
        yield f"{server}/{name}"
    finally:
        with admin.connect() as connection:
            _execute(connection, "DROP DATABASE {} WITH (FORCE)", name)
        admin.dispose()


def _execute(connection: Connection, statement: str, *names: str) -> None:
    quote = connection.dialect.identifier_preparer.quote_identifier
    connection.execute(text(statement.format(*(quote(name) for name in names))))
