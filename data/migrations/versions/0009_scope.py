"""The application role and row-level security: a signed-in person sees only their venues' rows.

The web application enters the role `antoan_app` for everything that a signed-in
person reads or writes. The role owns nothing, is no login, and sees a row of
these tables only where the person of `antoan.account_pk` may see its venue;
without such a setting it sees none. Commands, jobs and public reads run as the
owner of the tables, for whom the first term of each policy holds: FORCE makes
the policies apply to the owner too, so that a forgotten role change shows up
in EXPLAIN and not as a leak of the policies themselves.
"""

from alembic import op

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
"""


def upgrade() -> None:
    """Apply."""
    make_role(op.get_bind())
    op.execute(FUNCTIONS)
    grant_rights(op.get_bind())
    for table in OF_VENUES:
        _guard(table, "antoan_sees_venue(venue_pk)")
    for table in OF_STAFF_AND_AREA:
        _guard(
            table,
            "(SELECT antoan_role()) IN ('owner', 'committee') AND antoan_sees_venue(venue_pk)",
        )
    for table in OF_COMMITTEES:
        _guard(table, "(SELECT antoan_role()) <> 'owner' AND antoan_sees_venue(venue_pk)")
    for table, (parent, key) in OF_OTHERS.items():
        _guard(
            table,
            f"EXISTS (SELECT FROM {parent} AS parent WHERE parent.{key} = {table}.{key})",
        )
    for table in OF_ACCOUNTS:
        _guard(table, "account_pk = (SELECT antoan_account_pk())")


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
    op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM antoan_app")
    op.execute("REVOKE ALL (account_pk, account_id, role, name) ON account FROM antoan_app")
    op.execute("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM antoan_app")
    op.execute("REVOKE USAGE ON SCHEMA public FROM antoan_app")
    op.execute("DROP FUNCTION antoan_sees_venue(bigint)")
    for name in ("antoan_area_ids", "antoan_account_pk", "antoan_role"):
        op.execute(f"DROP FUNCTION {name}()")
