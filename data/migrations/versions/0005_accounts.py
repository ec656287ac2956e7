"""Accounts, their sessions, codes and keys; the audit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    "account",
    "attempt_count",
    "audit_event",
    "account_area",
    "api_key",
    "one_time_code",
    "recovery_code",
    "web_session",
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "account",
        sa.Column("account_pk", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "account_id", sa.Text(), nullable=False, comment="Random, for addresses and the audit"
        ),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True, comment="Folded to lower case"),
        sa.Column("phone", sa.Text(), nullable=True, comment="E.164"),
        sa.Column("password_hash", sa.Text(), nullable=True, comment="argon2id"),
        sa.Column("language", sa.Text(), server_default=sa.text("'vi'"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "confirmed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the contact was confirmed; nobody signs in before",
        ),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True, comment="Encrypted"),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "totp_last_step",
            sa.BigInteger(),
            nullable=True,
            comment="Time step of the last code taken: none is taken twice",
        ),
        sa.Column(
            "recovery_kept_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the person said that the recovery codes are kept",
        ),
        sa.CheckConstraint(
            "role IN ('owner', 'committee', 'ministry', 'administrator')",
            name=op.f("ck_account_role_known"),
        ),
        sa.CheckConstraint(
            "email IS NOT NULL OR phone IS NOT NULL", name=op.f("ck_account_has_contact")
        ),
        sa.PrimaryKeyConstraint("account_pk", name=op.f("pk_account")),
        sa.UniqueConstraint("account_id", name=op.f("uq_account_account_id")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("phone", name=op.f("uq_account_phone")),
        comment="Persons who sign in; never readable by the application role as a whole",
    )
    op.create_table(
        "attempt_count",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt_count")),
        comment="Counters of limits; the key is a keyed hash, never a contact or address",
    )
    op.create_index("ix_attempt_count_ends_at", "attempt_count", ["ends_at"], unique=False)
    op.create_table(
        "audit_event",
        sa.Column("event_pk", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("actor_id", sa.Text(), nullable=True, comment="account_id; NULL for a command"),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column(
            "details",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("event_pk", name=op.f("pk_audit_event")),
        comment="Acts, chained by hashes; only ever added to",
    )
    op.create_index(
        "ix_audit_event_subject_kind_subject_id",
        "audit_event",
        ["subject_kind", "subject_id"],
        unique=False,
    )
    op.create_table(
        "account_area",
        sa.Column("account_pk", sa.BigInteger(), nullable=False),
        sa.Column("edition_code", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_pk"],
            ["account.account_pk"],
            name=op.f("fk_account_area_account_pk_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["edition_code"],
            ["boundary_edition.code"],
            name=op.f("fk_account_area_edition_code_boundary_edition"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_pk", "edition_code", "area_code", name=op.f("pk_account_area")
        ),
        comment="Areas of committee accounts, by edition and official code",
    )
    op.create_table(
        "api_key",
        sa.Column("api_key_pk", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_pk", sa.BigInteger(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_pk"],
            ["account.account_pk"],
            name=op.f("fk_api_key_account_pk_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("api_key_pk", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
        comment="Keys of partner software, hashed; revocable",
    )
    op.create_index("ix_api_key_account_pk", "api_key", ["account_pk"], unique=False)
    op.create_table(
        "one_time_code",
        sa.Column("code_id", sa.Text(), nullable=False, comment="Random handle"),
        sa.Column(
            "purpose", sa.Text(), nullable=False, comment="register, reset_password, change_contact"
        ),
        sa.Column(
            "account_pk",
            sa.BigInteger(),
            nullable=True,
            comment="NULL where the contact is unknown: answers must not tell",
        ),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "content",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("guesses", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_pk"],
            ["account.account_pk"],
            name=op.f("fk_one_time_code_account_pk_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code_id", name=op.f("pk_one_time_code")),
        comment="One-time codes, hashed",
    )
    op.create_index("ix_one_time_code_account_pk", "one_time_code", ["account_pk"], unique=False)
    op.create_index("ix_one_time_code_expires_at", "one_time_code", ["expires_at"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("account_pk", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_pk"],
            ["account.account_pk"],
            name=op.f("fk_recovery_code_account_pk_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_pk", "code_hash", name=op.f("pk_recovery_code")),
        comment="Recovery codes, hashed; each works once",
    )
    op.create_table(
        "web_session",
        sa.Column("session_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_pk", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "last_seen_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_pk"],
            ["account.account_pk"],
            name=op.f("fk_web_session_account_pk_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_hash", name=op.f("pk_web_session")),
        comment="Signed-in browsers; revocable",
    )
    op.create_index("ix_web_session_account_pk", "web_session", ["account_pk"], unique=False)
    op.create_index("ix_web_session_expires_at", "web_session", ["expires_at"], unique=False)


def downgrade() -> None:
    """Take back."""
    for table in reversed(TABLES):
        op.drop_table(table)
