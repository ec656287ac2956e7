"""The rows of a checked venue file stored in one go, and the counts of areas with them."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from data.ingest.venues import DEFAULT_FOOTFALL
from data.models import BoundaryEdition
from data.scope import Actor
from data.services import audit
from data.services.boundaries.location import locate_venues
from data.services.bulk.tables import BulkCheck
from data.services.bulk.uploader import leave_scope, source_of
from data.services.bulk.venue_checking import drop_lines
from data.services.counting.level_differences import changing_many_counts
from data.sql_files import read_sql

ONE_DAY: Final = timedelta(days=1)
STORE_STAFF: Final = text(
    "INSERT INTO venue_staff (venue_pk, account_pk, role)"
    " SELECT unnest(CAST(:venue_pks AS bigint[])), :account_pk, 'owner'"
)
STORE_EVENTS: Final = text(
    "INSERT INTO venue_event (venue_pk, kind, account_pk, details)"
    " SELECT given.venue_pk, :kind, :account_pk, CAST(:details AS jsonb)"
    " FROM unnest(CAST(:venue_pks AS bigint[])) AS given (venue_pk) ORDER BY given.venue_pk"
)


def store_venues(
    session: Session,
    actor: Actor,
    check: BulkCheck,
    *,
    upload_id: str,
    today: date,
    with_doubtful: bool,
    with_changes: bool,
) -> int:
    """Store the rows that `check_venues` left, in its transaction, which holds `own_levels`.

    An owner becomes the owner of the new venues. The counts of areas follow by
    the difference.

    Args:
        session: The same as that of the check.
        actor: Who uploads.
        check: What it said.
        upload_id: Stands in the history of each venue.
        today: First day on which new venues count, and moved ones at their new place.
        with_doubtful: Whether rows that look like other venues are stored too.
        with_changes: Whether rows that change stored venues are stored too.

    Returns:
        How many rows were new or changed.
    """
    if not with_doubtful:
        drop_lines(session, list(check.doubtful))
    if not with_changes:
        drop_lines(session, [one.line for one in check.changes])
    moved, edited = _changed(session)
    facts = {
        "source": source_of(actor),
        "today": today,
        "last_day": today - ONE_DAY,
        "default_footfall": DEFAULT_FOOTFALL,
    }
    leave_scope(session)
    with changing_many_counts(session, moved, today) as changing:
        session.execute(read_sql("bulk_keep_places"), facts)
        session.execute(read_sql("bulk_update_venues"))
        new = sorted(session.scalars(read_sql("bulk_insert_venues"), facts).all())
        placed = [*moved, *new]
        for code in session.scalars(select(BoundaryEdition.code).order_by(BoundaryEdition.code)):
            if placed:
                locate_venues(session, code, venue_pks=placed)
        changing.venue_pks += new
    mine = {"account_pk": actor.account_pk}
    if actor.role == "owner":
        session.execute(STORE_STAFF, mine | {"venue_pks": new})
    details = f'{{"upload": "{upload_id}"}}'
    for kind, pks in (("registered", new), ("moved", moved), ("edited", edited)):
        session.execute(STORE_EVENTS, mine | {"venue_pks": pks, "kind": kind, "details": details})
    stored = len(new) + len({*moved, *edited})
    if stored:
        audit.record(
            session,
            actor_id=actor.account_id,
            action="bulk.venues",
            subject_kind="bulk_upload",
            subject_id=upload_id,
            details={"new": len(new), "moved": len(moved), "edited": len(edited)},
        )
    return stored


def _changed(session: Session) -> tuple[list[int], list[int]]:
    """Keys of stored venues that move, and of those of which something else changes."""
    rows = session.execute(
        text(
            "SELECT venue_pk, is_moved, is_changed FROM bulk_venue_input"
            " WHERE venue_pk IS NOT NULL AND (is_moved OR is_changed) ORDER BY venue_pk"
        )
    ).all()
    return (
        [row.venue_pk for row in rows if row.is_moved],
        [row.venue_pk for row in rows if row.is_changed],
    )
