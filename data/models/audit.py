"""Who did what to which row, in a chain of hashes that shows what was changed afterwards."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Identity, Index, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class AuditEvent(Base):
    """One act of a signed-in person or of a command; details hold no personal data."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject_kind_subject_id", "subject_kind", "subject_id"),
        {"comment": "Acts, chained by hashes; only ever added to"},
    )

    event_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    actor_id: Mapped[str | None] = mapped_column(Text, comment="account_id; NULL for a command")
    action: Mapped[str] = mapped_column(Text)
    subject_kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
