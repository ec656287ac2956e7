"""COPY within a session's transaction: the way in for everything that comes in bulk."""

from collections.abc import Iterable, Sequence
from typing import LiteralString, cast

import psycopg
from psycopg.sql import Composed
from sqlalchemy.orm import Session


def driver_connection(session: Session) -> psycopg.Connection:
    """The psycopg connection that the session's transaction runs on."""
    found = session.connection().connection.driver_connection
    return cast(psycopg.Connection, found)


def copy_rows(session: Session, statement: LiteralString, rows: Iterable[Sequence[object]]) -> None:
    """Send rows of Python values; the statement ends in `FROM STDIN`."""
    with driver_connection(session).cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def copy_blocks(
    session: Session, statement: LiteralString | Composed, blocks: Iterable[bytes]
) -> None:
    """Send blocks that are COPY data already, text or binary as the statement says."""
    with driver_connection(session).cursor() as cursor, cursor.copy(statement) as copy:
        for block in blocks:
            copy.write(block)
