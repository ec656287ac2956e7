"""The one place where database engines are made."""

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from data.settings import DatabaseSettings


def sqlalchemy_url(url: str) -> str:
    """The address with the psycopg 3 driver named, whichever form was given."""
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def make_engine(settings: DatabaseSettings, *, statement_timeout_ms: int | None = None) -> Engine:
    """An engine with UTC, our statement timeout, the JIT off and cheap index steps.

    JIT compilation made short map queries several times slower on a large
    public dashboard after an upgrade of PostgreSQL; ours are all short.

    Args:
        settings: Address and pool of the database.
        statement_timeout_ms: Overrides the setting; 0 for imports and migrations.
    """
    timeout = (
        settings.statement_timeout_ms if statement_timeout_ms is None else statement_timeout_ms
    )
    # The default of 4 is that of turning disks: with it a province's venues were found by
    # reading all million of them.
    costs = "-c jit=off -c random_page_cost=1.1"
    options = f"-c timezone=UTC {costs} -c statement_timeout={timeout}"
    return create_engine(
        sqlalchemy_url(settings.url.get_secret_value()),
        pool_size=settings.pool_size,
        max_overflow=settings.pool_size,
        pool_pre_ping=True,
        connect_args={"options": options, "application_name": "antoan"},
    )


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions whose objects stay readable after commit."""
    return sessionmaker(engine, expire_on_commit=False)
