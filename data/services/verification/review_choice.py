"""Puts submissions before the committee: chosen by rule, at most one waiting per venue."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from assessments.levels import VenueLevel
from assessments.review_choice import (
    PRIORITY,
    EarlierResult,
    ReviewReason,
    Submitted,
    choose_review,
)
from data.clock import today
from data.models import Assessment, Review
from data.sql_files import read_sql
from data.venue_ids import make_venue_ids


def choose_reviews(session: Session, assessment_pks: Sequence[int]) -> int:
    """Let the rules choose among new submissions, in the caller's transaction.

    A venue whose earlier submission still waits gets no second review: the one that waits
    moves on to the newest submission and keeps its place in the queue, so that nobody can
    push it away by submitting again.

    Args:
        session: The transaction that stored them.
        assessment_pks: The new submissions.

    Returns:
        How many reviews are new.
    """
    rows = session.execute(
        read_sql("read_review_facts"), {"assessment_pks": list(assessment_pks), "today": today()}
    )
    new: list[dict[str, Any]] = []
    for venue_pk, group in groupby(rows, key=lambda row: int(row.venue_pk)):
        submitted = list(group)
        row = submitted[-1]
        reason = _most_urgent([_choose(one) for one in submitted])
        if row.waiting_pk is not None:
            _move_on(session, row, reason)
        elif reason is not None:
            new.append(_review(venue_pk, row.assessment_pk, reason))
    if new:
        session.execute(insert(Review), new)
    return len(new)


def choose_reviews_of_venues(session: Session, venue_pks: Sequence[int]) -> int:
    """Let the rules choose among the newest submissions of venues that a file changed.

    Args:
        session: The transaction that stored them.
        venue_pks: The venues.

    Returns:
        How many reviews are new.
    """
    newest = session.scalars(read_sql("find_newest_submissions"), {"venue_pks": list(venue_pks)})
    return choose_reviews(session, newest.all())


def ask_for_review(session: Session, venue_pk: int, reason: ReviewReason) -> bool:
    """Put a venue's newest self-assessment before the committee, or hasten one that waits.

    Args:
        session: The transaction.
        venue_pk: The venue.
        reason: Why.

    Returns:
        Whether anything waits now; False for a venue that never assessed itself.
    """
    waiting = session.execute(
        select(Review.review_pk, Review.priority)
        .where(Review.venue_pk == venue_pk, Review.state == "waiting")
        .order_by(Review.priority, Review.review_pk)
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if waiting is not None:
        if PRIORITY[reason] < waiting.priority:
            session.execute(
                update(Review)
                .values(reason=reason.value, priority=PRIORITY[reason])
                .where(Review.review_pk == waiting.review_pk)
            )
        return True
    assessment_pk = session.scalar(
        select(Assessment.assessment_pk)
        .where(Assessment.venue_pk == venue_pk, Assessment.kind == "self")
        .order_by(Assessment.submitted_at.desc(), Assessment.assessment_pk.desc())
        .limit(1)
    )
    if assessment_pk is None:
        return False
    session.execute(insert(Review), [_review(venue_pk, assessment_pk, reason)])
    return True


def _choose(row: Row[Any]) -> ReviewReason | None:
    submitted = submitted_of(row)
    return None if submitted is None else choose_review(submitted)


def submitted_of(row: Row[Any]) -> Submitted | None:
    """What the rules know of a submission, from a row of `read_review_facts`.

    None where its set gives no level.
    """
    if row.safety_tenths is None:
        return None
    earlier = None
    if row.earlier_tenths is not None:
        earlier = EarlierResult(
            level=VenueLevel(row.earlier_level),
            safety_tenths=row.earlier_tenths,
            days_ago=row.days_ago,
        )
    return Submitted(
        level=VenueLevel(row.level),
        safety_tenths=row.safety_tenths,
        validity_days=row.validity_days,
        footfall_per_day=row.footfall_per_day,
        draw=row.draw,
        earlier=earlier,
        last_found=None if row.found_level is None else VenueLevel(row.found_level),
        is_answer=row.is_answer,
        was_checked=row.was_checked,
    )


def _most_urgent(reasons: list[ReviewReason | None]) -> ReviewReason | None:
    chosen = [reason for reason in reasons if reason is not None]
    return min(chosen, key=PRIORITY.__getitem__) if chosen else None


def _move_on(session: Session, row: Row[Any], reason: ReviewReason | None) -> None:
    values: dict[str, Any] = {}
    if row.is_newest:
        values["assessment_pk"] = row.assessment_pk
    if reason is not None and PRIORITY[reason] < row.waiting_priority:
        values |= {"reason": reason.value, "priority": PRIORITY[reason]}
    if values:
        session.execute(update(Review).values(values).where(Review.review_pk == row.waiting_pk))


def _review(venue_pk: int, assessment_pk: int, reason: ReviewReason) -> dict[str, Any]:
    return {
        "review_id": make_venue_ids(1)[0],
        "venue_pk": venue_pk,
        "assessment_pk": assessment_pk,
        "reason": reason.value,
        "priority": PRIORITY[reason],
    }
