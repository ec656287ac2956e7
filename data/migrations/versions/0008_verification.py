"""Reviews, inspections, appeals, replies, re-visits, reports."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    "revisit_request",
    "appeal",
    "inspection_pair",
    "owner_reply",
    "review",
    "venue_report",
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "revisit_request",
        sa.Column("revisit_pk", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'refused')", name=op.f("ck_revisit_request_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["account.account_pk"],
            name=op.f("fk_revisit_request_asked_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["account.account_pk"],
            name=op.f("fk_revisit_request_decided_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_revisit_request_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("revisit_pk", name=op.f("pk_revisit_request")),
        comment="Requests for a re-visit",
    )
    op.create_index("ix_revisit_request_venue_pk", "revisit_request", ["venue_pk"], unique=False)
    op.create_table(
        "appeal",
        sa.Column("appeal_pk", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("appeal_id", sa.Text(), nullable=False),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column(
            "assessment_pk",
            sa.BigInteger(),
            nullable=False,
            comment="The inspection or correction that is contested",
        ),
        sa.Column(
            "filed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("filed_by", sa.BigInteger(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="Last working day for the decision"),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'upheld', 'overturned', 'withdrawn')", name=op.f("ck_appeal_state")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_pk"],
            ["assessment.assessment_pk"],
            name=op.f("fk_appeal_assessment_pk_assessment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["account.account_pk"],
            name=op.f("fk_appeal_decided_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["filed_by"],
            ["account.account_pk"],
            name=op.f("fk_appeal_filed_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_appeal_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("appeal_pk", name=op.f("pk_appeal")),
        sa.UniqueConstraint("appeal_id", name=op.f("uq_appeal_appeal_id")),
        comment="Appeals of owners; upheld means that the decision stands",
    )
    op.create_index("ix_appeal_venue_pk_filed_at", "appeal", ["venue_pk", "filed_at"], unique=False)
    op.create_index(
        "uq_appeal_open",
        "appeal",
        ["assessment_pk"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "inspection_pair",
        sa.Column("inspection_pk", sa.BigInteger(), nullable=False),
        sa.Column("self_assessment_pk", sa.BigInteger(), nullable=False),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("self_level", sa.Text(), nullable=False),
        sa.Column("inspected_level", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_pk"],
            ["assessment.assessment_pk"],
            name=op.f("fk_inspection_pair_inspection_pk_assessment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["self_assessment_pk"],
            ["assessment.assessment_pk"],
            name=op.f("fk_inspection_pair_self_assessment_pk_assessment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_inspection_pair_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("inspection_pk", name=op.f("pk_inspection_pair")),
        comment="Self-assessed and inspected level of one venue; input of Cohen's kappa",
    )
    op.create_index("ix_inspection_pair_venue_pk", "inspection_pair", ["venue_pk"], unique=False)
    op.create_table(
        "owner_reply",
        sa.Column("reply_pk", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("assessment_pk", sa.BigInteger(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column(
            "written_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("written_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("refusal_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'published', 'refused')", name=op.f("ck_owner_reply_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_pk"],
            ["assessment.assessment_pk"],
            name=op.f("fk_owner_reply_assessment_pk_assessment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["account.account_pk"],
            name=op.f("fk_owner_reply_decided_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_owner_reply_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["written_by"],
            ["account.account_pk"],
            name=op.f("fk_owner_reply_written_by_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("reply_pk", name=op.f("pk_owner_reply")),
        comment="Replies of owners",
    )
    op.create_index(
        "ix_owner_reply_venue_pk_written_at",
        "owner_reply",
        ["venue_pk", "written_at"],
        unique=False,
    )
    op.create_table(
        "review",
        sa.Column("review_pk", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("review_id", sa.Text(), nullable=False, comment="Random, for addresses"),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("assessment_pk", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False, comment="Lower is looked at earlier"),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("corrected_assessment_pk", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('random', 'footfall', 'jump', 'report', 'revisit', 'asked')",
            name=op.f("ck_review_reason_known"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'confirmed', 'corrected', 'asked_again', 'superseded')",
            name=op.f("ck_review_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["assessment_pk"],
            ["assessment.assessment_pk"],
            name=op.f("fk_review_assessment_pk_assessment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["corrected_assessment_pk"],
            ["assessment.assessment_pk"],
            name=op.f("fk_review_corrected_assessment_pk_assessment"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["account.account_pk"],
            name=op.f("fk_review_decided_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_review_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("review_pk", name=op.f("pk_review")),
        sa.UniqueConstraint("review_id", name=op.f("uq_review_review_id")),
        comment="Looks of the committee at submissions",
    )
    op.create_index(
        "ix_review_venue_pk_created_at", "review", ["venue_pk", "created_at"], unique=False
    )
    op.create_index(
        "ix_review_waiting",
        "review",
        ["priority", "created_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "uq_review_waiting",
        "review",
        ["assessment_pk"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "venue_report",
        sa.Column("report_pk", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("evidence_pk", sa.BigInteger(), nullable=True),
        sa.Column(
            "reported_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("state", sa.Text(), server_default=sa.text("'new'"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('new', 'checked', 'unfounded')", name=op.f("ck_venue_report_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["account.account_pk"],
            name=op.f("fk_venue_report_decided_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["evidence_pk"],
            ["evidence_file.evidence_pk"],
            name=op.f("fk_venue_report_evidence_pk_evidence_file"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_venue_report_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("report_pk", name=op.f("pk_venue_report")),
        sa.UniqueConstraint("report_id", name=op.f("uq_venue_report_report_id")),
        comment="Reports of the public, without the reporter's name",
    )
    op.create_index(
        "ix_venue_report_venue_pk_reported_at",
        "venue_report",
        ["venue_pk", "reported_at"],
        unique=False,
    )


def downgrade() -> None:
    """Take back."""
    for table in reversed(TABLES):
        op.drop_table(table)
