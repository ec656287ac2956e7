"""QR codes of venues and of zones inside them."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class PlaceZone(Base):
    """A part of a venue with a code of its own: a floor, a hall, a bus."""

    __tablename__ = "place_zone"
    __table_args__ = (
        Index("ix_place_zone_venue_pk", "venue_pk"),
        {"comment": "Zones inside venues"},
    )

    zone_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PlaceCode(Base):
    """What a QR holds: an unguessable code; one current code for a venue and for each zone."""

    __tablename__ = "place_code"
    __table_args__ = (
        UniqueConstraint("short_code"),
        Index(
            "uq_place_code_current",
            "venue_pk",
            text("coalesce(zone_pk, 0)"),
            unique=True,
            postgresql_where=text("retired_at IS NULL"),
        ),
        {"comment": "Codes on posters; a renewed code stays, to say that it was replaced"},
    )

    code: Mapped[str] = mapped_column(
        Text, primary_key=True, comment="16 signs of Crockford base 32, 80 bits"
    )
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    zone_pk: Mapped[int | None] = mapped_column(
        ForeignKey("place_zone.zone_pk", ondelete="CASCADE")
    )
    short_code: Mapped[str] = mapped_column(Text, comment="To be typed by hand; with a check digit")
    issued_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
