"""Backups: database and evidence files together, and back, for users who are no superusers."""

import hashlib
import secrets
import subprocess
import tarfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker
from typer.testing import CliRunner

from data.backup import backup
from data.backup.backup import back_up, restore
from data.backup.programs import dump_database
from data.commands.database import app
from data.engine import make_engine
from data.errors import ConflictError, InputError
from data.models import EvidenceFile, Venue
from data.schema import read_schema_state, upgrade
from data.settings import DatabaseSettings
from data.uploads.store import EvidenceStore
from tests.people import make_account, make_venue

RIGHTS = text(
    """
    SELECT string_agg(line, ',' ORDER BY line) FROM (
        SELECT concat_ws(' ', table_name, privilege_type) AS line
        FROM information_schema.role_table_grants WHERE grantee = 'antoan_app'
        UNION ALL
        SELECT concat_ws(' ', table_name, column_name, privilege_type)
        FROM information_schema.column_privileges WHERE grantee = 'antoan_app'
        UNION ALL
        SELECT concat_ws(' ', object_name, privilege_type)
        FROM information_schema.usage_privileges WHERE grantee = 'antoan_app'
    ) AS given
    """
)


def run_as_administrator(engine: Engine, *statements: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))


def make_database(engine: Engine, *, user: str | None = None) -> Engine:
    """An engine on a new, empty database of the same server."""
    name = f"antoan_{uuid.uuid4().hex[:12]}_test"
    owner = f' OWNER "{user}"' if user else ""
    run_as_administrator(engine, f'CREATE DATABASE "{name}"{owner}')
    return connect(engine, name, user=user)


def connect(engine: Engine, name: str | None, *, user: str | None = None) -> Engine:
    url = engine.url.set(database=name, drivername="postgresql", username=user)
    return make_engine(
        DatabaseSettings(DATABASE_URL=SecretStr(url.render_as_string(hide_password=False))),
        statement_timeout_ms=0,
    )


def drop_database(engine: Engine, made: Engine) -> None:
    made.dispose()
    run_as_administrator(engine, f'DROP DATABASE "{made.url.database}" WITH (FORCE)')


@pytest.fixture
def other(engine: Engine) -> Iterator[Engine]:
    """A second, empty database."""
    made = make_database(engine)
    yield made
    drop_database(engine, made)


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    """The evidence of the site that is backed up."""
    return EvidenceStore(folder=tmp_path / "evidence")


@pytest.fixture
def new_store(tmp_path: Path) -> EvidenceStore:
    """Where the backup comes back to."""
    return EvidenceStore(folder=tmp_path / "new" / "evidence")


@dataclass(frozen=True, kw_only=True)
class Sites:
    """A site to back up, and an empty one for the backup to come back to."""

    engine: Engine
    sessions: sessionmaker[Session]
    store: EvidenceStore
    other: Engine
    new_store: EvidenceStore


@pytest.fixture
def sites(
    engine: Engine,
    committing_sessions: sessionmaker[Session],
    store: EvidenceStore,
    other: Engine,
    new_store: EvidenceStore,
) -> Sites:
    return Sites(
        engine=engine,
        sessions=committing_sessions,
        store=store,
        other=other,
        new_store=new_store,
    )


def add_evidence(
    sessions: sessionmaker[Session], store: EvidenceStore, count: int
) -> dict[str, bytes]:
    """Files of a venue: bytes and rows."""
    venue_id = make_venue(sessions, owner=make_account(sessions))
    files = {}
    with sessions.begin() as session:
        venue_pk = session.scalars(select(Venue.venue_pk).where(Venue.venue_id == venue_id)).one()
        for number in range(count):
            data = secrets.token_bytes(700 * number + 1)
            files[store.write(data)] = data
            session.add(
                EvidenceFile(
                    evidence_id=list(files)[-1],
                    venue_pk=venue_pk,
                    media_type="image/jpeg",
                    size=len(data),
                    sha256=hashlib.sha256(data).digest(),
                )
            )
    return files


def stored(store: EvidenceStore) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in store.folder.glob("*/*/*")}


