"""What owners are to be told of a committee's decisions: an outbox."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class OwnerNotice(Base):
    """One message to one person that was not sent yet; sent ones are deleted.

    Written in the transaction of the decision, so that none is lost and none tells of a
    decision that was never stored.
    """

    __tablename__ = "owner_notice"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('confirmed', 'corrected', 'asked_again', 'inspected', 'upheld',"
            " 'overturned', 'reply_published', 'reply_refused', 'revisit_refused',"
            " 'certificate_withdrawn', 'claim_accepted', 'claim_refused', 'owner_added')",
            name="kind_known",
        ),
        Index("ix_owner_notice_due_at", "due_at"),
        Index("ix_owner_notice_venue_pk", "venue_pk"),
        Index("ix_owner_notice_account_pk", "account_pk"),
        {"comment": "Messages to owners that wait to be sent"},
    )

    notice_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    venue_pk: Mapped[int] = mapped_column(ForeignKey("venue.venue_pk", ondelete="CASCADE"))
    account_pk: Mapped[int] = mapped_column(ForeignKey("account.account_pk", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), comment="Not to be sent before: whoever sends it moves this on"
    )
    tries: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
