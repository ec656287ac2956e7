"""The application role and row-level security: a signed-in person sees only their venues' rows.

The web application enters the role `antoan_app` for everything that a signed-in
person reads or writes. The role owns nothing, is no login, and sees a row of
these tables only where the person of `antoan.account_pk` may see its venue;
without such a setting it sees none. Commands, jobs and public reads run as the
owner of the tables, for whom the first term of each policy holds: FORCE makes
the policies apply to the owner too, so that a forgotten role change shows up
in EXPLAIN and not as a leak of the policies themselves.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from data.app_role import grant_rights, make_role

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Tables whose rows belong to one venue.
OF_VENUES = (
    "assessment",
    "assessment_draft",
    "venue_staff",
    "venue_claim",
    "claim_request",
    "venue_contact",
    "venue_event",
    "review",
    "inspection_pair",
    "finding_note",
    "appeal",
    "owner_reply",
    "revisit_request",
    "place_zone",
    "place_code",
    "certificate",
)
# Files of evidence are for a venue's staff and the committee of its area alone: the ministry and
# administrators, who see what was answered or keep accounts, have no need of the photos.
OF_STAFF_AND_AREA = ("evidence_file",)
# What the public writes of a venue is for its committee: owners never see a reporter's words.
# Nor who is written to of what, which whoever decides puts down.
OF_COMMITTEES = ("venue_report", "owner_notice")
# Tables whose rows belong to a row of another table under a policy.
OF_OTHERS = {
    "assessment_result": ("assessment", "assessment_pk"),
    "draft_answer": ("assessment_draft", "draft_pk"),
}
# Tables in which a person's own rows are seen without asking for each venue: an account of a chain
# has thousands. What may be written is asked all the same.
OWN_ROWS = ("venue_staff",)
OWN_ROW = "account_pk = (SELECT antoan_account_pk())"
# The person's own.
OF_ACCOUNTS = ("bulk_upload",)
# What each table puts down in `committee_work`, and of which of its rows.
WORK = {
    "review": "'review', reason, review_pk, venue_pk, priority, created_at, NULL, true",
    "appeal": "'appeal', 'appeal', appeal_pk, venue_pk, 0, filed_at, due_on, true",
    "owner_reply": "'reply', 'reply', reply_pk, venue_pk, 0, written_at, NULL, true",
    "revisit_request": "'wish', 'wish', revisit_pk, venue_pk, 0, asked_at, due_on, true",
    "claim_request": "'claim', 'claim', request_pk, venue_pk, 0, asked_at, NULL, true",
    "venue_report": "'report', 'new_report', report_pk, venue_pk, 0, reported_at, NULL,"
    " state = 'new'",
}
WAITS = {
    "review": "state = 'waiting'",
    "appeal": "state = 'open'",
    "owner_reply": "state = 'waiting'",
    "revisit_request": "state = 'open'",
    "claim_request": "answered_at IS NULL",
    # Reports that were looked at are listed too.
    "venue_report": "true",
}
WORK_COLUMNS = "task, kind, row_pk, venue_pk, priority, asked_at, due_on, is_waiting, area_ids"

# The ministry is asked after once for each statement, not once for each row.
SEEN = "(SELECT antoan_role()) = 'ministry' OR antoan_sees_venue(venue_pk)"

FUNCTIONS = """
CREATE FUNCTION antoan_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('antoan.role', true), '') $$;

CREATE FUNCTION antoan_account_pk() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('antoan.account_pk', true), '')::bigint $$;

CREATE FUNCTION antoan_area_ids() RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT string_to_array(nullif(current_setting('antoan.area_ids', true), ''), ',')::integer[] $$;

-- As the owner of the tables: a policy that reads the table it guards would never end.
CREATE FUNCTION antoan_sees_venue(asked bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE antoan_role()
        WHEN 'ministry' THEN true
        WHEN 'owner' THEN EXISTS (
            SELECT FROM venue_staff AS staff
            WHERE staff.venue_pk = asked AND staff.account_pk = antoan_account_pk()
        )
        WHEN 'committee' THEN EXISTS (
            SELECT FROM venue_area JOIN area ON area.area_id = venue_area.area_id
            WHERE venue_area.venue_pk = asked AND area.path && antoan_area_ids()
        )
        ELSE false
    END
$$;

CREATE FUNCTION antoan_areas_of(asked bigint) RETURNS integer[]
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT above.area_id), '{}')
    FROM venue_area
    JOIN area ON area.area_id = venue_area.area_id
    CROSS JOIN unnest(area.path) AS above (area_id)
    WHERE venue_area.venue_pk = asked