def is_untouched(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT to_regclass('alembic_version')")) is None


def old_dump(engine: Engine, store: EvidenceStore, folder: Path) -> Path:
    """A backup as programs wrote them before they held files."""
    back_up(engine, folder / "whole.backup", store, may_lack_files=True)
    with tarfile.open(folder / "whole.backup") as archive:
        member = archive.extractfile("database.dump")
        assert member is not None
        (folder / "old.dump").write_bytes(member.read())
    (folder / "whole.backup").unlink()
    return folder / "old.dump"


def test_a_backup_comes_back_whole(sites: Sites, tmp_path: Path) -> None:
    files = add_evidence(sites.sessions, sites.store, 5)
    sites.store.write(b"on its way to its row")
    file = tmp_path / "a.backup"
    assert back_up(sites.engine, file, sites.store) == backup.EvidenceCount(files=5, lacking=0)
    assert file.stat().st_mode & 0o777 == 0o600
    assert restore(sites.other, file, sites.new_store) == backup.EvidenceCount(files=5, lacking=0)
    assert stored(sites.new_store) == files
    assert sites.new_store.folder.stat().st_mode & 0o777 == 0o700
    assert read_schema_state(sites.other).is_current
    with sites.engine.connect() as old, sites.other.connect() as new:
        names = select(EvidenceFile.evidence_id).order_by(EvidenceFile.evidence_id)
        assert new.scalars(names).all() == old.scalars(names).all() == sorted(files)
        rights = new.scalar(RIGHTS)
        assert rights == old.scalar(RIGHTS)
        assert "certificate SELECT" in rights
        assert "account SELECT" not in rights.split(",")
    assert {path.name for path in tmp_path.iterdir()} == {"a.backup", "evidence", "new"}


def test_other_programs_open_a_backup(
    engine: Engine,
    committing_sessions: sessionmaker[Session],
    store: EvidenceStore,
    tmp_path: Path,
) -> None:
    files = add_evidence(committing_sessions, store, 3)
    back_up(engine, tmp_path / "a.backup", store)
    folder = tmp_path / "opened"
    folder.mkdir()
    subprocess.run(["tar", "xf", tmp_path / "a.backup"], cwd=folder, check=True)
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, check=True)
    assert {path.name: path.read_bytes() for path in (folder / "evidence").iterdir()} == files


def test_who_owns_the_database_and_is_no_superuser_can_do_both(
    engine: Engine, store: EvidenceStore, new_store: EvidenceStore, tmp_path: Path
) -> None:
    user = f"antoan_{uuid.uuid4().hex[:12]}_test"
    run_as_administrator(
        engine,
        f"CREATE ROLE \"{user}\" LOGIN PASSWORD '{engine.url.password or ''}'",
        f'GRANT antoan_app TO "{user}"',
    )
    made = [make_database(engine, user=user) for _ in range(2)]
    try:
        for each in made:
            administrator = connect(engine, each.url.database, user=engine.url.username)
            run_as_administrator(
                administrator, "CREATE EXTENSION postgis", "CREATE EXTENSION pg_trgm"
            )
            administrator.dispose()
        upgrade(made[0])
        sessions = sessionmaker(made[0])
        make_venue(sessions, owner=make_account(sessions))
        back_up(made[0], tmp_path / "a.backup", store)
        restore(made[1], tmp_path / "a.backup", new_store)
        with made[1].connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM venue_staff")) == 1
    finally:
        for each in made:
            drop_database(engine, each)
        run_as_administrator(engine, f'DROP ROLE "{user}"')


def test_restore_refuses_a_database_that_holds_tables(
    engine: Engine, store: EvidenceStore, new_store: EvidenceStore, tmp_path: Path
) -> None:
    back_up(engine, tmp_path / "a.backup", store)
    with pytest.raises(ConflictError, match=r"holds \d+ tables"):
        restore(engine, tmp_path / "a.backup", new_store)
    assert not new_store.folder.exists()


def test_restore_refuses_a_folder_that_holds_files(
    engine: Engine, other: Engine, store: EvidenceStore, tmp_path: Path
) -> None:
    back_up(engine, tmp_path / "a.backup", store)
    store.write(b"of another site")
    with pytest.raises(ConflictError, match="name one in ANTOAN_EVIDENCE_DIR"):
        restore(other, tmp_path / "a.backup", store)
    assert is_untouched(other)
    assert len(stored(store)) == 1


def test_half_a_backup_leaves_nothing(sites: Sites, tmp_path: Path) -> None:
    add_evidence(sites.sessions, sites.store, 4)
    whole, half = tmp_path / "a.backup", tmp_path / "half.backup"
    back_up(sites.engine, whole, sites.store)
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size * 3 // 4])
    with pytest.raises(InputError, match="cut off or damaged"):
        restore(sites.other, half, sites.new_store)
    assert is_untouched(sites.other)
    assert not sites.new_store.folder.exists()


