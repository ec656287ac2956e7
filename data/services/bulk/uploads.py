"""Uploaded tables from their arrival to their end: read, looked at, stored once, forgotten."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session, sessionmaker, undefer

from data.clock import now
from data.errors import ConflictError, NotFoundError
from data.models import BulkUpload
from data.scope import Actor, scoped_sessions

BulkKind = Literal["venues", "assessments"]
Mode = Literal["all", "good"]

ID_BYTES: Final = 15
MOST_PER_DAY: Final = 30
KEPT: Final = timedelta(days=7)
KEPT_RECORD: Final = timedelta(days=365)
WORKING: Final = frozenset({"reading", "storing"})
# Parts of a report that show cells; they go with the file.
CELLS: Final = ("first", "problems", "changes")


class TooManyUploadsError(ConflictError):
    """This account has uploaded as many files today as one may."""


@dataclass(frozen=True, kw_only=True)
class UploadRecord:
    """One uploaded table as its owner sees it.

    Attributes:
        state: `reading`, `previewed`, `refused`, `storing`, `stored` or `discarded`.
        choices: What was confirmed: `mode`, `with_doubtful`, `with_changes`,
            `declared_name`.
        report: See `data.services.bulk.work`.
        has_rest: Whether there is a file of rows that were not taken.
    """

    upload_id: str
    kind: BulkKind
    set_id: str | None
    state: str
    choices: Mapping[str, Any]
    report: Mapping[str, Any]
    has_rest: bool
    uploaded_at: datetime

    @property
    def is_working(self) -> bool:
        """Whether work on it is not done."""
        return self.state in WORKING


def add_upload(
    sessions: sessionmaker[Session],
    actor: Actor,
    *,
    kind: BulkKind,
    set_id: str | None,
    content: bytes,
    at: datetime | None = None,
) -> str:
    """Keep a file that has just arrived; gives its id.

    Args:
        sessions: The site's.
        actor: Who uploads.
        kind: What its rows are.
        set_id: Criteria set of assessments.
        content: Its bytes.
        at: The moment; None asks the clock.

    Raises:
        TooManyUploadsError: It would be more than one may upload in 24 hours.
    """
    at = at or now()
    upload_id = secrets.token_urlsafe(ID_BYTES)
    with scoped_sessions(sessions, actor).begin() as session:
        lately = session.scalar(
            select(func.count())
            .select_from(BulkUpload)
            .where(
                BulkUpload.account_pk == actor.account_pk,
                BulkUpload.uploaded_at > at - timedelta(days=1),
            )
        )
        if (lately or 0) >= MOST_PER_DAY:
            raise TooManyUploadsError(f"at most {MOST_PER_DAY} files can be uploaded in a day")
        session.add(
            BulkUpload(
                upload_id=upload_id,
                account_pk=actor.account_pk,
                kind=kind,
                set_id=set_id,
                content=content,
                uploaded_at=at,
            )
        )
    return upload_id


def read_upload_record(
    sessions: sessionmaker[Session], actor: Actor, upload_id: str
) -> UploadRecord:
    """One upload of a person.

    Raises:
        NotFoundError: They have no such upload.
    """
    with scoped_sessions(sessions, actor)() as session:
        return _record(session, actor, upload_id)


def list_uploads(
    sessions: sessionmaker[Session], actor: Actor, *, limit: int = 10
) -> list[UploadRecord]:
    """A person's uploads, the newest first."""
    with scoped_sessions(sessions, actor)() as session:
        rows = session.execute(
            select(BulkUpload, BulkUpload.rest.is_not(None).label("has_rest"))
            .where(BulkUpload.account_pk == actor.account_pk, BulkUpload.state != "discarded")
            .order_by(BulkUpload.uploaded_at.desc(), BulkUpload.upload_id)
            .limit(limit)
        ).all()
        return [_as_record(upload, has_rest=has_rest) for upload, has_rest in rows]


def read_rest(sessions: sessionmaker[Session], actor: Actor, upload_id: str) -> tuple[bytes, str]:
    """The file of rows that were not taken, and its kind: `xlsx` or `csv`.

    Raises:
        NotFoundError: There is none.
    """
    with scoped_sessions(sessions, actor)() as session:
        upload = _find(session, actor, upload_id, with_rest=True)
        if upload.rest is None:
            raise NotFoundError("there is no file of rows that were not taken")
        return upload.rest, str(upload.report.get("kind", "csv"))


