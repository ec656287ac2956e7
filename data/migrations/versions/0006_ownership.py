"""Who holds a venue and its history; place codes; certificates; bulk uploads."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (
    "bulk_upload",
    "place_zone",
    "venue_claim",
    "venue_closure",
    "venue_event",
    "venue_staff",
    "place_code",
    "venue_past_place",
    "venue_past_area",
    "venue_past_type",
    "claim_request",
    "venue_contact",
    "area_type_daily",
)

# Each venue's leaf area by edition, with the days on which it holds: all that counts venues or
# visits by area reads this, so that a venue that moved is still counted where it stood.
VENUE_PLACE = """
CREATE VIEW venue_place AS
SELECT
    located.venue_pk,
    located.edition_code,
    located.area_id,
    coalesce(moved.last_day + 1, '-infinity') AS first_day,
    CAST('infinity' AS date) AS last_day
FROM venue_area AS located
LEFT JOIN (
    SELECT venue_pk, max(last_day) AS last_day FROM venue_past_place GROUP BY venue_pk
) AS moved ON moved.venue_pk = located.venue_pk
UNION ALL
SELECT earlier.venue_pk, earlier.edition_code, earlier.area_id, place.first_day, place.last_day
FROM venue_past_area AS earlier
JOIN venue_past_place AS place
  ON place.venue_pk = earlier.venue_pk AND place.first_day = earlier.first_day
"""

# The types of venues that ever changed theirs, with the days on which each holds: a day is
# counted by the type of that day. Few venues are in it, so that all others cost nothing.
VENUE_TYPE_SPAN = """
CREATE VIEW venue_type_span AS
SELECT
    venue.venue_pk,
    venue.venue_type,
    changed.day AS first_day,
    CAST('infinity' AS date) AS last_day
