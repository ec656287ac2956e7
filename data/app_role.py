"""The role of the web application for signed-in persons: what it may do in this database.

Its rights do not travel with a backup, since a dump names roles that another server may not
have; so they are given by one function, at the migration and after a restore.
"""

from typing import Final

from sqlalchemy import Connection, text

# Secrets, and what says how much waits in all areas: the role has no right to them at all.
SECRET: Final = (
    "account",
    "recovery_code",
    "web_session",
    "one_time_code",
    "attempt_count",
    "api_key",
    "review_key",
    "committee_work",
)

MAKE_ROLE: Final = text(
    """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'antoan_app') THEN
        CREATE ROLE antoan_app NOLOGIN;
    END IF;
    IF NOT pg_has_role(current_user, 'antoan_app', 'MEMBER') THEN
        EXECUTE format('GRANT antoan_app TO %I', current_user);
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL; -- another database's migration was first
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'the role antoan_app is missing and % may not make it', current_user
            USING HINT = format(
                'let an administrator run: CREATE ROLE antoan_app NOLOGIN; GRANT antoan_app TO %I;',
                current_user);
END
$$
"""
)

GRANTS: Final = (
    "GRANT USAGE ON SCHEMA public TO antoan_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO antoan_app",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO antoan_app",
    f"REVOKE ALL ON {', '.join(SECRET)} FROM antoan_app",
    "GRANT SELECT (account_pk, account_id, role, name) ON account TO antoan_app",
    "REVOKE UPDATE, DELETE ON audit_event, venue_event FROM antoan_app",
    "REVOKE INSERT, UPDATE, DELETE ON alembic_version, boundary_edition, boundary_file, area,"
    " account_area FROM antoan_app",
    "REVOKE ALL ON FUNCTION antoan_waiting(), antoan_reports(text, bigint) FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION antoan_waiting(), antoan_reports(text, bigint) TO antoan_app",
)


def make_role(connection: Connection) -> None:
    """Make the role on the server where it is missing, and let the current user enter it.

    Raises:
        ProgrammingError: The user may not; the hint says what an administrator must run.
    """
    connection.execute(MAKE_ROLE)


def grant_rights(connection: Connection) -> None:
    """Give the role its rights on every table; again changes nothing."""
    for statement in GRANTS:
        connection.execute(text(statement))