$$;

-- Keys alone, of the caller's own areas: the rows behind them stay under their policies.
CREATE FUNCTION antoan_waiting() RETURNS TABLE (task text, kind text, row_pk bigint,
    venue_pk bigint, priority integer, asked_at timestamptz, due_on date)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 500 SET search_path = public, pg_temp AS $$
    SELECT task, kind, row_pk, venue_pk, priority, asked_at, due_on
    FROM committee_work
    WHERE is_waiting AND antoan_role() = 'committee' AND area_ids && antoan_area_ids()
$$;

-- Those that a list of this many would begin with, from the new and from the others.
CREATE FUNCTION antoan_reports(begins text, most bigint)
RETURNS TABLE (row_pk bigint, is_waiting boolean, asked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    (
        SELECT row_pk, is_waiting, asked_at
        FROM committee_work
        WHERE is_waiting AND task = 'report'
          AND antoan_role() = 'committee' AND area_ids && antoan_area_ids()
          AND (begins IS NULL OR starts_with(
              (SELECT report_id FROM venue_report WHERE report_pk = row_pk), begins
          ))
        ORDER BY asked_at, row_pk DESC
        LIMIT most
    )
    UNION ALL
    (
        SELECT row_pk, is_waiting, asked_at
        FROM committee_work
        WHERE NOT is_waiting AND task = 'report'
          AND antoan_role() = 'committee' AND area_ids && antoan_area_ids()
          AND (begins IS NULL OR starts_with(
              (SELECT report_id FROM venue_report WHERE report_pk = row_pk), begins
          ))
        ORDER BY asked_at DESC, row_pk DESC
        LIMIT most
    )
$$;
"""

# As the owner of the tables, since who moves a venue may see neither its reports nor this table.
# Dynamic, so that each change is planned for its own size: one venue, or all of an edition.
FOLLOW_PLACES = """
CREATE FUNCTION antoan_follow_places() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE 'WITH found AS MATERIALIZED (
            SELECT task, row_pk, antoan_areas_of(venue_pk) AS area_ids
            FROM committee_work
            WHERE venue_pk IN (SELECT venue_pk FROM changed)
        )
        UPDATE committee_work AS work SET area_ids = found.area_ids
        FROM found
        WHERE work.task = found.task AND work.row_pk = found.row_pk
          AND work.area_ids <> found.area_ids';
    RETURN NULL;
END
$$;
CREATE TRIGGER work_follows_insert AFTER INSERT ON venue_area
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION antoan_follow_places();
CREATE TRIGGER work_follows_update AFTER UPDATE ON venue_area
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION antoan_follow_places();
CREATE TRIGGER work_follows_delete AFTER DELETE ON venue_area
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION antoan_follow_places();

-- An edition that is imported again may hang an area under another one.
CREATE FUNCTION antoan_follow_areas() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE 'WITH moved AS MATERIALIZED (
            SELECT newer.area_id FROM newer JOIN older ON older.area_id = newer.area_id
            WHERE older.path <> newer.path
        ), found AS MATERIALIZED (
            SELECT work.task, work.row_pk, antoan_areas_of(work.venue_pk) AS area_ids
            FROM committee_work AS work
            WHERE work.venue_pk IN (
                SELECT venue_pk FROM venue_area WHERE area_id IN (SELECT area_id FROM moved)
            )
        )
        UPDATE committee_work AS work SET area_ids = found.area_ids
        FROM found
        WHERE work.task = found.task AND work.row_pk = found.row_pk
          AND work.area_ids <> found.area_ids';
    RETURN NULL;
