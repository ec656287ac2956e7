"""Who holds a venue, how it changed hands, and what happened to it."""

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, account_index

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


class VenueContact(Base):
    """How to reach a venue where that is not its owner's own contact; never public."""

    __tablename__ = "venue_contact"
    __table_args__ = (
        CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name="has_contact"),
        # By these a person's own contact is found when their account ends.
        Index("ix_venue_contact_phone", "phone", postgresql_where=text("phone IS NOT NULL")),
        Index("ix_venue_contact_email", "email", postgresql_where=text("email IS NOT NULL")),
        {"comment": "Contacts of venues; their owners' own where there is no row"},
    )

    venue_pk: Mapped[int] = mapped_column(
        ForeignKey("venue.venue_pk", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    phone: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)


class VenueClaim(Base):
    """A one-time key: makes its holder the owner, or an editor, of a venue."""

    __tablename__ = "venue_claim"
    __table_args__ = (
        CheckConstraint(STAFF_ROLE_CHECK, name="role_known"),
        Index("ix_venue_claim_venue_pk", "venue_pk"),
        account_index("venue_claim", "created_by"),
        account_index("venue_claim", "used_by"),
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
        account_index("venue_event", "account_pk"),
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


class VenuePastPlace(Base):
    """Where a venue stood on earlier days, before it moved; these days are counted there."""

    __tablename__ = "venue_past_place"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="day_order"),
        Index("ix_venue_past_place_point", "point", postgresql_using="gist"),
        {"comment": "Earlier places of moved venues; the point in EPSG:4326"},
    )

    venue_pk: Mapped[int] = mapped_column(
        ForeignKey("venue.venue_pk", ondelete="CASCADE"), primary_key=True
    )
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date]
    address: Mapped[str | None] = mapped_column(Text)
    point: Mapped[WKBElement | None] = mapped_column(
        Geometry("POINT", srid=4326, spatial_index=False)
    )


class VenuePastArea(Base):
    """The lowest area that held an earlier place of a venue, in one edition.

    A place outside every area has no row, as in `venue_area`.
    """

    __tablename__ = "venue_past_area"
    __table_args__ = (
        ForeignKeyConstraint(
            ["venue_pk", "first_day"],
            ["venue_past_place.venue_pk", "venue_past_place.first_day"],
            ondelete="CASCADE",
        ),
        Index("ix_venue_past_area_area_id", "area_id"),
        {"comment": "Earlier places of moved venues to leaf area by edition"},
    )

    venue_pk: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    first_day: Mapped[date] = mapped_column(primary_key=True)
    edition_code: Mapped[str] = mapped_column(
        ForeignKey("boundary_edition.code", ondelete="CASCADE"), primary_key=True
    )
    area_id: Mapped[int] = mapped_column(ForeignKey("area.area_id", ondelete="CASCADE"))


class VenuePastType(Base):
    """A type that a venue had until a moment; assessments before it hold no longer."""

    __tablename__ = "venue_past_type"
    __table_args__ = ({"comment": "Earlier types of venues"},)

    venue_pk: Mapped[int] = mapped_column(
        ForeignKey("venue.venue_pk", ondelete="CASCADE"), primary_key=True
    )
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    venue_type: Mapped[str] = mapped_column(Text, comment="The type before that moment")


class ClaimRequest(Base):
    """A person asks the committee to be made the owner of a venue that others entered."""

    __tablename__ = "claim_request"
    __table_args__ = (
        CheckConstraint("outcome IN ('accepted', 'refused')", name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (answered_at IS NULL)", name="answered_once"),
        Index("ix_claim_request_venue_pk", "venue_pk"),
        Index(
            "uq_claim_request_open",
            "account_pk",
            "venue_pk",
            unique=True,
            postgresql_where=text("answered_at IS NULL"),
        ),
        account_index("claim_request", "account_pk"),
        account_index("claim_request", "answered_by"),
        {"comment": "Who asks to be made owner of which venue, and what the committee answered"},
    )

    request_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    account_pk: Mapped[int] = mapped_column(ForeignKey("account.account_pk", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL")
    )
    outcome: Mapped[str | None] = mapped_column(Text)
