"""Venues by the beginning of their name and by type: two indexes."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_venue_name_ascii_venue_pk",
        "venue",
        ["name_ascii", "venue_pk"],
        unique=False,
        postgresql_ops={"name_ascii": "text_pattern_ops"},
    )
    op.create_index(
        "ix_venue_venue_type_venue_pk", "venue", ["venue_type", "venue_pk"], unique=False
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_venue_venue_type_venue_pk", table_name="venue")
    op.drop_index(
        "ix_venue_name_ascii_venue_pk",
        table_name="venue",
        postgresql_ops={"name_ascii": "text_pattern_ops"},
    )
