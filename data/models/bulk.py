"""Files of many venues or assessments, between their upload and their end."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class BulkUpload(Base):
    """One uploaded table: read first, then stored whole, in part or not at all.

    The file lies here and nowhere else: outside every folder that is served,
    under the row-level security of its owner, and gone with its retention.
    """

    __tablename__ = "bulk_upload"
    __table_args__ = (
        CheckConstraint("kind IN ('venues', 'assessments')", name="kind_known"),
        CheckConstraint(
            "state IN ('reading', 'previewed', 'refused', 'storing', 'stored', 'discarded')",
            name="state_known",
        ),
        CheckConstraint("(kind = 'assessments') = (set_id IS NOT NULL)", name="set_of_assessments"),
        Index("ix_bulk_upload_account_pk_uploaded_at", "account_pk", "uploaded_at"),
        Index("ix_bulk_upload_uploaded_at", "uploaded_at"),
        {"comment": "Uploaded tables; their bytes are deleted after some days"},
    )

    upload_id: Mapped[str] = mapped_column(Text, primary_key=True, comment="Random")
    account_pk: Mapped[int] = mapped_column(ForeignKey("account.account_pk", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    set_id: Mapped[str | None] = mapped_column(Text, comment="Criteria set of assessments")
    state: Mapped[str] = mapped_column(Text, server_default=text("'reading'"))
    choices: Mapped[dict[str, Any]] = mapped_column(
        JSONB, server_default=text("'{}'"), comment="What was confirmed"
    )
    report: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    content: Mapped[bytes | None] = mapped_column(
        LargeBinary,
        deferred=True,
        comment="The file as it came; once read, the table that was read",
    )
    rest: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True, comment="The rows that were not taken, with the reasons"
    )
    uploaded_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now()
    )
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
