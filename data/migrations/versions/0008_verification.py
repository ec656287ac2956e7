"""Reviews, inspections, appeals, replies, re-visits, reports."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    "owner_notice",
    "review_key",
    "area_trust_daily",
    "venue_trust_span",
    "finding_note",
    "revisit_request",
    "appeal",
    "inspection_pair",
    "owner_reply",
    "review",
    "venue_report",
)

OTHER_PAIRS = (
    "safe_at_risk",
    "safe_unsafe",
    "at_risk_safe",
    "at_risk_at_risk",
    "at_risk_unsafe",
    "unsafe_safe",
    "unsafe_at_risk",
    "unsafe_unsafe",
)

# Two random identifiers hold 244 random bits.
MAKE_KEY = """
INSERT INTO review_key (key)
SELECT sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'))
"""

# A number from 0 to under 1 from the first 52 bits of a keyed hash: the same for ever for one
# submission, and foreseen by nobody who cannot read the key.
DRAW = """
CREATE FUNCTION antoan_review_draw(assessment_pk bigint) RETURNS double precision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT ('x0' || substr(encode(sha256(review_key.key || int8send(assessment_pk)), 'hex'), 1, 13)
        )::bit(56)::bigint / 4503599627370496.0::double precision
    FROM review_key
$$
"""
# Columns that name an account: one that ends is taken out of each without reading whole tables.
NAMING_ACCOUNTS = (
    ("appeal", "decided_by"),
    ("appeal", "filed_by"),
    ("assessment", "account_pk"),
    ("certificate", "withdrawn_by"),
    ("claim_request", "account_pk"),
    ("claim_request", "answered_by"),
    ("draft_answer", "account_pk"),
    ("evidence_file", "account_pk"),
    ("owner_reply", "decided_by"),
    ("owner_reply", "written_by"),
    ("review", "decided_by"),
    ("revisit_request", "asked_by"),
    ("revisit_request", "decided_by"),
    ("venue_claim", "created_by"),
    ("venue_claim", "used_by"),
    ("venue_contact", "email"),
    ("venue_contact", "phone"),
    ("venue_event", "account_pk"),
    ("venue_report", "decided_by"),
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
        sa.Column("decision_reason", sa.Text(), nullable=True, comment="Why it was refused"),
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
    op.create_index(
        "uq_revisit_request_open",
        "revisit_request",
        ["venue_pk"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
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
        "ix_appeal_due_on",
        "appeal",
        ["due_on"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_appeal_overturned",
        "appeal",
        ["decided_at"],
        unique=False,
        postgresql_where=sa.text("state = 'overturned'"),
    )
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
        sa.Column(
            "overturned_on",
            sa.Date(),
            nullable=True,
            comment="From this day on it says nothing: an appeal overturned the inspection",
        ),
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
    op.create_index("ix_inspection_pair_day", "inspection_pair", ["day"], unique=False)
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
    op.create_index(
        "uq_owner_reply_waiting",
        "owner_reply",
        ["venue_pk"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
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
        sa.CheckConstraint(
            "reason IN ('untrue', 'crowded', 'unsafe', 'closed', 'other')",
            name=op.f("ck_venue_report_reason_known"),
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
    op.create_index(
        "ix_venue_report_new",
        "venue_report",
        ["reported_at"],
        unique=False,
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_index(
        "ix_venue_report_private",
        "venue_report",
        ["reported_at"],
        unique=False,
        postgresql_where=sa.text("wording IS NOT NULL OR evidence_pk IS NOT NULL"),
    )
    _make_findings()
    _make_trust()
    _make_draw()
    _make_outbox()
    _index_accounts()


def _make_findings() -> None:
    op.create_table(
        "finding_note",
        sa.Column("assessment_pk", sa.BigInteger(), nullable=False),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_pk"],
            ["assessment.assessment_pk"],
            name=op.f("fk_finding_note_assessment_pk_assessment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_finding_note_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("assessment_pk", name=op.f("pk_finding_note")),
        comment="Reasons of inspections and corrections",
    )
    op.create_index("ix_finding_note_venue_pk", "finding_note", ["venue_pk"], unique=False)
    for name, columns in (
        ("ix_assessment_finding", ["venue_pk", "submitted_at"]),
        ("ix_assessment_finding_submitted_at", ["submitted_at"]),
    ):
        op.create_index(
            name, "assessment", columns, unique=False, postgresql_where=sa.text("kind <> 'self'")
        )


def _make_trust() -> None:
    op.add_column(
        "venue",
        sa.Column(
            "first_assessed_on",
            sa.Date(),
            nullable=True,
            comment="First day on which it had a level; what tells expired from never assessed",
        ),
    )
    op.execute(
        "UPDATE venue SET first_assessed_on = first.day FROM"
        " (SELECT venue_pk, min(first_day) AS day FROM venue_level_span GROUP BY venue_pk)"
        " AS first WHERE first.venue_pk = venue.venue_pk"
    )
    op.create_table(
        "venue_trust_span",
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_venue_trust_span_day_order")),
        sa.CheckConstraint(
            "trust IN ('documents_checked', 'inspected', 'contested')",
            name=op.f("ck_venue_trust_span_trust_known"),
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_venue_trust_span_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("venue_pk", "first_day", name=op.f("pk_venue_trust_span")),
        comment="Days on which a level is more, or less, than the venue's own word",
    )
    op.create_index("ix_venue_trust_span_last_day", "venue_trust_span", ["last_day"], unique=False)
    op.create_table(
        "area_trust_daily",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("area_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "ever_assessed",
            sa.Integer(),
            nullable=False,
            comment="Open venues that were assessed on that day or before",
        ),
        sa.Column("documents_checked", sa.Integer(), nullable=False),
        sa.Column("inspected", sa.Integer(), nullable=False),
        sa.Column("contested", sa.Integer(), nullable=False),
        sa.Column(
            "decisions",
            sa.Integer(),
            nullable=False,
            comment="Inspections and corrections of the last 365 days",
        ),
        sa.Column(
            "overturned",
            sa.Integer(),
            nullable=False,
            comment="Decisions that appeals overturned in the last 365 days",
        ),
        sa.Column(
            "safe_safe",
            sa.Integer(),
            nullable=False,
            comment="Inspections of the last 365 days: self-assessed safe, found safe",
        ),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in OTHER_PAIRS),
        sa.CheckConstraint(
            "documents_checked >= 0 AND inspected >= 0 AND contested >= 0"
            " AND ever_assessed >= documents_checked + inspected + contested",
            name=op.f("ck_area_trust_daily_counts_add_up"),
        ),
        sa.PrimaryKeyConstraint("day", "area_id", name=op.f("pk_area_trust_daily")),
        comment="Trust counts by area and day",
        postgresql_with={"fillfactor": "80"},
    )
    # Days that are counted already lack these counts: each is counted again when it is read.
    op.execute("DELETE FROM level_generation")


def _make_outbox() -> None:
    op.create_table(
        "owner_notice",
        sa.Column("notice_pk", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("account_pk", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Not to be sent before: whoever sends it moves this on",
        ),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('confirmed', 'corrected', 'asked_again', 'inspected', 'upheld',"
            " 'overturned', 'reply_published', 'reply_refused', 'revisit_refused',"
            " 'certificate_withdrawn', 'claim_accepted', 'claim_refused', 'owner_added')",
            name=op.f("ck_owner_notice_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_owner_notice_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_pk"],
            ["account.account_pk"],
            name=op.f("fk_owner_notice_account_pk_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notice_pk", name=op.f("pk_owner_notice")),
        comment="Messages to owners that wait to be sent",
    )
    for column in ("due_at", "venue_pk", "account_pk"):
        op.create_index(f"ix_owner_notice_{column}", "owner_notice", [column])


def _index_accounts() -> None:
    for table, column in NAMING_ACCOUNTS:
        op.create_index(
            f"ix_{table}_{column}",
            table,
            [column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )


def _make_draw() -> None:
    op.create_table(
        "review_key",
        sa.Column("is_only", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("is_only", name=op.f("ck_review_key_one_row")),
        sa.PrimaryKeyConstraint("is_only", name=op.f("pk_review_key")),
        comment="Key of the draw of random reviews",
    )
    op.execute(MAKE_KEY)
    op.execute(DRAW)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP FUNCTION antoan_review_draw(bigint)")
    for table, column in NAMING_ACCOUNTS:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    op.drop_index("ix_assessment_finding_submitted_at", table_name="assessment")
    op.drop_index("ix_assessment_finding", table_name="assessment")
    op.drop_column("venue", "first_assessed_on")
    for table in TABLES:
        op.drop_table(table)