FROM venue
JOIN (
    SELECT venue_pk, max((changed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS day
    FROM venue_past_type
    GROUP BY venue_pk
) AS changed ON changed.venue_pk = venue.venue_pk
UNION ALL
SELECT earlier.venue_pk, earlier.venue_type, earlier.first_day, earlier.last_day
FROM (
    SELECT
        past.venue_pk,
        past.venue_type,
        coalesce(
            lag(changed.day) OVER (PARTITION BY past.venue_pk ORDER BY past.changed_at),
            '-infinity'
        ) AS first_day,
        changed.day - 1 AS last_day
    FROM venue_past_type AS past
    CROSS JOIN LATERAL (
        SELECT (past.changed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day
    ) AS changed
) AS earlier
WHERE earlier.first_day <= earlier.last_day
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "bulk_upload",
        sa.Column("upload_id", sa.Text(), nullable=False, comment="Random"),
        sa.Column("account_pk", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=True, comment="Criteria set of assessments"),
        sa.Column("state", sa.Text(), server_default=sa.text("'reading'"), nullable=False),
        sa.Column(
            "choices",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="What was confirmed",
        ),
        sa.Column(
            "report",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "content",
            sa.LargeBinary(),
            nullable=True,
            comment="The file as it came; once read, the table that was read",
        ),
        sa.Column(
            "rest",
            sa.LargeBinary(),
            nullable=True,
            comment="The rows that were not taken, with the reasons",
        ),
        sa.Column(
            "uploaded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('venues', 'assessments')", name=op.f("ck_bulk_upload_kind_known")
        ),
        sa.CheckConstraint(
            "state IN ('reading', 'previewed', 'refused', 'storing', 'stored', 'discarded')",
            name=op.f("ck_bulk_upload_state_known"),
        ),
        sa.CheckConstraint(
            "(kind = 'assessments') = (set_id IS NOT NULL)",
            name=op.f("ck_bulk_upload_set_of_assessments"),
        ),
        sa.ForeignKeyConstraint(
            ["account_pk"],
            ["account.account_pk"],
            name=op.f("fk_bulk_upload_account_pk_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_bulk_upload")),
        comment="Uploaded tables; their bytes are deleted after some days",
    )
    op.create_index(
        "ix_bulk_upload_account_pk_uploaded_at",
        "bulk_upload",
        ["account_pk", "uploaded_at"],
        unique=False,
    )
    op.create_index("ix_bulk_upload_uploaded_at", "bulk_upload", ["uploaded_at"], unique=False)
    op.create_table(
        "place_zone",
        sa.Column("zone_pk", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_place_zone_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("zone_pk", name=op.f("pk_place_zone")),
        comment="Zones inside venues",
    )
    op.create_index("ix_place_zone_venue_pk", "place_zone", ["venue_pk"], unique=False)
    op.create_table(
        "venue_claim",
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), server_default=sa.text("'owner'"), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True, comment="NULL: an administrator"),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("role IN ('owner', 'editor')", name=op.f("ck_venue_claim_role_known")),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["account.account_pk"],
            name=op.f("fk_venue_claim_created_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["used_by"],
            ["account.account_pk"],
            name=op.f("fk_venue_claim_used_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_venue_claim_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_venue_claim")),
        comment="One-time keys to a venue, hashed",
    )
    op.create_index("ix_venue_claim_venue_pk", "venue_claim", ["venue_pk"], unique=False)
    op.create_table(
        "venue_closure",
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_venue_closure_day_order")),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_venue_closure_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("venue_pk", "first_day", name=op.f("pk_venue_closure")),
        comment="Past closures; one that lasts stands in venue.closed_on",
    )
    op.create_table(
        "venue_event",
        sa.Column("event_pk", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("account_pk", sa.BigInteger(), nullable=True),
        sa.Column(
            "details",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_pk"],
            ["account.account_pk"],
            name=op.f("fk_venue_event_account_pk_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_venue_event_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_pk", name=op.f("pk_venue_event")),
        comment="History of venues; never overwritten",
    )
    op.create_index("ix_venue_event_venue_pk_at", "venue_event", ["venue_pk", "at"], unique=False)
    op.create_table(
        "venue_staff",
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("account_pk", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column(
            "added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("role IN ('owner', 'editor')", name=op.f("ck_venue_staff_role_known")),
        sa.ForeignKeyConstraint(
            ["account_pk"],
            ["account.account_pk"],
            name=op.f("fk_venue_staff_account_pk_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_venue_staff_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("venue_pk", "account_pk", name=op.f("pk_venue_staff")),
        comment="Persons who may act for a venue",
    )
    op.create_index(
        "ix_venue_staff_account_pk_venue_pk",
        "venue_staff",
        ["account_pk", "venue_pk"],
        unique=False,
    )
    op.create_table(
        "place_code",
        sa.Column(
            "code", sa.Text(), nullable=False, comment="16 signs of Crockford base 32, 80 bits"
        ),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("zone_pk", sa.BigInteger(), nullable=True),
        sa.Column(
            "short_code",
            sa.Text(),
            nullable=False,
            comment="To be typed by hand; with a check digit",
        ),
        sa.Column(
            "issued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_place_code_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["zone_pk"],
            ["place_zone.zone_pk"],
            name=op.f("fk_place_code_zone_pk_place_zone"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_place_code")),
        sa.UniqueConstraint("short_code", name=op.f("uq_place_code_short_code")),
        comment="Codes on posters; a renewed code stays, to say that it was replaced",
    )
    op.create_index(
        "uq_place_code_current",
        "place_code",
        ["venue_pk", sa.literal_column("coalesce(zone_pk, 0)")],
        unique=True,
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    _make_past()
    _make_contact_and_request()
    _make_type_counts()
    op.execute(VENUE_PLACE)
    op.execute(VENUE_TYPE_SPAN)


def _make_past() -> None:
    op.create_table(
        "venue_past_place",
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_venue_past_place_day_order")),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_venue_past_place_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("venue_pk", "first_day", name=op.f("pk_venue_past_place")),
        comment="Earlier places of moved venues; the point in EPSG:4326",
    )
    op.create_index(
        "ix_venue_past_place_point",
        "venue_past_place",
        ["point"],
        unique=False,
        postgresql_using="gist",
    )
    op.create_table(
        "venue_past_area",
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("edition_code", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["area.area_id"],
            name=op.f("fk_venue_past_area_area_id_area"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["edition_code"],
            ["boundary_edition.code"],
            name=op.f("fk_venue_past_area_edition_code_boundary_edition"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk", "first_day"],
            ["venue_past_place.venue_pk", "venue_past_place.first_day"],
            name=op.f("fk_venue_past_area_venue_pk_venue_past_place"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "venue_pk", "first_day", "edition_code", name=op.f("pk_venue_past_area")
        ),
        comment="Earlier places of moved venues to leaf area by edition",
    )
    op.create_index("ix_venue_past_area_area_id", "venue_past_area", ["area_id"], unique=False)
    op.create_table(
        "venue_past_type",
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("venue_type", sa.Text(), nullable=False, comment="The type before that moment"),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_venue_past_type_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("venue_pk", "changed_at", name=op.f("pk_venue_past_type")),
        comment="Earlier types of venues",
    )


def _make_contact_and_request() -> None:
    op.create_table(
        "venue_contact",
        sa.Column("venue_pk", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "phone IS NOT NULL OR email IS NOT NULL", name=op.f("ck_venue_contact_has_contact")
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_venue_contact_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("venue_pk", name=op.f("pk_venue_contact")),
        comment="Contacts of venues; their owners' own where there is no row",
    )
    op.create_table(
        "claim_request",
        sa.Column("request_pk", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("account_pk", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'refused')", name=op.f("ck_claim_request_outcome_known")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (answered_at IS NULL)",
            name=op.f("ck_claim_request_answered_once"),
        ),
        sa.ForeignKeyConstraint(
            ["account_pk"],
            ["account.account_pk"],
            name=op.f("fk_claim_request_account_pk_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["account.account_pk"],
            name=op.f("fk_claim_request_answered_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["venue_pk"],
            ["venue.venue_pk"],
            name=op.f("fk_claim_request_venue_pk_venue"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_pk", name=op.f("pk_claim_request")),
        comment="Who asks to be made owner of which venue, and what the committee answered",
    )
    op.create_index("ix_claim_request_venue_pk", "claim_request", ["venue_pk"], unique=False)
    op.create_index(
        "uq_claim_request_open",
        "claim_request",
        ["account_pk", "venue_pk"],
        unique=True,
        postgresql_where=sa.text("answered_at IS NULL"),
    )


def _make_type_counts() -> None:
    columns = ("venues", "safe", "at_risk", "unsafe")
    op.create_table(
        "area_type_daily",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("area_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("venue_type", sa.Text(), nullable=False),
        *(
            sa.Column(
                name,
                sa.Integer(),
                nullable=False,
                comment="Registered and open on that day" if name == "venues" else None,
            )
            for name in columns
        ),
        sa.CheckConstraint(
            "safe >= 0 AND at_risk >= 0 AND unsafe >= 0 AND venues >= safe + at_risk + unsafe",
            name=op.f("ck_area_type_daily_counts_add_up"),
        ),
        sa.PrimaryKeyConstraint("day", "area_id", "venue_type", name=op.f("pk_area_type_daily")),
        comment="Venue counts by province, day and type",
        postgresql_with={"fillfactor": "80"},
    )


def downgrade() -> None:
    """Take back."""
    op.execute("DROP VIEW venue_type_span")
    op.execute("DROP VIEW venue_place")
    for table in reversed(TABLES):
        op.drop_table(table)
