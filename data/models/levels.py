"""Counts by area and day: what the map and the time slider read."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Integer,
    Text,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class AreaLevelDaily(Base):
    """Venues of one area on one day, by level.

    Sums are whole numbers so that adding one submission's difference gives
    exactly what counting all venues again would give. An area without a row
    has no venues on that day. No foreign key guards `area_id`: checking it
    took as long as writing the row, and the rows can be made again at any time.
    """

    __tablename__ = "area_level_daily"
    __table_args__ = (
        CheckConstraint(
            "safe >= 0 AND at_risk >= 0 AND unsafe >= 0 AND venues >= safe + at_risk + unsafe",
            name="counts_add_up",
        ),
        {"comment": "Venue counts by area and day", "postgresql_with": {"fillfactor": "80"}},
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    venues: Mapped[int] = mapped_column(Integer, comment="Registered and open on that day")
    safe: Mapped[int] = mapped_column(Integer)
    at_risk: Mapped[int] = mapped_column(Integer)
    unsafe: Mapped[int] = mapped_column(Integer)
    footfall: Mapped[int] = mapped_column(BigInteger, comment="Sum of weights of assessed venues")
    footfall_safety: Mapped[int] = mapped_column(
        BigInteger, comment="Sum of weight times safety_tenths of assessed venues"
    )


class AreaTypeDaily(Base):
    """Venues of one area of the top on one day, by type and level.

    Kept by the same differences as `area_level_daily`, for areas with nothing above them:
    what lies lower has few venues and is read from these. A type without a row has no venue
    there on that day. A venue counts by the type that it had on the day.
    """

    __tablename__ = "area_type_daily"
    __table_args__ = (
        CheckConstraint(
            "safe >= 0 AND at_risk >= 0 AND unsafe >= 0 AND venues >= safe + at_risk + unsafe",
            name="counts_add_up",
        ),
        {
            "comment": "Venue counts by province, day and type",
            "postgresql_with": {"fillfactor": "80"},
        },
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    venue_type: Mapped[str] = mapped_column(Text, primary_key=True)
    venues: Mapped[int] = mapped_column(Integer, comment="Registered and open on that day")
    safe: Mapped[int] = mapped_column(Integer)
    at_risk: Mapped[int] = mapped_column(Integer)
    unsafe: Mapped[int] = mapped_column(Integer)


class LevelGeneration(Base):
    """Which days are counted, and how often they have changed since.

    Readers compare `generation` to know whether what they cached is still
    true; a day without a row has not been counted yet.
    """

    __tablename__ = "level_generation"
    __table_args__ = ({"comment": "Counted days by edition, with a change number"},)

    edition_code: Mapped[str] = mapped_column(
        ForeignKey("boundary_edition.code", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(BigInteger)
    computed_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now()
    )
