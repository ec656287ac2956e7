"""Venues and the area that each belongs to, by edition."""

from datetime import date, datetime

from geoalchemy2 import Geometry, WKBElement
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

from data.models.base import Base


class Venue(Base):
    """A place that is assessed and checked in to."""

    __tablename__ = "venue"
    __table_args__ = (
        UniqueConstraint("venue_id"),
        UniqueConstraint("source", "external_id"),
        CheckConstraint("footfall_per_day > 0", name="footfall_positive"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name="opening_order"),
        Index("ix_venue_opened_on", "opened_on"),
        Index("ix_venue_point", "point", postgresql_using="gist"),
        Index(
            "ix_venue_name_ascii",
            "name_ascii",
            postgresql_using="gin",
            postgresql_ops={"name_ascii": "gin_trgm_ops"},
        ),
        # Names that begin with what is typed, in order, whatever the database's collation.
        Index(
            "ix_venue_name_ascii_venue_pk",
            "name_ascii",
            "venue_pk",
            postgresql_ops={"name_ascii": "text_pattern_ops"},
        ),
        Index("ix_venue_venue_type_venue_pk", "venue_type", "venue_pk"),
        {"comment": "Venues; the point in EPSG:4326"},
    )

    venue_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    venue_id: Mapped[str] = mapped_column(
        Text, comment="Public, unguessable: 16 signs of Crockford base 32, 80 bits"
    )
    venue_type: Mapped[str] = mapped_column(Text, comment="A code of assessments.venue_types")
    name: Mapped[str] = mapped_column(Text)
    name_ascii: Mapped[str] = mapped_column(Text, comment="Folded for search")
    address: Mapped[str | None] = mapped_column(Text)
    point: Mapped[WKBElement | None] = mapped_column(
        Geometry("POINT", srid=4326, spatial_index=False)
    )
    capacity: Mapped[int | None] = mapped_column(Integer)
    footfall_per_day: Mapped[int] = mapped_column(
        Integer, comment="Persons expected on a day: the venue's weight in the area index"
    )
    opened_on: Mapped[date] = mapped_column(comment="First day on which the venue is counted")
    closed_on: Mapped[date | None] = mapped_column(comment="First day on which it is not")
    first_assessed_on: Mapped[date | None] = mapped_column(
        comment="First day on which it had a level; what tells expired from never assessed"
    )
    source: Mapped[str] = mapped_column(Text, comment="Who entered it: demo, owner, a file's name")
    external_id: Mapped[str | None] = mapped_column(Text, comment="The source's own key")
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class VenueArea(Base):
    """The lowest area that holds the venue's point, in one edition.

    A venue whose point lies outside every area has no row here: it is kept
    and listed, and no area counts it.
    """

    __tablename__ = "venue_area"
    __table_args__ = (
        Index("ix_venue_area_area_id", "area_id"),
        {"comment": "Venue to leaf area by edition, from the point"},
    )

    venue_pk: Mapped[int] = mapped_column(
        ForeignKey("venue.venue_pk", ondelete="CASCADE"), primary_key=True
    )
    edition_code: Mapped[str] = mapped_column(
        ForeignKey("boundary_edition.code", ondelete="CASCADE"), primary_key=True
    )
    area_id: Mapped[int] = mapped_column(ForeignKey("area.area_id", ondelete="CASCADE"))
    is_address_in_area: Mapped[bool | None] = mapped_column(
        comment="Whether the typed address names this area; NULL where it names none"
    )