def confirm_upload(
    sessions: sessionmaker[Session],
    actor: Actor,
    upload_id: str,
    *,
    mode: Mode,
    with_doubtful: bool,
    with_changes: bool = False,
    declared_name: str,
) -> bool:
    """Let an upload be stored, once; the work itself is that of `data.services.bulk.work`.

    Returns:
        Whether this call was the one that said so; False where it was said before.

    Raises:
        NotFoundError: They have no such upload.
        ConflictError: It was refused or thrown away, or is still being read.
    """
    with scoped_sessions(sessions, actor).begin() as session:
        changed = session.execute(
            update(BulkUpload)
            .values(
                state="storing",
                choices={
                    "mode": mode,
                    "with_doubtful": with_doubtful,
                    "with_changes": with_changes,
                    "declared_name": declared_name,
                },
            )
            .where(
                BulkUpload.upload_id == upload_id,
                BulkUpload.account_pk == actor.account_pk,
                BulkUpload.state == "previewed",
            )
            .returning(BulkUpload.upload_id)
            .execution_options(synchronize_session=False)
        ).first()
        if changed is not None:
            return True
        record = _record(session, actor, upload_id)
        if record.state not in ("storing", "stored"):
            raise ConflictError(f"an upload that is {record.state} cannot be stored")
        return False


def discard_upload(sessions: sessionmaker[Session], actor: Actor, upload_id: str) -> None:
    """Throw an upload away that is not stored and not being stored; its bytes go at once.

    Raises:
        NotFoundError: They have no such upload.
        ConflictError: It is stored already, or is being stored.
    """
    with scoped_sessions(sessions, actor).begin() as session:
        changed = session.execute(
            update(BulkUpload)
            .values(
                state="discarded",
                content=None,
                rest=None,
                report=_without_cells(),
                ended_at=func.now(),
            )
            .where(
                BulkUpload.upload_id == upload_id,
                BulkUpload.account_pk == actor.account_pk,
                BulkUpload.state.in_(("previewed", "refused", "discarded")),
            )
            .returning(BulkUpload.upload_id)
            .execution_options(synchronize_session=False)
        ).first()
        if changed is None:
            state = _record(session, actor, upload_id).state
            raise ConflictError(f"an upload that is {state} cannot be thrown away")


def forget_uploads(session: Session, at: datetime) -> int:
    """Delete the bytes and cells of uploads after seven days, and old records after a year.

    Args:
        session: The site's own, not committed here.
        at: The moment.

    Returns:
        Uploads whose bytes were deleted.
    """
    forgotten = session.execute(
        update(BulkUpload)
        .values(content=None, rest=None, report=_without_cells())
        .where(
            BulkUpload.uploaded_at <= at - KEPT,
            or_(
                BulkUpload.content.is_not(None),
                BulkUpload.rest.is_not(None),
                *(BulkUpload.report.has_key(name) for name in CELLS),
            ),
        )
        .returning(BulkUpload.upload_id)
        .execution_options(synchronize_session=False)
    ).all()
    session.execute(
        delete(BulkUpload)
        .where(BulkUpload.uploaded_at <= at - KEPT_RECORD)
        .execution_options(synchronize_session=False)
    )
    return len(forgotten)


def _without_cells() -> Any:
    report: Any = BulkUpload.report
    for name in CELLS:
        report = report.op("-")(name)
    return report


def _find(session: Session, actor: Actor, upload_id: str, *, with_rest: bool = False) -> BulkUpload:
    query = select(BulkUpload).where(
        BulkUpload.upload_id == upload_id, BulkUpload.account_pk == actor.account_pk
    )
    if with_rest:
        query = query.options(undefer(BulkUpload.rest))
    upload = session.scalar(query)
    if upload is None:
        raise NotFoundError("there is no such upload")
    return upload


def _record(session: Session, actor: Actor, upload_id: str) -> UploadRecord:
    upload = _find(session, actor, upload_id)
    has_rest = session.scalar(
        select(BulkUpload.rest.is_not(None)).where(BulkUpload.upload_id == upload_id)
    )
    return _as_record(upload, has_rest=bool(has_rest))


def _as_record(upload: BulkUpload, *, has_rest: bool) -> UploadRecord:
    kind: BulkKind = "venues" if upload.kind == "venues" else "assessments"
    return UploadRecord(
        upload_id=upload.upload_id,
        kind=kind,
        set_id=upload.set_id,
        state=upload.state,
        choices=dict(upload.choices),
        report=dict(upload.report),
        has_rest=has_rest,
        uploaded_at=upload.uploaded_at,
    )
