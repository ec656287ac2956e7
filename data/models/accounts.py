"""Persons who sign in: accounts, sessions, codes and what limits guessing."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
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


class Account(Base):
    """One person who may sign in; a contact belongs to one account only."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("account_id"),
        UniqueConstraint("email"),
        UniqueConstraint("phone"),
        CheckConstraint(
            "role IN ('owner', 'committee', 'ministry', 'administrator')", name="role_known"
        ),
        CheckConstraint("email IS NOT NULL OR phone IS NOT NULL", name="has_contact"),
        {"comment": "Persons who sign in; never readable by the application role as a whole"},
    )

    account_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[str] = mapped_column(Text, comment="Random, for addresses and the audit")
    role: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text, comment="Folded to lower case")
    phone: Mapped[str | None] = mapped_column(Text, comment="E.164")
    password_hash: Mapped[str | None] = mapped_column(Text, comment="argon2id")
    language: Mapped[str] = mapped_column(Text, server_default=text("'vi'"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    confirmed_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When the contact was confirmed; nobody signs in before"
    )
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    password_changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary, comment="Encrypted")
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    totp_last_step: Mapped[int | None] = mapped_column(
        BigInteger, comment="Time step of the last code taken: none is taken twice"
    )
    recovery_kept_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), comment="When the person said that the recovery codes are kept"
    )


class AccountArea(Base):
    """An area whose rows a committee account may see and decide on."""

    __tablename__ = "account_area"
    __table_args__ = ({"comment": "Areas of committee accounts, by edition and official code"},)

    account_pk: Mapped[int] = mapped_column(
        ForeignKey("account.account_pk", ondelete="CASCADE"), primary_key=True
    )
    edition_code: Mapped[str] = mapped_column(
        ForeignKey("boundary_edition.code", ondelete="CASCADE"), primary_key=True
    )
    area_code: Mapped[str] = mapped_column(Text, primary_key=True)


class RecoveryCode(Base):
    """A code that replaces the second factor once."""

    __tablename__ = "recovery_code"
    __table_args__ = ({"comment": "Recovery codes, hashed; each works once"},)

    account_pk: Mapped[int] = mapped_column(
        ForeignKey("account.account_pk", ondelete="CASCADE"), primary_key=True
    )
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class WebSession(Base):
    """A signed-in browser; the cookie holds the token, the table its hash."""

    __tablename__ = "web_session"
    __table_args__ = (
        Index("ix_web_session_account_pk", "account_pk"),
        Index("ix_web_session_expires_at", "expires_at"),
        {"comment": "Signed-in browsers; revocable"},
    )

    session_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_pk: Mapped[int] = mapped_column(ForeignKey("account.account_pk", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    last_seen_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now()
    )
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    second_factor_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class OneTimeCode(Base):
    """A six-digit code sent to a contact; works once, for minutes, against few guesses."""

    __tablename__ = "one_time_code"
    __table_args__ = (
        Index("ix_one_time_code_account_pk", "account_pk"),
        Index("ix_one_time_code_expires_at", "expires_at"),
        {"comment": "One-time codes, hashed"},
    )

    code_id: Mapped[str] = mapped_column(Text, primary_key=True, comment="Random handle")
    purpose: Mapped[str] = mapped_column(Text, comment="register, reset_password, change_contact")
    account_pk: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_pk", ondelete="CASCADE"),
        comment="NULL where the contact is unknown: answers must not tell",
    )
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    guesses: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AttemptCount(Base):
    """How often something limited was tried in one window of time, by all processes together."""

    __tablename__ = "attempt_count"
    __table_args__ = (
        Index("ix_attempt_count_ends_at", "ends_at"),
        {"comment": "Counters of limits; the key is a keyed hash, never a contact or address"},
    )

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    attempts: Mapped[int] = mapped_column(Integer)
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ApiKey(Base):
    """A key by which an account's own software submits in its name."""

    __tablename__ = "api_key"
    __table_args__ = (
        UniqueConstraint("key_hash"),
        Index("ix_api_key_account_pk", "account_pk"),
        {"comment": "Keys of partner software, hashed; revocable"},
    )

    api_key_pk: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_pk: Mapped[int] = mapped_column(ForeignKey("account.account_pk", ondelete="CASCADE"))
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    label: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
