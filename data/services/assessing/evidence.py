"""Evidence: storing accepted files, and opening them for those who may.

Bytes and row are two things. The bytes are written first and the row after, so that
no row is without its bytes; bytes without a row, after a crash or when a venue is
deleted, are found and deleted every night (`data.services.assessing.evidence_retention`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now
from data.errors import ConflictError, NotFoundError
from data.models import (
    AssessmentDraft,
    EvidenceFile,
    Venue,
)
from data.scope import ScopedSessions
from data.settings import EvidenceSettings, read_settings
from data.uploads import CleanFile
from data.uploads.store import EvidenceStore

MOST_PER_CRITERION: Final = 6
MAY_SEE_FILES: Final = frozenset({"owner", "committee"})
"""Not the ministry, not administrators; migration 0009 says the same to the database."""


class TooMuchEvidenceError(ConflictError):
    """A criterion has as many files as it may have."""


@dataclass(frozen=True, kw_only=True)
class OpenedEvidence:
    """One stored file with its bytes."""

    evidence_id: str
    media_type: str
    data: bytes


def make_store() -> EvidenceStore:
    """The store by the settings of the environment.

    Raises:
        InputError: A setting is wrong.
    """
    return EvidenceStore(folder=read_settings(EvidenceSettings).folder)


def keep_file(
    session: Session,
    store: EvidenceStore,
    clean: CleanFile,
    *,
    venue_pk: int,
    account_pk: int | None = None,
    draft_pk: int | None = None,
    assessment_pk: int | None = None,
    criterion_id: str | None = None,
) -> EvidenceFile:
    """Store an accepted file and its row, in the caller's transaction.

    Args:
        session: Where the row goes; if it is rolled back, the nightly job finds the bytes.
        store: Where the bytes go.
        clean: The file, made anew.
        venue_pk: The venue that it is about.
        account_pk: Who brought it; None for the public.
        draft_pk: The draft that it belongs to.
        assessment_pk: The submission that it belongs to.
        criterion_id: The criterion that it shows; None for a report of the public.
    """
    stored = EvidenceFile(
        evidence_id=store.write(clean.data),
        venue_pk=venue_pk,
        draft_pk=draft_pk,
        assessment_pk=assessment_pk,
        criterion_id=criterion_id,
        media_type=clean.media_type,
        size=len(clean.data),
        sha256=clean.sha256,
        pages=clean.pages,
        account_pk=account_pk,
    )
    session.add(stored)
    session.flush()
    return stored


def add_draft_evidence(
    session: Session,
    store: EvidenceStore,
    draft: AssessmentDraft,
    clean: CleanFile,
    *,
    criterion_id: str,
    account_pk: int,
) -> str:
    """Put a file beside a criterion of a draft.

    Args:
        session: Holds the draft's row locked, so that files side by side are counted.
        store: Where the bytes go.
        draft: An open draft.
        clean: The file, made anew.
        criterion_id: One of the draft's set.
        account_pk: Who brought it.

    Returns:
        The file's public id.

    Raises:
        TooMuchEvidenceError: The criterion has six already.
    """
    count = session.scalar(
        select(func.count())
        .select_from(EvidenceFile)
        .where(
            EvidenceFile.draft_pk == draft.draft_pk,
            EvidenceFile.criterion_id == criterion_id,
            EvidenceFile.removed_at.is_(None),
        )
    )
    if (count or 0) >= MOST_PER_CRITERION:
        raise TooMuchEvidenceError(f"a criterion may have {MOST_PER_CRITERION} files")
    stored = keep_file(
        session,
        store,
        clean,
        venue_pk=draft.venue_pk,
        account_pk=account_pk,
        draft_pk=draft.draft_pk,
        criterion_id=criterion_id,
    )
    return stored.evidence_id


def remove_draft_evidence(sessions: sessionmaker[Session], venue_id: str, evidence_id: str) -> None:
    """Take a file out of a draft; what was submitted stays.

    Raises:
        NotFoundError: The draft that is open has no such file.
    """
    with sessions.begin() as session:
        removed = session.execute(
            update(EvidenceFile)
            .where(
                EvidenceFile.evidence_id == evidence_id,
                EvidenceFile.assessment_pk.is_(None),
                EvidenceFile.removed_at.is_(None),
                EvidenceFile.draft_pk.in_(
                    select(AssessmentDraft.draft_pk)
                    .join(Venue, Venue.venue_pk == AssessmentDraft.venue_pk)
                    .where(Venue.venue_id == venue_id, AssessmentDraft.closed_at.is_(None))
                ),
            )
            .values(removed_at=now())
            .returning(EvidenceFile.evidence_pk)
            .execution_options(synchronize_session=False)
        ).all()
    if not removed:
        raise NotFoundError("the draft has no such file")


def open_evidence(
    sessions: ScopedSessions,
    evidence_id: str,
    *,
    venue_id: str | None = None,
    store: EvidenceStore | None = None,
) -> OpenedEvidence:
    """A file with its bytes, for a person who may see it.

    Row-level security shows staff the files of their venues and a committee those of its
    areas, the ministry and administrators none; staff never see photos that the public sent
    with a report.

    Args:
        sessions: The person's own.
        evidence_id: Public id of the file.
        venue_id: The venue that the address names; None where it names none.
        store: Where the bytes lie; the settings' folder by default.

    Raises:
        NotFoundError: There is no such file, or not for this person.
    """
    if sessions.actor.role not in MAY_SEE_FILES:
        raise NotFoundError("there is no such file")
    with sessions() as session:
        row = session.execute(
            select(
                EvidenceFile.evidence_id,
                EvidenceFile.media_type,
                EvidenceFile.criterion_id,
                Venue.venue_id,
            )
            .join(Venue, Venue.venue_pk == EvidenceFile.venue_pk)
            .where(EvidenceFile.evidence_id == evidence_id, EvidenceFile.removed_at.is_(None))
        ).one_or_none()
    is_hidden = row is None or (venue_id is not None and row.venue_id != venue_id)
    if row is None or is_hidden or (sessions.actor.role == "owner" and row.criterion_id is None):
        raise NotFoundError("there is no such file")
    data = (store or make_store()).read(row.evidence_id)
    return OpenedEvidence(evidence_id=row.evidence_id, media_type=row.media_type, data=data)


def attach_draft_evidence(session: Session, draft_pk: int, assessment_pk: int) -> None:
    """Let the evidence of a draft belong to its submission."""
    session.execute(
        update(EvidenceFile)
        .where(EvidenceFile.draft_pk == draft_pk, EvidenceFile.removed_at.is_(None))
        .values(assessment_pk=assessment_pk)
        .execution_options(synchronize_session=False)
    )


def discard_draft_evidence(session: Session, draft_pk: int) -> None:
    """Mark the evidence of a draft that was thrown away as removed."""
    keep_draft_evidence(session, draft_pk, ())


def keep_draft_evidence(session: Session, draft_pk: int, criterion_ids: Collection[str]) -> None:
    """Mark the evidence of a draft as removed, but that of some criteria."""
    session.execute(
        update(EvidenceFile)
        .where(
            EvidenceFile.draft_pk == draft_pk,
            EvidenceFile.criterion_id.not_in(sorted(criterion_ids)),
            EvidenceFile.assessment_pk.is_(None),
            EvidenceFile.removed_at.is_(None),
        )
        .values(removed_at=now())
        .execution_options(synchronize_session=False)
    )
