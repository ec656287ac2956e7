"""Boundary editions, their areas and the display geometry made from them."""

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    Double,
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

from data.models.base import Base


class BoundaryEdition(Base):
    """One set of boundaries that was in force together."""

    __tablename__ = "boundary_edition"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity_order"),
        Index(
            "uq_boundary_edition_active",
            "is_active",
            unique=True,
            postgresql_where=text("is_active"),
        ),
        {"comment": "Boundary editions, side by side; at most one is shown by default"},
    )

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    title_vi: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(Text)
    licence: Mapped[str] = mapped_column(Text)
    is_approximate: Mapped[bool]
    is_active: Mapped[bool] = mapped_column(server_default=text("false"))
    quality: Mapped[dict[str, Any]] = mapped_column(
        JSONB, server_default=text("'{}'"), comment="Quality report of the import"
    )
    imported_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now()
    )


class Area(Base):
    """One administrative area of one edition."""

    __tablename__ = "area"
    __table_args__ = (
        UniqueConstraint("edition_code", "code"),
        CheckConstraint("admin_level BETWEEN 1 AND 3", name="admin_level_range"),
        CheckConstraint("population >= 0", name="population_not_negative"),
        CheckConstraint("area_km2 > 0", name="area_positive"),
        Index("ix_area_geom", "geom", postgresql_using="gist"),
        Index("ix_area_edition_code_admin_level", "edition_code", "admin_level"),
        Index("ix_area_parent_id", "parent_id"),
        Index(
            "ix_area_name_ascii",
            "name_ascii",
            postgresql_using="gin",
            postgresql_ops={"name_ascii": "gin_trgm_ops"},
        ),
        {"comment": "Administrative areas by edition; geometry in EPSG:4326"},
    )

    area_id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    edition_code: Mapped[str] = mapped_column(
        ForeignKey("boundary_edition.code", ondelete="CASCADE")
    )
    code: Mapped[str] = mapped_column(Text, comment="Official code with its leading zeros")
    admin_level: Mapped[int] = mapped_column(
        SmallInteger, comment="1 province, 2 district, 3 ward; an edition may skip one"
    )
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.area_id", ondelete="CASCADE"))
    path: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), comment="area_id of every area from the top down to this one, itself last"
    )
    is_leaf: Mapped[bool] = mapped_column(
        comment="Has no parts in its edition: a ward, or a district without wards"
    )
    name: Mapped[str] = mapped_column(Text, comment="Full official name with its type word")
    name_en: Mapped[str | None] = mapped_column(Text)
    name_ascii: Mapped[str] = mapped_column(Text, comment="Folded for search; never a key")
    population: Mapped[int | None] = mapped_column(BigInteger)
    population_as_of: Mapped[date | None]
    area_km2: Mapped[float | None] = mapped_column(Double)
    west: Mapped[float | None] = mapped_column(Double)
    south: Mapped[float | None] = mapped_column(Double)
    east: Mapped[float | None] = mapped_column(Double)
    north: Mapped[float | None] = mapped_column(Double)
    geom: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTIPOLYGON", srid=4326, spatial_index=False),
        comment="Full shape; NULL where the unit is listed but has no polygon",
    )


class BoundaryFile(Base):
    """Display geometry, simplified and compressed once: what browsers fetch."""

    __tablename__ = "boundary_file"
    __table_args__ = (
        CheckConstraint("admin_level BETWEEN 1 AND 3", name="admin_level_range"),
        {"comment": "Compressed GeoJSON of one level within one parent, by content hash"},
    )

    edition_code: Mapped[str] = mapped_column(
        ForeignKey("boundary_edition.code", ondelete="CASCADE"), primary_key=True
    )
    admin_level: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    parent_code: Mapped[str] = mapped_column(
        Text, primary_key=True, comment="Code of the parent, or 'all' for the whole level"
    )
    content_hash: Mapped[str] = mapped_column(Text)
    codes: Mapped[list[str]] = mapped_column(
        ARRAY(Text), comment="Area codes in the order of the features"
    )
    tolerance_m: Mapped[float] = mapped_column(Double, comment="Simplification tolerance")
    gzip: Mapped[bytes] = mapped_column(LargeBinary)
    brotli: Mapped[bytes] = mapped_column(LargeBinary)
