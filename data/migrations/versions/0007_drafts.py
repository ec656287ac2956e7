"""Authors of assessments, drafts, evidence, reminders, certificates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    "assessment_draft",
    "certificate",
    "draft_answer",
    "evidence_file",
    "expiry_reminder",
)

SOURCE_BEFORE = "owner_link, demo, or a file's name"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "assessment_draft",
        sa.Column("draft_pk", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.Column("set_version", sa.Text(), nullable=False),
        sa.Column(
            "submission_key",
            sa.Text(),
            nullable=False,
            comment="Under which it is submitted: twice sent is once stored",
        ),
        sa.Column(
            "revision",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Goes up by one with every saved answer",
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "closed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Submitted or thrown away",
        ),
        sa.Column(
            "carried",
            postgresql.JSONB(),
            nullable=True,
            comment="The set that it began with, and how many answers came over from it",
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_assessment_draft_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_pk", name=op.f("pk_assessment_draft")),
        comment="Drafts of assessments",
    )
    op.create_index(
        "uq_assessment_draft_open",
        "assessment_draft",
        ["venue_pk"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "certificate",
        sa.Column("certificate_id", sa.Text(), nullable=False, comment="80 random bits"),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("assessment_pk", sa.BigInteger(), nullable=False),
        sa.Column(
            "issued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_pk"],
            ["assessment.assessment_pk"],
            name=op.f("fk_certificate_assessment_pk_assessment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_certificate_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"],
            ["account.account_pk"],
            name=op.f("fk_certificate_withdrawn_by_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("assessment_pk", name=op.f("uq_certificate_assessment_pk")),
        comment="Certificates; what they say is in the submission's result",
    )
    op.create_index("ix_certificate_venue_pk", "certificate", ["venue_pk"], unique=False)
    op.create_table(
        "draft_answer",
        sa.Column("draft_pk", sa.BigInteger(), nullable=False),
        sa.Column("criterion_id", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True, comment="NULL: taken back"),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("account_pk", sa.BigInteger(), nullable=True),
        sa.Column(
            "editor",
            sa.Text(),
            nullable=True,
            comment="Random name of the open page that saved it: no conflict with itself",
        ),
        sa.Column(
            "saved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_pk"],
            ["account.account_pk"],
            name=op.f("fk_draft_answer_account_pk_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["draft_pk"],
            ["assessment_draft.draft_pk"],
            name=op.f("fk_draft_answer_draft_pk_assessment_draft"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_pk", "criterion_id", name=op.f("pk_draft_answer")),
        comment="Answers of drafts; a save names the revision that it saw",
    )
    op.create_table(
        "evidence_file",
        sa.Column("evidence_pk", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "evidence_id", sa.Text(), nullable=False, comment="Random: name of the stored file"
        ),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("draft_pk", sa.BigInteger(), nullable=True),
        sa.Column("assessment_pk", sa.BigInteger(), nullable=True),
        sa.Column("criterion_id", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False, comment="Of the stored bytes"),
        sa.Column("size", sa.Integer(), nullable=False, comment="Bytes stored"),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("pages", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("account_pk", sa.BigInteger(), nullable=True, comment="NULL: the public"),
        sa.Column(
            "uploaded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_evidence_file_size_positive")),
        sa.ForeignKeyConstraint(
            ["account_pk"],
            ["account.account_pk"],
            name=op.f("fk_evidence_file_account_pk_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["assessment_pk"],
            ["assessment.assessment_pk"],
            name=op.f("fk_evidence_file_assessment_pk_assessment"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["draft_pk"],
            ["assessment_draft.draft_pk"],
            name=op.f("fk_evidence_file_draft_pk_assessment_draft"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_evidence_file_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("evidence_pk", name=op.f("pk_evidence_file")),
        sa.UniqueConstraint("evidence_id", name=op.f("uq_evidence_file_evidence_id")),
        comment="Evidence, re-encoded and without location data",
    )
    op.create_index(
        "ix_evidence_file_assessment_pk", "evidence_file", ["assessment_pk"], unique=False
    )
    op.create_index("ix_evidence_file_draft_pk", "evidence_file", ["draft_pk"], unique=False)
    op.create_index("ix_evidence_file_venue_pk", "evidence_file", ["venue_pk"], unique=False)
    op.create_index("ix_evidence_file_uploaded_at", "evidence_file", ["uploaded_at"], unique=False)
    op.create_index(
        "ix_evidence_file_removed_at",
        "evidence_file",
        ["removed_at"],
        unique=False,
        postgresql_where=sa.text("removed_at IS NOT NULL"),
    )
    op.create_table(
        "expiry_reminder",
        sa.Column("assessment_pk", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("days_before", sa.SmallInteger(), nullable=False),
        sa.Column(
            "sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["assessment_pk"],
            ["assessment.assessment_pk"],
            name=op.f("fk_expiry_reminder_assessment_pk_assessment"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "kind IN ('expiry', 'remedy')", name=op.f("ck_expiry_reminder_kind_known")
        ),
        sa.PrimaryKeyConstraint(
            "assessment_pk", "kind", "days_before", name=op.f("pk_expiry_reminder")
        ),
        comment="Reminders sent",
    )
    op.add_column(
        "assessment",
        sa.Column(
            "kind",
            sa.Text(),
            server_default=sa.text("'self'"),
            nullable=False,
            comment="Who assessed: the venue, or the committee",
        ),
    )
    op.add_column(
        "assessment", sa.Column("account_pk", sa.BigInteger(), nullable=True, comment="Its author")
    )
    op.add_column(
        "assessment",
        sa.Column(
            "declared_name",
            sa.Text(),
            nullable=True,
            comment="Who declared the answers true; NULL where they came by a file",
        ),
    )
    op.create_foreign_key(
        op.f("fk_assessment_account_pk_account"),
        "assessment",
        "account",
        ["account_pk"],
        ["account_pk"],
        ondelete="SET NULL",
    )
    op.add_column(
        "assessment_result",
        sa.Column(
            "remedy_due",
            sa.Date(),
            nullable=True,
            comment="Last day for mending, where the set gives a deadline",
        ),
    )
    op.create_index(
        "ix_assessment_result_remedy_due",
        "assessment_result",
        ["remedy_due"],
        unique=False,
        postgresql_where=sa.text("remedy_due IS NOT NULL"),
    )
    # Rows of before keep what they say: `owner_link` was the way before there were accounts.
    op.alter_column(
        "assessment",
        "source",
        comment="site, api_key, demo, a committee's act, a bulk upload, or a file",
        existing_comment=SOURCE_BEFORE,
        existing_type=sa.Text(),
        existing_nullable=False,
    )
    op.create_check_constraint(
        op.f("ck_assessment_kind_known"),
        "assessment",
        "kind IN ('self', 'inspection', 'correction')",
    )
    op.alter_column("assessment_result", "safety_tenths", nullable=True)
    op.drop_constraint("ck_assessment_result_level_known", "assessment_result")
    op.create_check_constraint(
        op.f("ck_assessment_result_level_known"),
        "assessment_result",
        "level IN ('safe', 'at_risk', 'unsafe', 'not_assessed')",
    )
    op.create_check_constraint(
        op.f("ck_assessment_result_safety_with_level"),
        "assessment_result",
        "(level = 'not_assessed') = (safety_tenths IS NULL)",
    )


def downgrade() -> None:
    """Take back."""
    op.execute("DELETE FROM assessment_result WHERE level = 'not_assessed'")
    op.drop_constraint("ck_assessment_result_safety_with_level", "assessment_result")
    op.drop_constraint("ck_assessment_result_level_known", "assessment_result")
    op.create_check_constraint(
        op.f("ck_assessment_result_level_known"),
        "assessment_result",
        "level IN ('safe', 'at_risk', 'unsafe')",
    )
    op.alter_column("assessment_result", "safety_tenths", nullable=False)
    op.drop_index("ix_assessment_result_remedy_due", "assessment_result")
    op.drop_column("assessment_result", "remedy_due")
    op.drop_constraint("ck_assessment_kind_known", "assessment")
    op.alter_column("assessment", "source", comment=SOURCE_BEFORE)
    op.drop_column("assessment", "declared_name")
    op.drop_column("assessment", "account_pk")
    op.drop_column("assessment", "kind")
    for table in reversed(TABLES):
        op.drop_table(table)
