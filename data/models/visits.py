"""Visits (check-ins), their hourly counts, and the densities released to the public."""

import uuid
from datetime import date, datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Uuid,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class Visit(Base):
    """One visit of an unnamed person to one venue, kept until the retention limit.

    Partitioned by day so that retention drops whole days at once; partitions
    `visit_pYYYYMMDD` are made when the first visit of a day arrives. There is
    no foreign key to `venue`: checking each of a million rows costs more than
    storing them, venues are closed and not deleted, and a visit without a
    venue is in no area and thus in no count.
    """

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("left_at >= entered_at", name="time_order"),
        CheckConstraint("source BETWEEN 1 AND 8", name="source_known"),
        CheckConstraint(
            "day = (entered_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date", name="day_of_entry"
        ),
        {
            "comment": "Visits without personal data, by day; dropped at the retention limit",
            "postgresql_partition_by": "RANGE (day)",
        },
    )

    venue_pk: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(
        primary_key=True, comment="Calendar day of entered_at in Asia/Ho_Chi_Minh"
    )
    event_key: Mapped[uuid.UUID] = mapped_column(
        Uuid, primary_key=True, comment="From the source's event id, else from the row's content"
    )
    entered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    left_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    source: Mapped[int] = mapped_column(SmallInteger, comment="A checkins.visits.VisitSource")


class VisitHourly(Base):
    """Visits of one venue that began in one hour; outlives the visits themselves."""

    __tablename__ = "visit_hourly"
    __table_args__ = (
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour_range"),
        CheckConstraint("visits > 0", name="visits_positive"),
        {"comment": "Visits by venue and hour of entry; private, never shown as it is"},
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    venue_pk: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hour: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    visits: Mapped[int] = mapped_column(Integer)


class AreaVisitRelease(Base):
    """Exact visits of one leaf area behind the last release of a day; never shown."""

    __tablename__ = "area_visit_release"
    __table_args__ = (
        CheckConstraint("cardinality(visits) = 24", name="visits_by_hour"),
        Index("ix_area_visit_release_area_id", "area_id"),
        {"comment": "Private counts behind a release, so that releases differ by 0 or by k"},
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(
        ForeignKey("area.area_id", ondelete="CASCADE"), primary_key=True
    )
    visits: Mapped[list[int]] = mapped_column(ARRAY(Integer), comment="By hour of entry, 0 to 23")


class AreaDensityDaily(Base):
    """Visits of one area on one day as the public may see them.

    NULL in the array means withheld. An area without a row on a released day
    has no venue that could report.
    """

    __tablename__ = "area_density_daily"
    __table_args__ = (
        CheckConstraint("cardinality(visits) = 25", name="visits_by_hour_and_day"),
        Index("ix_area_density_daily_area_id", "area_id"),
        {"comment": "Public visits by area and day after disclosure control"},
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(
        ForeignKey("area.area_id", ondelete="CASCADE"), primary_key=True
    )
    visits: Mapped[list[int | None]] = mapped_column(
        ARRAY(Integer), comment="Hours 0 to 23, then the whole day; NULL where withheld"
    )


class DensityGeneration(Base):
    """Which days are released in which edition, with which k and how often."""

    __tablename__ = "density_generation"
    __table_args__ = (
        CheckConstraint("threshold >= 5", name="threshold_safe"),
        {"comment": "Released days of check-in density, with a change number"},
    )

    edition_code: Mapped[str] = mapped_column(
        ForeignKey("boundary_edition.code", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(BigInteger)
    threshold: Mapped[int] = mapped_column(comment="k: counts from 1 to k-1 are withheld")
    computed_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now()
    )
