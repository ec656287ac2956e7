import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text

from data.backup import back_up, restore
from data.engine import make_engine
from data.errors import ConflictError, InputError
from data.schema import read_schema_state, upgrade
from data.settings import DatabaseSettings


def make_database(engine: Engine) -> Engine:
    """An engine on a new, empty database of the same server."""
    name = f"antoan_{uuid.uuid4().hex[:12]}_test"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = engine.url.set(database=name, drivername="postgresql")
    return make_engine(
        DatabaseSettings(DATABASE_URL=SecretStr(url.render_as_string(hide_password=False))),
        statement_timeout_ms=0,
    )


@pytest.fixture
def other(engine: Engine) -> Iterator[Engine]:
    """A second, empty database."""
    made = make_database(engine)
    yield made
    made.dispose()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'DROP DATABASE "{made.url.database}" WITH (FORCE)'))


def store_marker(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE marker AS SELECT 'Đống Đa' AS name"))


def drop_marker(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE marker"))


def test_backup_comes_back_whole(engine: Engine, other: Engine, tmp_path: Path) -> None:
    store_marker(engine)
    try:
        back_up(engine, tmp_path / "a.dump")
    finally:
        drop_marker(engine)
    restore(other, tmp_path / "a.dump")
    with other.connect() as connection:
        assert connection.scalar(text("SELECT name FROM marker")) == "Đống Đa"
    assert read_schema_state(other).is_current
    assert [path.name for path in tmp_path.iterdir()] == ["a.dump"]


def test_restore_refuses_a_database_that_holds_tables(engine: Engine, tmp_path: Path) -> None:
    back_up(engine, tmp_path / "a.dump")
    with pytest.raises(ConflictError, match=r"holds \d+ tables"):
        restore(engine, tmp_path / "a.dump")


def test_half_a_backup_leaves_nothing(engine: Engine, other: Engine, tmp_path: Path) -> None:
    whole, half = tmp_path / "a.dump", tmp_path / "half.dump"
    back_up(engine, whole)
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size * 3 // 4])
    with pytest.raises(InputError, match="pg_restore failed"):
        restore(other, half)
    with other.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('alembic_version')")) is None


def test_backup_never_overwrites(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "a.dump").write_text("mine")
    with pytest.raises(ConflictError, match="exists"):
        back_up(engine, tmp_path / "a.dump")
    assert (tmp_path / "a.dump").read_text() == "mine"


def test_restore_refuses_other_files(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n")
    with pytest.raises(InputError, match="not a backup"):
        restore(engine, tmp_path / "a.csv")
    with pytest.raises(InputError, match="cannot be read"):
        restore(engine, tmp_path / "none.dump")


def test_upgrade_twice_changes_nothing_and_works_from_any_folder(
    other: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert not read_schema_state(other).is_current
    assert upgrade(other)
    assert read_schema_state(other).is_current
    assert not upgrade(other)


def test_database_of_a_newer_program_is_refused(other: Engine) -> None:
    upgrade(other)
    with other.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'future'"))
    with pytest.raises(ConflictError, match="newer program"):
        upgrade(other)
