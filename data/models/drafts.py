"""Assessments that are being filled in, and the evidence beside them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, account_index


class AssessmentDraft(Base):
    """Answers that are not submitted yet; a venue has one open draft at most."""

    __tablename__ = "assessment_draft"
    __table_args__ = (
        Index(
            "uq_assessment_draft_open",
            "venue_pk",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        {"comment": "Drafts of assessments"},
    )

    draft_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    set_id: Mapped[str] = mapped_column(Text)
    set_version: Mapped[str] = mapped_column(Text)
    submission_key: Mapped[str] = mapped_column(
        Text, comment="Under which it is submitted: twice sent is once stored"
    )
    revision: Mapped[int] = mapped_column(
        BigInteger, server_default=text("0"), comment="Goes up by one with every saved answer"
    )
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    closed_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="Submitted or thrown away"
    )
    carried: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, comment="The set that it began with, and how many answers came over from it"
    )


class DraftAnswer(Base):
    """One answer of a draft, with the draft's revision at which it was saved."""

    __tablename__ = "draft_answer"
    __table_args__ = (
        account_index("draft_answer", "account_pk"),
        {"comment": "Answers of drafts; a save names the revision that it saw"},
    )

    draft_pk: Mapped[int] = mapped_column(
        ForeignKey("assessment_draft.draft_pk", ondelete="CASCADE"), primary_key=True
    )
    criterion_id: Mapped[str] = mapped_column(Text, primary_key=True)
    answer: Mapped[str | None] = mapped_column(Text, comment="NULL: taken back")
    revision: Mapped[int] = mapped_column(BigInteger)
    account_pk: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL")
    )
    editor: Mapped[str | None] = mapped_column(
        Text, comment="Random name of the open page that saved it: no conflict with itself"
    )
    saved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class EvidenceFile(Base):
    """A photo or document beside a criterion or report; the bytes lie in the evidence folder."""

    __tablename__ = "evidence_file"
    __table_args__ = (
        UniqueConstraint("evidence_id"),
        CheckConstraint("size > 0", name="size_positive"),
        Index("ix_evidence_file_venue_pk", "venue_pk"),
        Index("ix_evidence_file_draft_pk", "draft_pk"),
        Index("ix_evidence_file_assessment_pk", "assessment_pk"),
        Index("ix_evidence_file_uploaded_at", "uploaded_at"),
        Index(
            "ix_evidence_file_removed_at",
            "removed_at",
            postgresql_where=text("removed_at IS NOT NULL"),
        ),
        account_index("evidence_file", "account_pk"),
        {"comment": "Evidence, re-encoded and without location data"},
    )

    evidence_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    evidence_id: Mapped[str] = mapped_column(Text, comment="Random: name of the stored file")
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    draft_pk: Mapped[int | None] = mapped_column(
        ForeignKey("assessment_draft.draft_pk", ondelete="SET NULL")
    )
    assessment_pk: Mapped[int | None] = mapped_column(
        ForeignKey("assessment.assessment_pk", ondelete="SET NULL")
    )
    criterion_id: Mapped[str | None] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text, comment="Of the stored bytes")
    size: Mapped[int] = mapped_column(Integer, comment="Bytes stored")
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    pages: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    account_pk: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL"), comment="NULL: the public"
    )
    uploaded_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now()
    )
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ExpiryReminder(Base):
    """A reminder that was sent before a result expires or a deadline ends; each once."""

    __tablename__ = "expiry_reminder"
    __table_args__ = (
        CheckConstraint("kind IN ('expiry', 'remedy')", name="kind_known"),
        {"comment": "Reminders sent"},
    )

    assessment_pk: Mapped[int] = mapped_column(
        ForeignKey("assessment.assessment_pk", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    days_before: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
