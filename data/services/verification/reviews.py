"""A committee's look at a submission: confirm it, correct it, or ask again."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from data.clock import day_of, now
from data.models import Review
from data.scope import Actor
from data.services.accounts.owner_notices import tell_owners
from data.services.venues.open_days import require_open
from data.services.verification.decisions import (
    counted,
    decide,
    lock_waiting,
    record,
    require_words,
)
from data.services.verification.findings import Finding, close_reports, correct_in


def confirm(
    sessions: sessionmaker[Session], *, review_id: str, actor: Actor, at: datetime | None = None
) -> None:
    """Say that answers and evidence agree: the venue's documents are checked.

    Args:
        sessions: The committee's own.
        review_id: The review.
        actor: Who decides.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such review in the committee's areas.
        ConflictError: It is decided already.
    """
    moment = at or now()
    with sessions.begin() as session:
        review, venue = lock_waiting(session, Review, review_id)
        with counted(session, venue, day_of(moment)):
            decide(review, "confirmed", at=moment, actor=actor)
            close_reports(session, venue.venue_pk, moment, actor)
        tell_owners(session, venue.venue_pk, "confirmed", at=moment)
        record(session, actor, "review.confirm", review)


def correct(
    sessions: sessionmaker[Session],
    *,
    review_id: str,
    answers: Mapping[str, object],
    reason: str,
    actor: Actor,
    at: datetime | None = None,
) -> Finding:
    """Put the committee's answers in the place of the venue's; the venue's stay stored.

    Args:
        sessions: The committee's own.
        review_id: The review.
        answers: All answers as they should have been.
        reason: Why, for the owner.
        actor: Who decides.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such review in the committee's areas.
        ConflictError: It is decided already, the venue is closed, the assessment gives the
            level no longer, or no answer is changed.
        InputError: The reason is missing or too long.
        AnswersError: Answers are unknown, missing or out of range.
    """
    reason = require_words(reason, "the reason")
    moment = at or now()
    with sessions.begin() as session:
        review, venue = lock_waiting(session, Review, review_id)
        require_open(session, venue.venue_id, day_of(moment))
        with counted(session, venue, day_of(moment)):
            finding = correct_in(
                session,
                venue,
                assessment_pk=review.assessment_pk,
                answers=answers,
                note=reason,
                actor=actor,
                at=moment,
            )
            decide(review, "corrected", at=moment, actor=actor)
            review.decision_reason = reason
            review.corrected_assessment_pk = finding.assessment_pk
            close_reports(session, venue.venue_pk, moment, actor)
        tell_owners(session, venue.venue_pk, "corrected", at=moment)
        record(session, actor, "review.correct", review, level=finding.level.value)
    return finding


def ask_again(
    sessions: sessionmaker[Session],
    *,
    review_id: str,
    question: str,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Ask the venue before deciding; its level is contested until it submits again.

    Args:
        sessions: The committee's own.
        review_id: The review.
        question: What is asked, for the owner.
        actor: Who asks.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such review in the committee's areas.
        ConflictError: It is decided already, or the venue is closed.
        InputError: The question is missing or too long.
    """
    question = require_words(question, "the question")
    moment = at or now()
    with sessions.begin() as session:
        review, venue = lock_waiting(session, Review, review_id)
        require_open(session, venue.venue_id, day_of(moment))
        with counted(session, venue, day_of(moment)):
            decide(review, "asked_again", at=moment, actor=actor)
            review.decision_reason = question
        tell_owners(session, venue.venue_pk, "asked_again", at=moment)
        record(session, actor, "review.ask_again", review)
