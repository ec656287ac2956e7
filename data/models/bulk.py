"""Files of many venues or assessments, between their upload and their end."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class BulkUpload(Base):
    """One uploaded table: previewed first, then stored whole, in part or not at all."""

    __tablename__ = "bulk_upload"
    __table_args__ = (
        CheckConstraint("kind IN ('venues', 'assessments')", name="kind_known"),
        CheckConstraint("state IN ('previewed', 'stored', 'discarded')", name="state_known"),
        Index("ix_bulk_upload_account_pk_uploaded_at", "account_pk", "uploaded_at"),
        {"comment": "Uploaded tables; the bytes lie in the upload folder"},
    )

    upload_id: Mapped[str] = mapped_column(Text, primary_key=True, comment="Random")
    account_pk: Mapped[int] = mapped_column(ForeignKey("account.account_pk", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=text("'previewed'"))
    report: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    uploaded_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now()
    )
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
