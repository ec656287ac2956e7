"""What makes a self-assessment believable: reviews, inspections, appeals, replies, reports."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, account_index


class Review(Base):
    """A submission that waits for the committee's look, and what was decided."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("review_id"),
        CheckConstraint(
            "reason IN ('random', 'footfall', 'jump', 'report', 'revisit', 'asked')",
            name="reason_known",
        ),
        CheckConstraint(
            "state IN ('waiting', 'confirmed', 'corrected', 'asked_again', 'superseded')",
            name="state_known",
        ),
        Index(
            "uq_review_waiting",
            "assessment_pk",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_review_venue_pk_created_at", "venue_pk", "created_at"),
        Index(
            "ix_review_waiting",
            "priority",
            "created_at",
            postgresql_where=text("state = 'waiting'"),
        ),
        account_index("review", "decided_by"),
        {"comment": "Looks of the committee at submissions"},
    )

    review_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    review_id: Mapped[str] = mapped_column(Text, comment="Random, for addresses")
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    assessment_pk: Mapped[int] = mapped_column(
        ForeignKey("assessment.assessment_pk", ondelete="CASCADE")
    )
    reason: Mapped[str] = mapped_column(Text)
    priority: Mapped[int] = mapped_column(Integer, comment="Lower is looked at earlier")
    state: Mapped[str] = mapped_column(Text, server_default=text("'waiting'"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL")
    )
    decision_reason: Mapped[str | None] = mapped_column(Text)
    corrected_assessment_pk: Mapped[int | None] = mapped_column(
        ForeignKey("assessment.assessment_pk", ondelete="SET NULL")
    )


class InspectionPair(Base):
    """A self-assessment and the inspection that followed it: how well the two agree."""

    __tablename__ = "inspection_pair"
    __table_args__ = (
        Index("ix_inspection_pair_venue_pk", "venue_pk"),
        Index("ix_inspection_pair_day", "day"),
        {"comment": "Self-assessed and inspected level of one venue; input of Cohen's kappa"},
    )

    inspection_pk: Mapped[int] = mapped_column(
        ForeignKey("assessment.assessment_pk", ondelete="CASCADE"), primary_key=True
    )
    self_assessment_pk: Mapped[int] = mapped_column(
        ForeignKey("assessment.assessment_pk", ondelete="CASCADE")
    )
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    day: Mapped[date]
    self_level: Mapped[str] = mapped_column(Text)
    inspected_level: Mapped[str] = mapped_column(Text)
    overturned_on: Mapped[date | None] = mapped_column(
        comment="From this day on it says nothing: an appeal overturned the inspection"
    )


class FindingNote(Base):
    """Why a committee found what it found, in words for the owner."""

    __tablename__ = "finding_note"
    __table_args__ = (
        Index("ix_finding_note_venue_pk", "venue_pk"),
        {"comment": "Reasons of inspections and corrections"},
    )

    assessment_pk: Mapped[int] = mapped_column(
        ForeignKey("assessment.assessment_pk", ondelete="CASCADE"), primary_key=True
    )
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    wording: Mapped[str] = mapped_column(Text)


class Appeal(Base):
    """An owner's objection to a committee's decision."""

    __tablename__ = "appeal"
    __table_args__ = (
        UniqueConstraint("appeal_id"),
        CheckConstraint("state IN ('open', 'upheld', 'overturned', 'withdrawn')", name="state"),
        Index("ix_appeal_venue_pk_filed_at", "venue_pk", "filed_at"),
        Index("ix_appeal_due_on", "due_on", postgresql_where=text("state = 'open'")),
        Index("ix_appeal_overturned", "decided_at", postgresql_where=text("state = 'overturned'")),
        Index(
            "uq_appeal_open", "assessment_pk", unique=True, postgresql_where=text("state = 'open'")
        ),
        account_index("appeal", "filed_by"),
        account_index("appeal", "decided_by"),
        {"comment": "Appeals of owners; upheld means that the decision stands"},
    )

    appeal_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    appeal_id: Mapped[str] = mapped_column(Text)
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    assessment_pk: Mapped[int] = mapped_column(
        ForeignKey("assessment.assessment_pk", ondelete="CASCADE"),
        comment="The inspection or correction that is contested",
    )
    filed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    filed_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL")
    )
    wording: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date] = mapped_column(comment="Last working day for the decision")
    state: Mapped[str] = mapped_column(Text, server_default=text("'open'"))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL")
    )
    decision_reason: Mapped[str | None] = mapped_column(Text)


class OwnerReply(Base):
    """A short public reply of an owner to a committee's decision, moderated."""

    __tablename__ = "owner_reply"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'published', 'refused')", name="state_known"),
        Index("ix_owner_reply_venue_pk_written_at", "venue_pk", "written_at"),
        Index(
            "uq_owner_reply_waiting",
            "venue_pk",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        account_index("owner_reply", "written_by"),
        account_index("owner_reply", "decided_by"),
        {"comment": "Replies of owners"},
    )

    reply_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    assessment_pk: Mapped[int] = mapped_column(
        ForeignKey("assessment.assessment_pk", ondelete="CASCADE")
    )
    wording: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=text("'waiting'"))
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    written_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL")
    )
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL")
    )
    refusal_reason: Mapped[str | None] = mapped_column(Text)


class RevisitRequest(Base):
    """An owner's wish that the committee looks again after mending."""

    __tablename__ = "revisit_request"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'done', 'refused')", name="state_known"),
        Index("ix_revisit_request_venue_pk", "venue_pk"),
        Index(
            "uq_revisit_request_open",
            "venue_pk",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        account_index("revisit_request", "asked_by"),
        account_index("revisit_request", "decided_by"),
        {"comment": "Requests for a re-visit"},
    )

    revisit_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    asked_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL")
    )
    wording: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(Text, server_default=text("'open'"))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL")
    )
    decision_reason: Mapped[str | None] = mapped_column(Text, comment="Why it was refused")


class VenueReport(Base):
    """What somebody of the public reports of a venue; never changes a level by itself."""

    __tablename__ = "venue_report"
    __table_args__ = (
        UniqueConstraint("report_id"),
        CheckConstraint("state IN ('new', 'checked', 'unfounded')", name="state_known"),
        CheckConstraint(
            "reason IN ('untrue', 'crowded', 'unsafe', 'closed', 'other')", name="reason_known"
        ),
        Index("ix_venue_report_new", "reported_at", postgresql_where=text("state = 'new'")),
        Index("ix_venue_report_looked_at", "reported_at", postgresql_where=text("state <> 'new'")),
        Index(
            "ix_venue_report_private",
            "reported_at",
            postgresql_where=text("wording IS NOT NULL OR evidence_pk IS NOT NULL"),
        ),
        Index("ix_venue_report_venue_pk_reported_at", "venue_pk", "reported_at"),
        account_index("venue_report", "decided_by"),
        {"comment": "Reports of the public, without the reporter's name"},
    )

    report_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    report_id: Mapped[str] = mapped_column(Text)
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(Text)
    wording: Mapped[str | None] = mapped_column(Text)
    evidence_pk: Mapped[int | None] = mapped_column(
        ForeignKey("evidence_file.evidence_pk", ondelete="SET NULL")
    )
    reported_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now()
    )
    state: Mapped[str] = mapped_column(Text, server_default=text("'new'"))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL")
    )
