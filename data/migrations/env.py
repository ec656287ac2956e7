"""Alembic environment: migrates the database that the caller connected to."""

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection

from data.engine import make_engine
from data.models import Base
from data.settings import DatabaseSettings

EXTENSION_TABLES = ("spatial_ref_sys",)
LIBRARY_PREFIX = "procrastinate_"


def include_object(
    item: object, name: str | None, kind: str, reflected: bool, other: object
) -> bool:
    """Leave out what PostGIS, the job queue and partitions bring with them."""
    is_foreign = (
        kind == "table"
        and reflected
        and other is None
        and name is not None
        and (name in EXTENSION_TABLES or name.startswith((LIBRARY_PREFIX, "visit_p")))
    )
    if is_foreign:
        return False
    return bool(alembic_helpers.include_object(item, name, kind, reflected, other))


def run() -> None:
    """Run the migrations in one transaction."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        configure_and_run(connection)
        return
    engine = make_engine(DatabaseSettings(), statement_timeout_ms=0)
    with engine.connect() as own:
        configure_and_run(own)
        own.commit()
    engine.dispose()


def configure_and_run(connection: Connection) -> None:
    """Point Alembic at one open connection and migrate."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include_object,
        render_item=alembic_helpers.render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
