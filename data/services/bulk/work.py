"""The long work on uploaded tables: reading and checking, then storing; each resumes or repeats.

A row lock says that somebody works on an upload. Whoever finds one that waits
for work and is not locked may do it: after a restart nothing is lost, and two
workers never do the same.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker, undefer

from data.clock import day_of, now
from data.ingest.packed_tables import pack_table, unpack_table
from data.ingest.upload_guard import UploadRefusedError
from data.ingest.upload_process import read_upload_apart
from data.ingest.uploaded_tables import UploadedTable
from data.models import BulkUpload
from data.scope import Actor, scoped_sessions
from data.services.bulk.assessment_checking import check_assessments
from data.services.bulk.assessment_storing import store_assessments
from data.services.bulk.changes import changes_digest
from data.services.bulk.reports import BulkTexts, held_changes, make_report, make_rest
from data.services.bulk.tables import BulkCheck
from data.services.bulk.uploads import WORKING
from data.services.bulk.venue_checking import check_venues
from data.services.bulk.venue_storing import store_venues
from data.services.counting.level_locks import own_levels

logger = logging.getLogger(__name__)

STATEMENT_TIMEOUT_MS: Final = 120_000
LOCK_TIMEOUT_MS: Final = 60_000


def work_on(
    sessions: sessionmaker[Session],
    actor: Actor,
    upload_id: str,
    texts: BulkTexts,
    *,
    at: datetime | None = None,
    read: Callable[[bytes], UploadedTable] = read_upload_apart,
) -> None:
    """Do what an upload waits for: read and check it, or store it; nothing where it waits for none.

    Args:
        sessions: The site's; everything runs in the person's name, by `data.scope`.
        actor: Whose upload it is.
        upload_id: Its id.
        texts: Words.
        at: The moment; None asks the clock.
        read: Reads the file.
    """
    at = at or now()
    scoped = scoped_sessions(sessions, actor)
    try:
        content, state = _read_waiting(scoped, actor, upload_id)
        if content is None:
            return
        table = unpack_table(content) if state == "storing" else read(content)
        with scoped.begin() as session:
            _set_limits(session)
            if state == "storing":
                own_levels(session)
            upload = _lock(session, actor, upload_id, state)
            if upload is None:
                return
            job = _Job(session=session, actor=actor, upload=upload, table=table, texts=texts, at=at)
            if state == "storing":
                job.store()
            else:
                job.preview()
    except UploadRefusedError as error:
        _end(scoped, actor, upload_id, {"refused": error.code, "values": error.values})
    except SQLAlchemyError as error:
        # Nothing was stored: the transaction is gone with all it did. The message is not
        # logged: it may hold the row.
        facts = {"upload": upload_id, "error": type(error).__name__, "cause": _sqlstate(error)}
        logger.error("upload failed", extra=facts)
        _end(scoped, actor, upload_id, {"refused": "failed", "values": {}})


def _sqlstate(error: SQLAlchemyError) -> str | None:
    return getattr(getattr(error, "orig", None), "sqlstate", None)


def is_waiting(sessions: sessionmaker[Session], actor: Actor, upload_id: str) -> bool:
    """Whether an upload waits for work and nobody is at it."""
    with scoped_sessions(sessions, actor).begin() as session:
        return _lock(session, actor, upload_id, *WORKING) is not None


def _lock(session: Session, actor: Actor, upload_id: str, *states: str) -> BulkUpload | None:
    """The upload if it waits for work; None as well where somebody else is at it."""
    return session.scalar(_one(actor, upload_id, *states).with_for_update(skip_locked=True))


def _read_waiting(
    scoped: sessionmaker[Session], actor: Actor, upload_id: str
) -> tuple[bytes | None, str]:
    with scoped() as session:
        upload = session.scalar(
            _one(actor, upload_id, *WORKING).options(undefer(BulkUpload.content))
        )
        return (None, "") if upload is None else (upload.content, upload.state)


def _one(actor: Actor, upload_id: str, *states: str) -> Select[BulkUpload]:
    return select(BulkUpload).where(
        BulkUpload.upload_id == upload_id,
        BulkUpload.account_pk == actor.account_pk,
        BulkUpload.state.in_(states),
    )


def _set_limits(session: Session) -> None:
    session.execute(
        text(
            "SELECT set_config('statement_timeout', :statement, true),"
            " set_config('lock_timeout', :lock, true)"
        ),
        {"statement": str(STATEMENT_TIMEOUT_MS), "lock": str(LOCK_TIMEOUT_MS)},
    )


@dataclass(frozen=True, kw_only=True)
class _Job:
    """One upload under its lock, in the transaction of the work."""

    session: Session
    actor: Actor
    upload: BulkUpload
    table: UploadedTable
    texts: BulkTexts
    at: datetime

    def check(self) -> BulkCheck:
        """Check every row against what is stored at this moment."""
        if self.upload.kind == "venues":
            return check_venues(
                self.session, self.actor, self.table, self.texts.words, today=day_of(self.at)
            )
        return check_assessments(
            self.session,
            self.actor,
            self.table,
            self.texts.words,
            self.texts.answers,
            set_id=self.upload.set_id or "",
            now=self.at,
        )

    def preview(self) -> None:
        """Say what storing would do."""
        self._show(self.check())
        # The file itself is needed no more: storing goes by what was read of it.
        self.upload.content = pack_table(self.table)

    def store(self) -> None:
        """Store what was confirmed: everything or nothing, or the good rows."""
        upload, check = self.upload, self.check()
        with_doubtful = bool(upload.choices.get("with_doubtful"))
        with_changes = bool(upload.choices.get("with_changes"))
        if with_changes and upload.report.get("changes_digest") != changes_digest(check.changes):
            # The person agreed to other changes than these.
            self._show(check, notice="not_all")
            return
        left = check.bad | ({} if with_doubtful else check.doubtful)
        left |= {} if with_changes else held_changes(check)
        if left and upload.choices.get("mode") != "good":
            # What is stored has changed since the preview: nothing is done, it is shown again.
            self._show(check, notice="not_all")
            return
        # Before storing, which locks the chain of the audit until the transaction ends.
        rest = make_rest(self.table, left, self.texts)
        stored = self._store_rows(check, with_doubtful=with_doubtful, with_changes=with_changes)
        upload.report = make_report(self.table, check, self.texts) | {
            "stored": stored,
            "left": len(left),
        }
        upload.rest = rest
        upload.content = None
        upload.state = "stored"
        upload.ended_at = self.at

    def _show(self, check: BulkCheck, **more: str) -> None:
        self.upload.report = make_report(self.table, check, self.texts) | more
        left = check.bad | check.doubtful | held_changes(check)
        self.upload.rest = make_rest(self.table, left, self.texts)
        self.upload.state = "previewed"

    def _store_rows(self, check: BulkCheck, *, with_doubtful: bool, with_changes: bool) -> int:
        upload_id = self.upload.upload_id
        if self.upload.kind == "venues":
            return store_venues(
                self.session,
                self.actor,
                check,
                upload_id=upload_id,
                today=day_of(self.at),
                with_doubtful=with_doubtful,
                with_changes=with_changes,
            )
        return store_assessments(
            self.session,
            self.actor,
            upload_id=upload_id,
            declared_name=str(self.upload.choices.get("declared_name", "")),
            set_id=self.upload.set_id or "",
        )


def _end(
    scoped: sessionmaker[Session], actor: Actor, upload_id: str, report: dict[str, Any]
) -> None:
    with scoped.begin() as session:
        upload = _lock(session, actor, upload_id, *WORKING)
        if upload is not None:
            upload.report = report
            upload.state = "refused"
            upload.content = None
            upload.rest = None
