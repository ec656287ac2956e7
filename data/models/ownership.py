"""Who holds a venue, how it changed hands, and what happened to it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base

STAFF_ROLE_CHECK = "role IN ('owner', 'editor')"


class VenueStaff(Base):
    """A person who may act for a venue: its owner, or an editor of its assessments."""

    __tablename__ = "venue_staff"
    __table_args__ = (
        CheckConstraint(STAFF_ROLE_CHECK, name="role_known"),
        Index("ix_venue_staff_account_pk_venue_pk", "account_pk", "venue_pk"),
        {"comment": "Persons who may act for a venue"},
    )

    venue_pk: Mapped[int] = mapped_column(
        ForeignKey("venue.venue_pk", ondelete="CASCADE"), primary_key=True
    )
    account_pk: Mapped[int] = mapped_column(
        ForeignKey("account.account_pk", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class VenueClaim(Base):
    """A one-time key: makes its holder the owner, or an editor, of a venue."""

    __tablename__ = "venue_claim"
    __table_args__ = (
        CheckConstraint(STAFF_ROLE_CHECK, name="role_known"),
        Index("ix_venue_claim_venue_pk", "venue_pk"),
        {"comment": "One-time keys to a venue, hashed"},
    )

    key_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(Text, server_default=text("'owner'"))
    created_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL"), comment="NULL: an administrator"
    )
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    used_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL")
    )


class VenueEvent(Base):
    """Something that happened to a venue: registered, claimed, edited, moved, closed, reopened."""

    __tablename__ = "venue_event"
    __table_args__ = (
        Index("ix_venue_event_venue_pk_at", "venue_pk", "at"),
        {"comment": "History of venues; never overwritten"},
    )

    event_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    account_pk: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL")
    )
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class VenueClosure(Base):
    """Days on which a venue was closed and is not counted; the venue was reopened after."""

    __tablename__ = "venue_closure"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="day_order"),
        {"comment": "Past closures; one that lasts stands in venue.closed_on"},
    )

    venue_pk: Mapped[int] = mapped_column(
        ForeignKey("venue.venue_pk", ondelete="CASCADE"), primary_key=True
    )
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date]


class VenuePastArea(Base):
    """The area that counted a venue up to a day, before it moved."""

    __tablename__ = "venue_past_area"
    __table_args__ = ({"comment": "Where moved venues are counted on the days before their move"},)

    venue_pk: Mapped[int] = mapped_column(
        ForeignKey("venue.venue_pk", ondelete="CASCADE"), primary_key=True
    )
    edition_code: Mapped[str] = mapped_column(
        ForeignKey("boundary_edition.code", ondelete="CASCADE"), primary_key=True
    )
    last_day: Mapped[date] = mapped_column(primary_key=True)
    area_id: Mapped[int | None] = mapped_column(
        ForeignKey("area.area_id", ondelete="CASCADE"), comment="NULL: outside every area"
    )
