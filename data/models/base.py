"""Declarative base: one naming convention for every constraint."""

from sqlalchemy import Index, MetaData, text
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Base of all mapped tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def account_index(table: str, column: str) -> Index:
    """Index of a column that names an account.

    An account that ends is taken out of every row that names it: without these indexes each
    deletion would read all of these tables.

    Args:
        table: Name of the table.
        column: Its column; rows without an account are not in the index.
    """
    return Index(f"ix_{table}_{column}", column, postgresql_where=text(f"{column} IS NOT NULL"))
