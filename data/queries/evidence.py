"""Evidence beside the criteria of a draft or a submission."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from data.models import EvidenceFile


@dataclass(frozen=True, kw_only=True)
class EvidenceItem:
    """One file, as a page lists it."""

    evidence_id: str
    criterion_id: str
    media_type: str
    size: int
    pages: int
    uploaded_at: datetime

    @property
    def is_picture(self) -> bool:
        """Whether a browser can show it as a picture."""
        return self.media_type.startswith("image/")


def read_draft_evidence(session: Session, draft_pk: int) -> Mapping[str, tuple[EvidenceItem, ...]]:
    """Evidence of a draft by criterion, oldest first."""
    return _by_criterion(session, _items().where(EvidenceFile.draft_pk == draft_pk))


def read_submitted_evidence(
    session: Session, assessment_pk: int
) -> Mapping[str, tuple[EvidenceItem, ...]]:
    """Evidence of a submission by criterion, oldest first."""
    return _by_criterion(session, _items().where(EvidenceFile.assessment_pk == assessment_pk))


def _items() -> Select[Any]:
    columns: tuple[Any, ...] = (
        EvidenceFile.evidence_id,
        EvidenceFile.criterion_id,
        EvidenceFile.media_type,
        EvidenceFile.size,
        EvidenceFile.pages,
        EvidenceFile.uploaded_at,
    )
    return (
        select(*columns)
        .where(EvidenceFile.removed_at.is_(None), EvidenceFile.criterion_id.is_not(None))
        .order_by(EvidenceFile.evidence_pk)
    )


def _by_criterion(
    session: Session, statement: Select[Any]
) -> Mapping[str, tuple[EvidenceItem, ...]]:
    found: dict[str, list[EvidenceItem]] = {}
    for row in session.execute(statement):
        found.setdefault(row.criterion_id, []).append(EvidenceItem(**row._mapping))
    return {criterion_id: tuple(items) for criterion_id, items in found.items()}
