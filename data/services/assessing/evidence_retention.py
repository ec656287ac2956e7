"""Deleting evidence: what was removed, what was kept long enough, bytes that no row names."""

import logging
import time
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now
from data.errors import InputError
from data.models import AssessmentResult, EvidenceFile
from data.uploads.store import EvidenceStore

logger = logging.getLogger(__name__)

KEPT_AFTER_REMOVAL: Final = timedelta(days=1)
YOUNGEST_ORPHAN_S: Final = 24 * 3600
BATCH: Final = 500


def delete_due_evidence(
    sessions: sessionmaker[Session], store: EvidenceStore, today: date, *, days: int
) -> int:
    """Delete what was removed or kept long enough, then bytes that no row names.

    Args:
        sessions: The site's sessions.
        store: Where the bytes lie.
        today: Calendar day in Asia/Ho_Chi_Minh.
        days: Days for which evidence is kept after its result has expired; files of no
            submission count from their upload.

    Returns:
        Files deleted.

    Raises:
        InputError: `days` is not positive.
    """
    if days < 1:
        raise InputError(f"evidence is kept a day or longer, not {days}; set ANTOAN_EVIDENCE_DAYS")
    moment = now()
    last_kept = today - timedelta(days=days)
    expired = (
        select(AssessmentResult.assessment_pk)
        .where(
            AssessmentResult.assessment_pk == EvidenceFile.assessment_pk,
            AssessmentResult.valid_until < last_kept,
        )
        .exists()
    )
    uploaded_before = EvidenceFile.uploaded_at < moment - timedelta(days=days)
    deleted = _delete_rows(
        sessions, store, EvidenceFile.removed_at < moment - KEPT_AFTER_REMOVAL
    ) + _delete_rows(
        sessions,
        store,
        # What expired was uploaded before it did: the index on that moment narrows it down.
        uploaded_before & or_(EvidenceFile.assessment_pk.is_(None), expired),
    )
    deleted += _delete_orphans(sessions, store, moment)
    logger.info("evidence deleted", extra={"files": deleted})
    return deleted


def _delete_rows(
    sessions: sessionmaker[Session], store: EvidenceStore, condition: ColumnElement[bool]
) -> int:
    """Delete rows, then their bytes, a batch at a time."""
    deleted = 0
    while True:
        with sessions.begin() as session:
            due = session.scalars(
                select(EvidenceFile.evidence_pk)
                .where(condition)
                .order_by(EvidenceFile.evidence_pk)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            names = session.scalars(
                delete(EvidenceFile)
                .where(EvidenceFile.evidence_pk.in_(due))
                .returning(EvidenceFile.evidence_id)
                .execution_options(synchronize_session=False)
            ).all()
        for name in names:
            store.remove(name)
        deleted += len(names)
        if not names:
            return deleted


def _delete_orphans(sessions: sessionmaker[Session], store: EvidenceStore, moment: datetime) -> int:
    """Delete bytes without a row, but none that may just be on its way to one."""
    started = time.time()
    deleted = 0
    batch: list[str] = []
    for name in store.names_before(min(moment.timestamp(), started) - YOUNGEST_ORPHAN_S):
        batch.append(name)
        if len(batch) == BATCH:
            deleted += _delete_unknown(sessions, store, batch)
            batch = []
    return deleted + _delete_unknown(sessions, store, batch)


def _delete_unknown(sessions: sessionmaker[Session], store: EvidenceStore, names: list[str]) -> int:
    if not names:
        return 0
    with sessions() as session:
        known = set(
            session.scalars(
                select(EvidenceFile.evidence_id).where(EvidenceFile.evidence_id.in_(names))
            )
        )
    orphans = [name for name in names if name not in known]
    for name in orphans:
        store.remove(name)
    return len(orphans)
