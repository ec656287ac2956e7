"""Certificates of submissions."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, account_index


class Certificate(Base):
    """A certificate that an owner issued for a submission; its state is worked out on reading.

    A submission has one at most: asked for again, the same is given again, and one that was
    withdrawn cannot be got back by asking.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        Index("ix_certificate_venue_pk", "venue_pk"),
        UniqueConstraint("assessment_pk"),
        account_index("certificate", "withdrawn_by"),
        {"comment": "Certificates; what they say is in the submission's result"},
    )

    certificate_id: Mapped[str] = mapped_column(Text, primary_key=True, comment="80 random bits")
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    assessment_pk: Mapped[int] = mapped_column(
        ForeignKey("assessment.assessment_pk", ondelete="CASCADE")
    )
    issued_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="SET NULL")
    )
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
