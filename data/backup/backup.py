"""Backups of one site, database and evidence files in one file, and back."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import DBAPIError

from data.app_role import grant_rights, make_role
from data.backup.archive import (
    DUMP,
    EVIDENCE,
    ArchiveWriter,
    check_archive,
    is_archive,
    read_members,
)
from data.backup.programs import dump_database, list_dump, restore_dump
from data.errors import ConflictError, InputError, NotFoundError
from data.models import EvidenceFile
from data.uploads.store import EvidenceStore

SIGNATURE: Final = b"PGDMP"  # of a dump alone, as backups were before they held files
BATCH: Final = 1000
CHUNK: Final = 1 << 20
EXTENSIONS: Final = ("postgis", "pg_trgm")
# Extensions are made before the rest, by `_prepare`: who owns a database does not own those
# that an administrator made in it, and may write neither their comments nor their tables.
NOT_OURS: Final = (" EXTENSION - ", " COMMENT - EXTENSION ", " TABLE DATA public spatial_ref_sys ")

OWN_TABLES: Final = text(
    # Tables that belong to no extension; PostGIS brings some of its own.
    """
    SELECT count(*)
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg\\_toast%'
      AND n.nspname NOT LIKE 'pg\\_temp%'
      AND NOT EXISTS (
          SELECT FROM pg_depend AS d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
      )
    """
)
HAS_EVIDENCE: Final = text("SELECT to_regclass('public.evidence_file') IS NOT NULL")
HAS_SCOPE: Final = text("SELECT to_regprocedure('public.antoan_role()') IS NOT NULL")


@dataclass(frozen=True, kw_only=True)
class EvidenceCount:
    """Evidence files of a backup.

    Attributes:
        files: Written, or restored.
        lacking: Named by the database and not there.
    """

    files: int
    lacking: int


def back_up(
    engine: Engine, file: Path, store: EvidenceStore, *, may_lack_files: bool = False
) -> EvidenceCount:
    """Write database and evidence to a new file, which is there only when it is complete.

    The database is that of one moment, and the files are those that it names then.

    Args:
        engine: Of the database.
        file: To write; only its owner may read it.
        store: The evidence files.
        may_lack_files: Go on where a file that the database names is missing or damaged.

    Raises:
        ConflictError: The file exists.
        InputError: The folder cannot be written, `pg_dump` failed, or evidence is missing.
        NotFoundError: No PostgreSQL programs new enough for the server are installed.
    """
    if file.exists():
        raise ConflictError(f"{file} exists; choose another name or move it away")
    draft = None
    try:
        opened, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
        draft = Path(name)
        with os.fdopen(opened, "w+b") as stream, engine.connect() as connection:
            connection.execution_options(isolation_level="REPEATABLE READ")
            snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
            # The files may take longer to read than a transaction may otherwise stand idle.
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            archive = ArchiveWriter(stream)
            archive.add(DUMP, dump_database(engine, snapshot))
            count = _add_evidence(engine, connection, archive, store)
            archive.finish()
            stream.flush()
            os.fsync(stream.fileno())
        if count.lacking and not may_lack_files:
            raise InputError(
                f"evidence files that the database names and that are missing or damaged in "
                f"{store.folder}: {count.lacking:,}; set ANTOAN_EVIDENCE_DIR to the site's folder, "
                "or make the backup without them by --allow-missing"
            )
        draft.replace(file)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from error
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)
    return count


def restore(engine: Engine, file: Path, store: EvidenceStore) -> EvidenceCount:
    """Fill an empty database and an empty evidence folder from a backup, all of it or nothing.

    A dump without files, as older programs wrote, fills the database alone.

    Raises:
        InputError: The file is missing, damaged or no backup, or `pg_restore` failed.
        ConflictError: The database holds tables, or the evidence folder files.
        NotFoundError: No PostgreSQL programs new enough for the server are installed.
    """
    try:
        has_files = is_archive(file)
        if not has_files and not _is_dump(file):
            raise InputError(f"{file} is not a backup that 'antoan db backup' wrote")
        _require_empty_database(engine)
        if not has_files:
            _fill_database(engine, file, is_dump=True)
            with engine.connect() as connection:
                return EvidenceCount(files=0, lacking=_count_lacking(connection, store))
        if not store.is_empty:
            raise ConflictError(
                f"{store.folder} holds evidence files; a backup goes into an empty folder only: "
                "name one in ANTOAN_EVIDENCE_DIR"
            )
        files = check_archive(file)
        try:
            for name, chunks in _read_evidence(file):
                store.put(name, b"".join(chunks))
            _fill_database(engine, file, is_dump=False)
        except BaseException:
            for name, _ in _read_evidence(file):
                store.remove(name)
            raise
        with engine.connect() as connection:
            return EvidenceCount(files=files, lacking=_count_lacking(connection, store))
    except OSError as error:
        where = error.filename or file
        raise InputError(f"{where} cannot be read or written: {error.strerror}") from error


def _is_dump(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(SIGNATURE)) == SIGNATURE


def _require_empty_database(engine: Engine) -> None:
    with engine.connect() as connection:
        tables = connection.scalar(OWN_TABLES)
    if tables:
        raise ConflictError(
            f"the database holds {tables} tables; a backup goes into an empty one only: make one "
            "with CREATE DATABASE and name it in DATABASE_URL"
        )


def _add_evidence(
    engine: Engine, connection: Connection, archive: ArchiveWriter, store: EvidenceStore
) -> EvidenceCount:
    """Write the files that the snapshot names, in the order of their names."""
    files, lacking = 0, 0
    for rows in _batches(connection):
        missed = []
        for name, sha256 in rows:
            try:
                data = store.read(name)
            except NotFoundError:
                missed.append(name)
                continue
            if hashlib.sha256(data).digest() != sha256:
                missed.append(name)
                continue
            archive.add(f"evidence/{name}", [data])
            files += 1
        if missed:
            # What was deleted while the backup ran is not missed by anybody.
            wanted = select(EvidenceFile.evidence_id).where(EvidenceFile.evidence_id.in_(missed))
            with engine.connect() as later:
                lacking += len(later.scalars(wanted.order_by(EvidenceFile.evidence_id)).all())
    return EvidenceCount(files=files, lacking=lacking)


def _batches(connection: Connection) -> Iterator[list[tuple[str, bytes]]]:
    """Name and SHA-256 of every evidence file that the database knows, by name."""
    if not connection.scalar(HAS_EVIDENCE):
        return
    listed = select(EvidenceFile.evidence_id, EvidenceFile.sha256).order_by(
        EvidenceFile.evidence_id
    )
    with connection.execution_options(yield_per=BATCH).execute(listed) as result:
        for rows in result.partitions():
            yield [(name, sha256) for name, sha256 in rows]


def _count_lacking(connection: Connection, store: EvidenceStore) -> int:
    return sum(not store.has(name) for rows in _batches(connection) for name, _ in rows)


def _read_evidence(file: Path) -> Iterator[tuple[str, Iterator[bytes]]]:
    for member in read_members(file):
        if found := EVIDENCE.fullmatch(member.name):
            yield found[1], member.chunks


def _read_dump(file: Path, *, is_dump: bool) -> Iterator[bytes]:
    if is_dump:
        with file.open("rb") as stream:
            yield from iter(lambda: stream.read(CHUNK), b"")
        return
    for member in islice(read_members(file), 1, 2):
        yield from member.chunks


def _fill_database(engine: Engine, file: Path, *, is_dump: bool) -> None:
    lines = list_dump(engine, _read_dump(file, is_dump=is_dump))
    _prepare(engine)
    ours = [line for line in lines if not any(part in line for part in NOT_OURS)]
    restore_dump(engine, _read_dump(file, is_dump=is_dump), ours)
    with engine.begin() as connection:
        if connection.scalar(HAS_SCOPE):
            grant_rights(connection)


def _prepare(engine: Engine) -> None:
    """Make what does not belong to the database alone: extensions, and the application's role."""
    try:
        with engine.begin() as connection:
            for extension in EXTENSIONS:
                connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
            make_role(connection)
    except DBAPIError as error:
        raise InputError(
            "the database's user may not make the extensions postgis and pg_trgm or the role "
            "antoan_app; let an administrator create them: CREATE EXTENSION postgis; "
            "CREATE EXTENSION pg_trgm; CREATE ROLE antoan_app NOLOGIN; GRANT antoan_app TO the user"
        ) from error
