"""Fixtures for all tests: a migrated PostGIS database, and sessions that leave no trace."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from argon2 import PasswordHasher
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from data.engine import make_engine, make_sessions, sqlalchemy_url
from data.scope import ACTOR
from data.services.accounts import passwords
from data.settings import DatabaseSettings
from tests.emptying import empty_tables

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def server_url() -> str:
    """Address of a PostgreSQL server on which tests may create databases."""
    url = os.environ.get("ANTOAN_TEST_SERVER_URL")
    if not url:
        pytest.fail("ANTOAN_TEST_SERVER_URL is not set: run the tests with 'make test'")
    return url


@pytest.fixture(scope="session")
def database_url(server_url: str) -> Iterator[str]:
    """Address of a new database, migrated by Alembic as in production, dropped at the end."""
    name = f"antoan_{uuid.uuid4().hex[:12]}_test"
    admin = create_engine(sqlalchemy_url(server_url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = server_url.rsplit("/", 1)[0] + "/" + name
    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    engine = make_engine(DatabaseSettings(DATABASE_URL=SecretStr(url)), statement_timeout_ms=0)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    engine.dispose()
    yield url
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """Engine on the test database."""
    engine = make_engine(
        DatabaseSettings(DATABASE_URL=SecretStr(database_url)), statement_timeout_ms=0
    )
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Iterator[sessionmaker[Session]]:
    """Sessions whose commits vanish when the test ends."""
    with engine.connect() as connection, connection.begin() as outer:
        maker = sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        event.listen(maker, "after_begin", _leave_scope)
        yield maker
        outer.rollback()


def _leave_scope(session: Session, _: SessionTransaction, connection: Connection) -> None:
    """A person's role lasts for a transaction; here one transaction holds all of a test's."""
    if ACTOR not in session.info:
        connection.execute(text("SELECT set_config('role', 'none', true)"))


@pytest.fixture
def committing_sessions(engine: Engine) -> Iterator[sessionmaker[Session]]:
    """Sessions that really commit, for services that open several; tables are emptied after."""
    yield make_sessions(engine)
    empty_tables(engine)


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords hashed at no cost, for tests that are not about time or memory."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    nobody = hasher.hash("the password of nobody")
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    monkeypatch.setattr(passwords, "_nobodys_hash", lambda: nobody)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real boundary files and data that lies beside a checkout, where there is one."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared folder with the real files beside this checkout")
    return SHARED
