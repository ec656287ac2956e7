"""A person asks for a venue that others entered; the committee of its area answers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now
from data.errors import ConflictError, NotFoundError
from data.models import Account, ClaimRequest, Venue, VenueStaff
from data.scope import Actor
from data.services import audit
from data.services.accounts.owner_notices import tell_owners, tell_person
from data.services.venues.venue_events import record_venue_event

MOST_REASON_SIGNS = 1000


@dataclass(frozen=True, kw_only=True)
class OpenRequest:
    """A request that waits for an answer.

    Attributes:
        has_owner: Whether somebody is the venue's owner already.
    """

    request_pk: int
    venue_id: str
    venue_name: str
    venue_type: str
    address: str | None
    account_id: str
    account_name: str
    reason: str
    asked_at: datetime
    has_owner: bool


def ask_for_venue(
    sessions: sessionmaker[Session],
    venue_id: str,
    *,
    reason: str,
    actor: Actor,
    at: datetime | None = None,
) -> bool:
    """Ask the committee to be made the owner of a venue; asked again, the first request stays.

    Args:
        sessions: Without a person's scope: who asks does not see the venue.
        venue_id: Public id of the venue.
        reason: Why it is theirs, for the committee.
        actor: Who asks.
        at: The moment; None asks the clock.

    Returns:
        Whether the request is new.

    Raises:
        NotFoundError: There is no such venue.
        ConflictError: The account is not an owner's, or acts for the venue already.
    """
    if actor.role != "owner":
        raise ConflictError("accounts of committees and administrators hold no venues")
    with sessions.begin() as session:
        venue = session.scalar(select(Venue).where(Venue.venue_id == venue_id))
        if venue is None:
            raise NotFoundError(f"there is no venue {venue_id!r}")
        if session.get(VenueStaff, (venue.venue_pk, actor.account_pk)) is not None:
            raise ConflictError("you act for this venue already")
        stored = session.scalar(
            upsert(ClaimRequest)
            .values(
                venue_pk=venue.venue_pk,
                account_pk=actor.account_pk,
                reason=reason[:MOST_REASON_SIGNS],
                asked_at=at or now(),
            )
            .on_conflict_do_nothing()
            .returning(ClaimRequest.request_pk)
        )
        if stored is not None:
            audit.record(
                session,
                actor_id=actor.account_id,
                action="venue.asked_for",
                subject_kind="venue",
                subject_id=venue_id,
            )
        return stored is not None


def list_open_requests(
    session: Session, *, after_pk: int | None = None, limit: int
) -> list[OpenRequest]:
    """Requests that wait, the oldest first.

    Args:
        session: Of the committee: only venues of its area.
        after_pk: Key of the last request of the page before.
        limit: Most requests given.
    """
    query = (
        select(
            ClaimRequest.request_pk,
            Venue.venue_id,
            Venue.name.label("venue_name"),
            Venue.venue_type,
            Venue.address,
            Account.account_id,
            Account.name.label("account_name"),
            ClaimRequest.reason,
            ClaimRequest.asked_at,
            exists()
            .where(VenueStaff.venue_pk == Venue.venue_pk, VenueStaff.role == "owner")
            .label("has_owner"),
        )
        .join(Venue, Venue.venue_pk == ClaimRequest.venue_pk)
        .join(Account, Account.account_pk == ClaimRequest.account_pk)
        .where(ClaimRequest.answered_at.is_(None))
    )
    if after_pk is not None:
        query = query.where(ClaimRequest.request_pk > after_pk)
    rows = session.execute(query.order_by(ClaimRequest.request_pk).limit(limit))
    return [OpenRequest(**row._mapping) for row in rows]


def answer_request(
    session: Session,
    request_pk: int,
    *,
    is_accepted: bool,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Accept or refuse a request, in the caller's transaction; of two answers the first counts.

    Who was the owner stays one: the committee takes nobody's venue away here.

    Args:
        session: Of the committee.
        request_pk: The request.
        is_accepted: Whether the person becomes an owner.
        actor: Who answers.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such request in the committee's area.
        ConflictError: It was answered already.
    """
    at = at or now()
    request = session.scalar(
        select(ClaimRequest).where(ClaimRequest.request_pk == request_pk).with_for_update()
    )
    if request is None:
        raise NotFoundError("there is no such request")
    if request.answered_at is not None:
        raise ConflictError("the request was answered already")
    request.answered_at, request.answered_by = at, actor.account_pk
    request.outcome = "accepted" if is_accepted else "refused"
    venue = session.get_one(Venue, request.venue_pk)
    account_id = session.scalars(
        select(Account.account_id).where(Account.account_pk == request.account_pk)
    ).one()
    if is_accepted:
        session.execute(
            upsert(VenueStaff)
            .values(
                venue_pk=venue.venue_pk,
                account_pk=request.account_pk,
                role="owner",
                added_at=at,
            )
            .on_conflict_do_update(
                index_elements=["venue_pk", "account_pk"],
                set_={"role": "owner", "added_at": at},
                where=VenueStaff.role == "editor",
            )
        )
        tell_owners(session, venue.venue_pk, "owner_added", at=at, but_not=request.account_pk)
    tell_person(
        session,
        venue.venue_pk,
        request.account_pk,
        "claim_accepted" if is_accepted else "claim_refused",
        at=at,
    )
    session.flush()
    record_venue_event(
        session,
        venue,
        kind=f"request_{request.outcome}",
        actor=actor,
        details={"account": account_id},
    )