END
$$;
CREATE TRIGGER work_follows_areas AFTER UPDATE ON area
REFERENCING OLD TABLE AS older NEW TABLE AS newer
FOR EACH STATEMENT EXECUTE FUNCTION antoan_follow_areas();
"""


def upgrade() -> None:
    """Apply."""
    make_role(op.get_bind())
    _make_work()
    op.execute(FUNCTIONS)
    for table in WORK:
        _follow(table)
    op.execute(FOLLOW_PLACES)
    grant_rights(op.get_bind())
    for table in OF_VENUES:
        _guard(table, SEEN)
    for table in OF_STAFF_AND_AREA:
        _guard(
            table,
            "(SELECT antoan_role()) IN ('owner', 'committee') AND antoan_sees_venue(venue_pk)",
        )
    for table in OF_COMMITTEES:
        _guard(table, f"(SELECT antoan_role()) <> 'owner' AND ({SEEN})")
    for table, (parent, key) in OF_OTHERS.items():
        _guard(
            table,
            f"EXISTS (SELECT FROM {parent} AS parent WHERE parent.{key} = {table}.{key})",
        )
    for table in OF_ACCOUNTS:
        _guard(table, "account_pk = (SELECT antoan_account_pk())")


def _make_work() -> None:
    op.create_table(
        "committee_work",
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("row_pk", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="Reason of a review, or the task"),
        sa.Column("venue_pk", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.Column(
            "area_ids",
            ARRAY(sa.Integer()),
            nullable=False,
            comment="The venue's areas with those above them, in every edition",
        ),
        sa.PrimaryKeyConstraint("task", "row_pk", name=op.f("pk_committee_work")),
        comment="What waits in which areas, and looked-at reports; kept by triggers",
    )
    op.create_index("ix_committee_work_venue_pk", "committee_work", ["venue_pk"])
    for name, condition in (("waiting", "is_waiting"), ("done", "NOT is_waiting")):
        op.create_index(
            f"ix_committee_work_{name}",
            "committee_work",
            ["area_ids"],
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
            postgresql_where=sa.text(condition),
        )
    op.create_index(
        "ix_venue_report_looked_at",
        "venue_report",
        ["reported_at"],
        postgresql_where=sa.text("state <> 'new'"),
    )


def _follow(table: str) -> None:
    """Let `committee_work` follow a table, from the rows on that it has already."""
    task, _, key, *_ = (part.strip() for part in WORK[table].split(","))
    state = WAITS[table].split()[0] if WAITS[table] != "true" else "state"
    op.execute(
        f"INSERT INTO committee_work ({WORK_COLUMNS})"  # noqa: S608  # words of this file
        f" SELECT {WORK[table]}, antoan_areas_of(venue_pk) FROM {table} WHERE {WAITS[table]}"
    )
    # The lock is the one that the key to the venue takes anyway; a move holds it exclusively, so
    # that the areas are read before it or after it, never between.
    op.execute(
        f"""
CREATE FUNCTION antoan_note_{table}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM committee_work WHERE task = {task} AND row_pk = OLD.{key};
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM FROM venue WHERE venue_pk = NEW.venue_pk FOR KEY SHARE;
        INSERT INTO committee_work ({WORK_COLUMNS})
        SELECT {WORK[table]}, antoan_areas_of(venue_pk)
        FROM (SELECT NEW.*) AS changed
        WHERE {WAITS[table]};
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER work_follows AFTER INSERT OR DELETE OR UPDATE OF venue_pk, {state} ON {table}
FOR EACH ROW EXECUTE FUNCTION antoan_note_{table}();
"""  # noqa: S608  # words of this file
    )


def _guard(table: str, condition: str) -> None:
    allowed = f"(SELECT current_user <> 'antoan_app') OR {condition}"
    seen = f"{OWN_ROW} OR {allowed}" if table in OWN_ROWS else allowed
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY seen_by_role ON {table} USING ({seen}) WITH CHECK ({allowed})")


def downgrade() -> None:
    """Take back; the role stays, since other databases of the server may use it."""
    for table in (*OF_VENUES, *OF_STAFF_AND_AREA, *OF_COMMITTEES, *OF_OTHERS, *OF_ACCOUNTS):
        op.execute(f"DROP POLICY seen_by_role ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for table in WORK:
        op.execute(f"DROP TRIGGER work_follows ON {table}")
        op.execute(f"DROP FUNCTION antoan_note_{table}()")
    for event in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER work_follows_{event} ON venue_area")
    op.execute("DROP TRIGGER work_follows_areas ON area")
    for name in ("follow_places()", "follow_areas()", "waiting()", "reports(text, bigint)"):
        op.execute(f"DROP FUNCTION antoan_{name}")
    op.execute("DROP FUNCTION antoan_areas_of(bigint)")
    op.drop_index("ix_venue_report_looked_at", table_name="venue_report")
    op.drop_table("committee_work")
    op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM antoan_app")
    op.execute("REVOKE ALL (account_pk, account_id, role, name) ON account FROM antoan_app")
    op.execute("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM antoan_app")
    op.execute("REVOKE USAGE ON SCHEMA public FROM antoan_app")
    op.execute("DROP FUNCTION antoan_sees_venue(bigint)")
    for name in ("antoan_area_ids", "antoan_account_pk", "antoan_role"):
        op.execute(f"DROP FUNCTION {name}()")
