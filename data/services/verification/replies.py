"""What owners say publicly to a decision, and their wish for a re-visit."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from assessments.appeals import revisit_due_on
from assessments.review_choice import ReviewReason
from data.clock import day_of, now
from data.errors import ConflictError, NotFoundError
from data.models import Assessment, OwnerReply, RevisitRequest, Venue
from data.scope import Actor
from data.services import audit
from data.services.accounts.owner_notices import NoticeKind, tell_owners
from data.services.verification.decisions import decide, lock_seen_venue, require_words
from data.services.verification.review_choice import ask_for_review

LONGEST_REPLY: Final = 500
LONGEST_WISH: Final = 1_000


def write_reply(
    sessions: sessionmaker[Session],
    *,
    venue_id: str,
    assessment_pk: int,
    wording: str,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Keep an owner's reply to a decision until a committee has read it.

    A newer text takes the place of one that still waits.

    Args:
        sessions: The owner's own.
        venue_id: Public id of the venue.
        assessment_pk: The decision.
        wording: The reply, at most `LONGEST_REPLY` signs.
        actor: Who writes.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such venue or decision of it.
        InputError: The reply is missing or too long.
    """
    wording = require_words(wording, "the reply", longest=LONGEST_REPLY)
    with sessions.begin() as session:
        venue = lock_seen_venue(session, venue_id)
        _require_decision(session, venue, assessment_pk)
        waiting = _waiting(session, venue)
        if waiting is None:
            waiting = OwnerReply(venue_pk=venue.venue_pk)
            session.add(waiting)
        waiting.assessment_pk = assessment_pk
        waiting.wording = wording
        waiting.written_at = at or now()
        waiting.written_by = actor.account_pk


def moderate_reply(
    sessions: sessionmaker[Session],
    *,
    venue_id: str,
    refusal: str | None,
    wording: str,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Publish the reply that waits, or refuse it with a reason.

    Args:
        sessions: The committee's own.
        venue_id: Public id of the venue.
        refusal: Why it is refused; None publishes it.
        wording: The text that was read: another one that came meanwhile is not decided on.
        actor: Who decides.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such venue in the committee's areas.
        ConflictError: No reply waits, or its text has changed.
        InputError: The reason is empty or too long.
    """
    if refusal is not None:
        refusal = require_words(refusal, "the reason")
    moment = at or now()
    with sessions.begin() as session:
        venue = lock_seen_venue(session, venue_id)
        reply = _waiting(session, venue)
        if reply is None or _plain(reply.wording) != _plain(wording):
            raise ConflictError("the reply was decided on or changed already")
        decide(reply, "published" if refusal is None else "refused", at=moment, actor=actor)
        reply.refusal_reason = refusal
        kind: NoticeKind = "reply_published" if refusal is None else "reply_refused"
        tell_owners(session, venue.venue_pk, kind, at=moment)
        audit.record(
            session,
            actor_id=actor.account_id,
            action="reply.publish" if refusal is None else "reply.refuse",
            subject_kind="venue",
            subject_id=venue_id,
        )


def ask_for_revisit(
    sessions: sessionmaker[Session],
    *,
    venue_id: str,
    wording: str,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Ask the committee to come again after mending.

    Args:
        sessions: The owner's own.
        venue_id: Public id of the venue.
        wording: What was mended.
        actor: Who asks.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such venue.
        ConflictError: A wish is open already, or no committee ever decided on the venue.
        InputError: The wording is missing or too long.
    """
    wording = require_words(wording, "what was mended", longest=LONGEST_WISH)
    moment = at or now()
    with sessions.begin() as session:
        venue = lock_seen_venue(session, venue_id)
        _require_decision(session, venue, None)
        if _open_wish(session, venue) is not None:
            raise ConflictError("a re-visit is asked for already")
        session.add(
            RevisitRequest(
                venue_pk=venue.venue_pk,
                asked_at=moment,
                asked_by=actor.account_pk,
                wording=wording,
                due_on=revisit_due_on(day_of(moment)),
            )
        )
        ask_for_review(session, venue.venue_pk, ReviewReason.REVISIT)


def refuse_revisit(
    sessions: sessionmaker[Session],
    *,
    venue_id: str,
    reason: str,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Say why nobody comes again.

    Args:
        sessions: The committee's own.
        venue_id: Public id of the venue.
        reason: Why, for the owner.
        actor: Who decides.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such venue in the committee's areas.
        ConflictError: No wish is open.
        InputError: The reason is missing or too long.
    """
    reason = require_words(reason, "the reason")
    moment = at or now()
    with sessions.begin() as session:
        venue = lock_seen_venue(session, venue_id)
        wish = _open_wish(session, venue)
        if wish is None:
            raise ConflictError("no re-visit is asked for")
        decide(wish, "refused", at=moment, actor=actor)
        wish.decision_reason = reason
        tell_owners(session, venue.venue_pk, "revisit_refused", at=moment)
        audit.record(
            session,
            actor_id=actor.account_id,
            action="revisit.refuse",
            subject_kind="venue",
            subject_id=venue_id,
        )


def _require_decision(session: Session, venue: Venue, assessment_pk: int | None) -> None:
    statement = select(Assessment.assessment_pk).where(
        Assessment.venue_pk == venue.venue_pk, Assessment.kind != "self"
    )
    if assessment_pk is not None:
        statement = statement.where(Assessment.assessment_pk == assessment_pk)
    if session.scalar(statement.limit(1)) is None:
        if assessment_pk is None:
            raise ConflictError("no committee has decided on this venue")
        raise NotFoundError("there is no such decision")


def _waiting(session: Session, venue: Venue) -> OwnerReply | None:
    return session.scalar(
        select(OwnerReply).where(
            OwnerReply.venue_pk == venue.venue_pk, OwnerReply.state == "waiting"
        )
    )


def _open_wish(session: Session, venue: Venue) -> RevisitRequest | None:
    return session.scalar(
        select(RevisitRequest).where(
            RevisitRequest.venue_pk == venue.venue_pk, RevisitRequest.state == "open"
        )
    )


def _plain(words: str) -> str:
    """Without the line ends that a browser writes its own way."""
    return " ".join(words.split())
