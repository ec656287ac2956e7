"""How far levels can be believed: days of venues, and counts by area and day."""

from datetime import date
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base

PAIR_COLUMNS: Final = (
    "safe_safe",
    "safe_at_risk",
    "safe_unsafe",
    "at_risk_safe",
    "at_risk_at_risk",
    "at_risk_unsafe",
    "unsafe_safe",
    "unsafe_at_risk",
    "unsafe_unsafe",
)
"""Self-assessed level, then inspected level: a table of three rows and columns, row by row."""


class VenueTrustSpan(Base):
    """Days on which a venue's level is checked, inspected or contested.

    Days with a level and without such a span are self-declared. Most venues have none.
    """

    __tablename__ = "venue_trust_span"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="day_order"),
        CheckConstraint(
            "trust IN ('documents_checked', 'inspected', 'contested')", name="trust_known"
        ),
        Index("ix_venue_trust_span_last_day", "last_day"),
        {"comment": "Days on which a level is more, or less, than the venue's own word"},
    )

    venue_pk: Mapped[int] = mapped_column(
        ForeignKey("venue.venue_pk", ondelete="CASCADE"), primary_key=True
    )
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date]
    trust: Mapped[str] = mapped_column(Text)


class AreaTrustDaily(Base):
    """Venues of one area on one day, by trust grade, and how inspections there came out.

    Kept by the same differences as `area_level_daily`, beside which it is read: expired are
    `ever_assessed` less the assessed, self-declared are the assessed less all that is counted
    here. An area without a row has no venue that was ever assessed.
    """

    __tablename__ = "area_trust_daily"
    __table_args__ = (
        CheckConstraint(
            "documents_checked >= 0 AND inspected >= 0 AND contested >= 0"
            " AND ever_assessed >= documents_checked + inspected + contested",
            name="counts_add_up",
        ),
        {"comment": "Trust counts by area and day", "postgresql_with": {"fillfactor": "80"}},
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    ever_assessed: Mapped[int] = mapped_column(
        Integer, comment="Open venues that were assessed on that day or before"
    )
    documents_checked: Mapped[int] = mapped_column(Integer)
    inspected: Mapped[int] = mapped_column(Integer)
    contested: Mapped[int] = mapped_column(Integer)
    decisions: Mapped[int] = mapped_column(
        Integer, comment="Inspections and corrections of the last 365 days"
    )
    overturned: Mapped[int] = mapped_column(
        Integer, comment="Decisions that appeals overturned in the last 365 days"
    )
    safe_safe: Mapped[int] = mapped_column(
        Integer, comment="Inspections of the last 365 days: self-assessed safe, found safe"
    )
    safe_at_risk: Mapped[int] = mapped_column(Integer)
    safe_unsafe: Mapped[int] = mapped_column(Integer)
    at_risk_safe: Mapped[int] = mapped_column(Integer)
    at_risk_at_risk: Mapped[int] = mapped_column(Integer)
    at_risk_unsafe: Mapped[int] = mapped_column(Integer)
    unsafe_safe: Mapped[int] = mapped_column(Integer)
    unsafe_at_risk: Mapped[int] = mapped_column(Integer)
    unsafe_unsafe: Mapped[int] = mapped_column(Integer)


class ReviewKey(Base):
    """The key of the draw of random reviews; one row, made with the database.

    Only the function `antoan_review_draw` reads it, so that nobody who may write
    submissions can foresee which of them will be drawn.
    """

    __tablename__ = "review_key"
    __table_args__ = (
        CheckConstraint("is_only", name="one_row"),
        {"comment": "Key of the draw of random reviews"},
    )

    is_only: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    key: Mapped[bytes] = mapped_column(LargeBinary)
