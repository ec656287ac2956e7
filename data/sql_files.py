"""Statements longer than a screen, kept as `data/sql/<name>.sql` with named parameters."""

from functools import cache
from importlib.resources import files

from sqlalchemy import TextClause, text


@cache
def read_sql(name: str) -> TextClause:
    """The statement of one file, with its `:name` places still open.

    Args:
        name: File name without `.sql`.
    """
    return text((files("data") / "sql" / f"{name}.sql").read_text(encoding="utf-8"))
