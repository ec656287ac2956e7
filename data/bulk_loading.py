"""Loading whole tables: foreign keys are checked once at the end instead of row by row."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from psycopg.sql import SQL, Identifier
from sqlalchemy import text
from sqlalchemy.orm import Session

from data.copying import driver_connection


@contextmanager
def foreign_keys_checked_at_end(session: Session, tables: Sequence[str]) -> Iterator[None]:
    """Take the foreign keys of some tables away and put them back, in the same transaction.

    Checking a million rows one by one takes longer than storing them; adding
    the key again checks all of them in one pass. Nobody else sees the tables
    without their keys: they stay locked until the transaction ends.
    """
    keys = session.execute(
        text(
            "SELECT conrelid::regclass::text AS table_name, conname, "
            "pg_get_constraintdef(oid) AS definition FROM pg_constraint "
            "WHERE contype = 'f' AND conrelid = ANY (CAST(:tables AS regclass[])) "
            "ORDER BY table_name, conname"
        ),
        {"tables": list(tables)},
    ).all()
    cursor = driver_connection(session).cursor()
    for key in keys:
        cursor.execute(
            SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                Identifier(key.table_name), Identifier(key.conname)
            )
        )
    yield
    for key in keys:
        cursor.execute(
            SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                Identifier(key.table_name),
                Identifier(key.conname),
                SQL(key.definition),
            )
        )