def test_a_restore_that_fails_in_the_database_takes_its_files_back(
    sites: Sites, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_evidence(sites.sessions, sites.store, 3)
    back_up(sites.engine, tmp_path / "a.backup", sites.store)
    with monkeypatch.context() as changed:
        changed.setattr(backup, "NOT_OURS", (" TABLE public venue ",))
        with pytest.raises(InputError, match="pg_restore failed"):
            restore(sites.other, tmp_path / "a.backup", sites.new_store)
    assert is_untouched(sites.other)
    assert stored(sites.new_store) == {}
    restore(sites.other, tmp_path / "a.backup", sites.new_store)
    assert len(stored(sites.new_store)) == 3


def test_evidence_that_is_missing_or_damaged_is_counted_and_stops_a_backup(
    sites: Sites, tmp_path: Path
) -> None:
    names = list(add_evidence(sites.sessions, sites.store, 4))
    sites.store.remove(names[0])
    next(sites.store.folder.glob(f"*/*/{names[3]}")).write_bytes(b"something else")
    file = tmp_path / "a.backup"
    with pytest.raises(InputError, match=r"missing or damaged in .*: 2; set ANTOAN_EVIDENCE_DIR"):
        back_up(sites.engine, file, sites.store)
    assert {path.name for path in tmp_path.iterdir()} == {"evidence"}
    assert back_up(sites.engine, file, sites.store, may_lack_files=True).lacking == 2
    assert restore(sites.other, file, sites.new_store) == backup.EvidenceCount(files=2, lacking=2)
    assert set(stored(sites.new_store)) == set(names[1:3])


def test_a_file_deleted_while_the_backup_runs_is_not_missed(
    engine: Engine,
    committing_sessions: sessionmaker[Session],
    store: EvidenceStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = list(add_evidence(committing_sessions, store, 2))

    def dump_then_delete(engine: Engine, snapshot: str) -> Iterator[bytes]:
        yield from dump_database(engine, snapshot)
        with committing_sessions.begin() as session:
            session.execute(
                text("DELETE FROM evidence_file WHERE evidence_id = :n"), {"n": names[0]}
            )
        store.remove(names[0])

    monkeypatch.setattr(backup, "dump_database", dump_then_delete)
    count = back_up(engine, tmp_path / "a.backup", store)
    assert count == backup.EvidenceCount(files=1, lacking=0)


def test_a_dump_of_an_older_program_still_comes_back(sites: Sites, tmp_path: Path) -> None:
    add_evidence(sites.sessions, sites.store, 2)
    file = old_dump(sites.engine, sites.store, tmp_path)
    assert restore(sites.other, file, sites.new_store) == backup.EvidenceCount(files=0, lacking=2)
    assert read_schema_state(sites.other).is_current


def test_half_an_old_dump_leaves_nothing(sites: Sites, tmp_path: Path) -> None:
    add_evidence(sites.sessions, sites.store, 1)
    whole, half = old_dump(sites.engine, sites.store, tmp_path), tmp_path / "half.dump"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size * 3 // 4])
    with pytest.raises(InputError, match="pg_restore failed"):
        restore(sites.other, half, sites.new_store)
    assert is_untouched(sites.other)


def test_backup_never_overwrites(engine: Engine, store: EvidenceStore, tmp_path: Path) -> None:
    (tmp_path / "a.backup").write_text("mine")
    with pytest.raises(ConflictError, match="exists"):
        back_up(engine, tmp_path / "a.backup", store)
    assert (tmp_path / "a.backup").read_text() == "mine"
    with pytest.raises(InputError, match="cannot be written"):
        back_up(engine, tmp_path / "none" / "a.backup", store)


def test_restore_refuses_other_files(engine: Engine, store: EvidenceStore, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n")
    with pytest.raises(InputError, match="not a backup"):
        restore(engine, tmp_path / "a.csv", store)
    with pytest.raises(InputError, match="cannot be read"):
        restore(engine, tmp_path / "none.backup", store)


def test_the_commands_say_what_they_did(
    sites: Sites, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_evidence(sites.sessions, sites.store, 2)
    file = str(tmp_path / "a.backup")
    for made, folder, words, said in (
        (sites.engine, sites.store.folder, ["backup", file], "evidence files: 2)"),
        (sites.other, sites.new_store.folder, ["restore", file], "restored; schema at "),
    ):
        url = made.url.set(drivername="postgresql").render_as_string(hide_password=False)
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("ANTOAN_EVIDENCE_DIR", str(folder))
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
        assert said in done.output
    assert len(stored(sites.new_store)) == 2


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
