"""Visits by day, their hourly counts and the released densities."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "visit",
        sa.Column("venue_pk", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Calendar day of entered_at in Asia/Ho_Chi_Minh",
        ),
        sa.Column(
            "event_key",
            sa.Uuid(),
            nullable=False,
            comment="From the source's event id, else from the row's content",
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "source", sa.SmallInteger(), nullable=False, comment="A checkins.visits.VisitSource"
        ),
        sa.CheckConstraint("left_at >= entered_at", name=op.f("ck_visit_time_order")),
        sa.CheckConstraint("source BETWEEN 1 AND 8", name=op.f("ck_visit_source_known")),
        sa.CheckConstraint(
            "day = (entered_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date",
            name=op.f("ck_visit_day_of_entry"),
        ),
        sa.PrimaryKeyConstraint("venue_pk", "day", "event_key", name=op.f("pk_visit")),
        comment="Visits without personal data, by day; dropped at the retention limit",
        postgresql_partition_by="RANGE (day)",
    )
    op.create_table(
        "visit_hourly",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("venue_pk", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_visit_hourly_hour_range")),
        sa.CheckConstraint("visits > 0", name=op.f("ck_visit_hourly_visits_positive")),
        sa.PrimaryKeyConstraint("day", "venue_pk", "hour", name=op.f("pk_visit_hourly")),
        comment="Visits by venue and hour of entry; private, never shown as it is",
    )
    op.create_table(
        "density_generation",
        sa.Column("edition_code", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column(
            "threshold",
            sa.Integer(),
            nullable=False,
            comment="k: counts from 1 to k-1 are withheld",
        ),
        sa.Column(
            "computed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("threshold >= 5", name=op.f("ck_density_generation_threshold_safe")),
        sa.ForeignKeyConstraint(
            ["edition_code"],
            ["boundary_edition.code"],
            name=op.f("fk_density_generation_edition_code_boundary_edition"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("edition_code", "day", name=op.f("pk_density_generation")),
        comment="Released days of check-in density, with a change number",
    )
    op.create_table(
        "area_density_daily",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column(
            "visits",
            sa.ARRAY(sa.Integer()),
            nullable=False,
            comment="Hours 0 to 23, then the whole day; NULL where withheld",
        ),
        sa.CheckConstraint(
            "cardinality(visits) = 25", name=op.f("ck_area_density_daily_visits_by_hour_and_day")
        ),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["area.area_id"],
            name=op.f("fk_area_density_daily_area_id_area"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("day", "area_id", name=op.f("pk_area_density_daily")),
        comment="Public visits by area and day after disclosure control",
    )
    op.create_index(
        "ix_area_density_daily_area_id", "area_density_daily", ["area_id"], unique=False
    )
    op.create_table(
        "area_visit_release",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column(
            "visits", sa.ARRAY(sa.Integer()), nullable=False, comment="By hour of entry, 0 to 23"
        ),
        sa.CheckConstraint(
            "cardinality(visits) = 24", name=op.f("ck_area_visit_release_visits_by_hour")
        ),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["area.area_id"],
            name=op.f("fk_area_visit_release_area_id_area"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("day", "area_id", name=op.f("pk_area_visit_release")),
        comment="Private counts behind a release, so that releases differ by 0 or by k",
    )
    op.create_index(
        "ix_area_visit_release_area_id", "area_visit_release", ["area_id"], unique=False
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_area_visit_release_area_id", table_name="area_visit_release")
    op.drop_table("area_visit_release")
    op.drop_index("ix_area_density_daily_area_id", table_name="area_density_daily")
    op.drop_table("area_density_daily")
    op.drop_table("density_generation")
    op.drop_table("visit_hourly")
    op.drop_table("visit")
