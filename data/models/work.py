"""What waits in which areas: the keys by which a committee's lists find their rows."""

from datetime import date, datetime

from sqlalchemy import BigInteger, DateTime, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class CommitteeWork(Base):
    """A row that waits for a committee, or a report; written by triggers alone (migration 0009)."""

    __tablename__ = "committee_work"
    __table_args__ = (
        Index("ix_committee_work_venue_pk", "venue_pk"),
        Index(
            "ix_committee_work_waiting",
            "area_ids",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
            postgresql_where=text("is_waiting"),
        ),
        Index(
            "ix_committee_work_done",
            "area_ids",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
            postgresql_where=text("NOT is_waiting"),
        ),
        {"comment": "What waits in which areas, and looked-at reports; kept by triggers"},
    )

    task: Mapped[str] = mapped_column(Text, primary_key=True)
    row_pk: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Text, comment="Reason of a review, or the task")
    venue_pk: Mapped[int] = mapped_column(BigInteger)
    priority: Mapped[int] = mapped_column(Integer)
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_on: Mapped[date | None]
    is_waiting: Mapped[bool]
    area_ids: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), comment="The venue's areas with those above them, in every edition"
    )
