"""Assessments, their results and the days for which each result holds."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, account_index

LEVEL_CHECK = "level IN ('safe', 'at_risk', 'unsafe')"
RESULT_LEVEL_CHECK = "level IN ('safe', 'at_risk', 'unsafe', 'not_assessed')"
"""A set without a score says which criteria are met; the venue stays not assessed."""


class Assessment(Base):
    """Answers as submitted; never overwritten, a correction is a new row."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("submission_key"),
        CheckConstraint("kind IN ('self', 'inspection', 'correction')", name="kind_known"),
        Index("ix_assessment_venue_pk_submitted_at", "venue_pk", "submitted_at"),
        # Inspections and corrections are few: found without reading what venues said.
        Index(
            "ix_assessment_finding",
            "venue_pk",
            "submitted_at",
            postgresql_where=text("kind <> 'self'"),
        ),
        Index(
            "ix_assessment_finding_submitted_at",
            "submitted_at",
            postgresql_where=text("kind <> 'self'"),
        ),
        account_index("assessment", "account_pk"),
        {"comment": "Submitted answers; never overwritten"},
    )

    assessment_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    set_id: Mapped[str] = mapped_column(Text)
    set_version: Mapped[str] = mapped_column(Text)
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    submitted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    source: Mapped[str] = mapped_column(
        Text, comment="site, api_key, demo, a committee's act, a bulk upload, or a file"
    )
    submission_key: Mapped[str | None] = mapped_column(
        Text, comment="Sent again, the same key stores nothing new"
    )
    kind: Mapped[str] = mapped_column(
        Text, server_default=text("'self'"), comment="Who assessed: the venue, or the committee"
    )
    account_pk: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL"), comment="Its author"
    )
    declared_name: Mapped[str | None] = mapped_column(
        Text, comment="Who declared the answers true; NULL where they came by a file"
    )


class AssessmentResult(Base):
    """What the rules said of the answers, with the version then in force."""

    __tablename__ = "assessment_result"
    __table_args__ = (
        CheckConstraint(RESULT_LEVEL_CHECK, name="level_known"),
        CheckConstraint("safety_tenths BETWEEN 0 AND 1000", name="safety_range"),
        CheckConstraint(
            "(level = 'not_assessed') = (safety_tenths IS NULL)", name="safety_with_level"
        ),
        Index(
            "ix_assessment_result_remedy_due",
            "remedy_due",
            postgresql_where=text("remedy_due IS NOT NULL"),
        ),
        {"comment": "Score, level and reasons; never overwritten"},
    )

    assessment_pk: Mapped[int] = mapped_column(
        ForeignKey("assessment.assessment_pk", ondelete="CASCADE"), primary_key=True
    )
    score: Mapped[float] = mapped_column(Double, comment="On the criteria set's own scale")
    safety_tenths: Mapped[int | None] = mapped_column(
        Integer, comment="Score on one scale for all sets: 0 unsafe to 1000 safe"
    )
    level: Mapped[str] = mapped_column(Text)
    set_level: Mapped[str] = mapped_column(Text, comment="The criteria set's own level code")
    points: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="Points by criterion")
    valid_until: Mapped[date] = mapped_column(comment="Last day on which the level holds")
    remedy_due: Mapped[date | None] = mapped_column(
        comment="Last day for mending, where the set gives a deadline"
    )
    scored_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class VenueLevelSpan(Base):
    """Days on which one venue has one level; a day in no span is "not assessed".

    Spans of one venue never overlap: a new submission ends the one before it
    on the previous day. The map's counts of any day are counts of spans.
    """

    __tablename__ = "venue_level_span"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="day_order"),
        CheckConstraint(LEVEL_CHECK, name="level_known"),
        CheckConstraint("footfall_per_day > 0", name="footfall_positive"),
        Index("ix_venue_level_span_first_day", "first_day"),
        Index("ix_venue_level_span_last_day", "last_day"),
        Index("ix_venue_level_span_assessment_pk", "assessment_pk"),
        {"comment": "Days on which a venue's level holds; derived from results"},
    )

    venue_pk: Mapped[int] = mapped_column(
        ForeignKey("venue.venue_pk", ondelete="CASCADE"), primary_key=True
    )
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date]
    level: Mapped[str] = mapped_column(Text)
    safety_tenths: Mapped[int]
    footfall_per_day: Mapped[int] = mapped_column(comment="Weight at the time of submission")
    assessment_pk: Mapped[int] = mapped_column(
        ForeignKey("assessment.assessment_pk", ondelete="CASCADE")
    )
