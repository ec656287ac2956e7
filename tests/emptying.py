"""Empties the test database after tests that really commit."""

from sqlalchemy import Engine, text

from data.models import Base

SEEDED = frozenset({"review_key"})
"""Tables whose rows come from a migration."""


def empty_tables(engine: Engine) -> None:
    """Leave the database as the migrations made it, but for the numbers it has given out."""
    names = [name for name in Base.metadata.tables if name not in SEEDED]
    with engine.begin() as connection:
        quote = connection.dialect.identifier_preparer.quote
        # The names are the models' own; none comes from outside.
        connection.execute(text(f"TRUNCATE {', '.join(map(quote, sorted(names)))}"))
