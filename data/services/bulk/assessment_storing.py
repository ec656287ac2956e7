"""The rows of a checked assessment file stored in one go, and the counts of areas with them."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from data.scope import Actor
from data.services import audit
from data.services.bulk.uploader import leave_scope, source_of
from data.services.counting.level_differences import changing_many_counts
from data.services.verification.review_choice import choose_reviews_of_venues
from data.services.verification.venue_trust import renew_trust_of_many
from data.sql_files import read_sql


def store_assessments(
    session: Session, actor: Actor, *, upload_id: str, declared_name: str, set_id: str
) -> int:
    """Store the rows that `check_assessments` left, in its transaction, which holds `own_levels`.

    Args:
        session: The same as that of the check.
        actor: Who uploads, the author of all of them.
        upload_id: Stands in the audit.
        declared_name: Who declared the answers true.
        set_id: Criteria set of all rows.

    Returns:
        How many were new.
    """
    days = session.execute(
        text(
            "SELECT min((submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS first_day,"
            " coalesce(array_agg(DISTINCT venue_pk), '{}') AS venue_pks FROM assessment_input"
        )
    ).one()
    if days.first_day is None:
        return 0
    with changing_many_counts(session, days.venue_pks, days.first_day):
        session.execute(
            read_sql("insert_assessments"),
            {
                "source": source_of(actor),
                "account_pk": actor.account_pk,
                "declared_name": declared_name,
            },
        )
        leave_scope(session)
        stored = session.execute(read_sql("insert_results")).one()
        if stored.stored:
            session.execute(read_sql("rebuild_spans"), {"venue_pks": stored.venue_pks})
            renew_trust_of_many(session, stored.venue_pks)
            choose_reviews_of_venues(session, stored.venue_pks)
    if stored.stored:
        audit.record(
            session,
            actor_id=actor.account_id,
            action="bulk.assessments",
            subject_kind="bulk_upload",
            subject_id=upload_id,
            details={"new": stored.stored, "set": set_id},
        )
    return int(stored.stored)
