"""The job queue's own tables; counts by area and day that are quick to write."""

from typing import cast

import psycopg
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    install_queue()
    # Derived rows, 10,000 of them for each day: checking each against `area` took as long as
    # writing it, and the second index as long again. Readers come by day from `area`, and
    # `forget_days` removes the rows of areas that are gone.
    op.drop_constraint("fk_area_level_daily_area_id_area", "area_level_daily")
    op.drop_index("ix_area_level_daily_area_id_day", table_name="area_level_daily")
    op.create_index("ix_venue_opened_on", "venue", ["opened_on"], unique=False)
    op.create_index("ix_venue_level_span_first_day", "venue_level_span", ["first_day"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_venue_level_span_first_day", table_name="venue_level_span")
    op.drop_index("ix_venue_opened_on", table_name="venue")
    op.execute(
        "DELETE FROM area_level_daily AS daily WHERE NOT EXISTS"
        " (SELECT FROM area WHERE area.area_id = daily.area_id)"
    )
    op.create_index(
        "ix_area_level_daily_area_id_day", "area_level_daily", ["area_id", "day"], unique=False
    )
    op.create_foreign_key(
        op.f("fk_area_level_daily_area_id_area"),
        "area_level_daily",
        "area",
        ["area_id"],
        ["area_id"],
        ondelete="CASCADE",
    )
    remove_queue()


def install_queue() -> None:
    """Make the queue's tables as the installed library wants them.

    Its own migrations cannot be replayed instead: one uses a new value of an enum that
    must be committed first. The schema holds several statements, so it goes to the driver.
    """
    driver = cast(psycopg.Connection, op.get_bind().connection.driver_connection)
    driver.execute(SchemaManager.get_schema())


def remove_queue() -> None:
    """Drop everything whose name begins as the library's do."""
    op.execute(
        r"""
        DO $$
        DECLARE found record;
        BEGIN
            FOR found IN
                SELECT format('DROP TABLE IF EXISTS %s CASCADE', oid::regclass) AS statement
                FROM pg_class
                WHERE relname LIKE 'procrastinate\_%' AND relkind = 'r'
                  AND relnamespace = current_schema()::regnamespace
                UNION ALL
                SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', oid::regprocedure)
                FROM pg_proc
                WHERE proname LIKE 'procrastinate\_%'
                  AND pronamespace = current_schema()::regnamespace
                UNION ALL
                SELECT format('DROP TYPE IF EXISTS %s CASCADE', oid::regtype)
                FROM pg_type
                WHERE typname LIKE 'procrastinate\_%' AND typtype = 'e'
                  AND typnamespace = current_schema()::regnamespace
            LOOP
                EXECUTE found.statement;
            END LOOP;
            DROP TYPE IF EXISTS procrastinate_job_to_defer_v1 CASCADE;
        END
        $$
        """
    )
