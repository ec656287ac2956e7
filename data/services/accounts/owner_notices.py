"""What owners are told of a committee's decisions: put down with the decision, sent after it.

A decision writes its notices in its own transaction (`tell_owners`), so that none is lost
and none tells of what was never stored. They are sent once that is committed
(`send_due_notices`): by the page at once, in the background, and again by the worker where
that failed. A message that cannot be delivered therefore never undoes a decision.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, get_args
from urllib.parse import urljoin

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.orm import Session, sessionmaker

from assessments.appeals import last_day_to_appeal
from data.catalogues import message_texts
from data.clock import day_of
from data.models import Account, OwnerNotice, Venue, VenueStaff
from data.services.accounts.messages import Message, MessageError, Messenger, contact_of

logger = logging.getLogger(__name__)

NoticeKind = Literal[
    "confirmed",
    "corrected",
    "asked_again",
    "inspected",
    "upheld",
    "overturned",
    "reply_published",
    "reply_refused",
    "revisit_refused",
    "certificate_withdrawn",
    "claim_accepted",
    "claim_refused",
    "owner_added",
]
KINDS: Final = get_args(NoticeKind)
# Where a message leads; what is not named here leads to what was decided on the venue.
PAGES: Final = {
    "certificate_withdrawn": "/venue/{venue_id}/certificate",
    "claim_accepted": "/venue/{venue_id}",
    "claim_refused": "/venue",
    "owner_added": "/venue/{venue_id}/staff",
}
RETRY_AFTER: Final = (
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
    timedelta(hours=16),
)
"""How long after each try the next one is due; after the last the notice is given up."""
BATCH: Final = 50


@dataclass(frozen=True, kw_only=True)
class DueNotice:
    """A notice that is to be sent now, with the contact and language of its person."""

    notice_pk: int
    kind: str
    decided_at: datetime
    tries: int
    venue_id: str
    venue_name: str
    language: str
    email: str | None
    phone: str | None
    may_be_told: bool


def tell_owners(
    session: Session,
    venue_pk: int,
    kind: NoticeKind,
    *,
    at: datetime,
    but_not: int | None = None,
) -> None:
    """Put a notice down for each owner of a venue, in the transaction of the decision.

    Args:
        session: That of whoever decides.
        venue_pk: The venue.
        kind: What was decided.
        at: When.
        but_not: Account that is told something else.
    """
    owners = select(
        VenueStaff.venue_pk, VenueStaff.account_pk, literal(kind), literal(at), literal(at)
    ).where(VenueStaff.venue_pk == venue_pk, VenueStaff.role == "owner")
    if but_not is not None:
        owners = owners.where(VenueStaff.account_pk != but_not)
    session.execute(
        insert(OwnerNotice).from_select(
            ["venue_pk", "account_pk", "kind", "decided_at", "due_at"], owners
        )
    )


def tell_person(
    session: Session, venue_pk: int, account_pk: int, kind: NoticeKind, *, at: datetime
) -> None:
    """Put a notice down for one person, in the transaction of the decision."""
    session.execute(
        insert(OwnerNotice).values(
            venue_pk=venue_pk, account_pk=account_pk, kind=kind, decided_at=at, due_at=at
        )
    )


def send_due_notices(
    sessions: sessionmaker[Session], messenger: Messenger, at: datetime, *, public_url: str
) -> int:
    """Send what is due, each to its person once; what fails is due again later.

    Several processes may do so side by side: each takes notices of its own. One that ends
    between sending and deleting sends a notice twice, which is better than never.

    Args:
        sessions: The site's own.
        messenger: Sends mail and SMS.
        at: Now.
        public_url: Where people reach the site.

    Returns:
        Notices sent.
    """
    sent = 0
    while taken := _take(sessions, at):
        for notice in taken:
            sent += _send(sessions, messenger, notice, at=at, public_url=public_url)
    return sent


def build_message(notice: DueNotice, *, public_url: str) -> Message:
    """A notice in words; the address holds nothing but the venue's public id."""
    t = message_texts(notice.language)
    path = PAGES.get(notice.kind, "/venue/{venue_id}/verification")
    values = {
        "venue": notice.venue_name,
        "day": f"{last_day_to_appeal(day_of(notice.decided_at)):%d/%m/%Y}",
        "address": urljoin(public_url, path.format(venue_id=notice.venue_id)),
    }
    return Message(
        subject=t(f"notice.{notice.kind}.subject", **values),
        text=t(f"notice.{notice.kind}.text", **values),
    )


def _take(sessions: sessionmaker[Session], at: datetime) -> list[DueNotice]:
    """Notices that are due, put off in the same step so that nobody else takes them."""
    due = (
        select(OwnerNotice.notice_pk)
        .where(OwnerNotice.due_at <= at)
        .order_by(OwnerNotice.due_at, OwnerNotice.notice_pk)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    with sessions.begin() as session:
        taken = session.scalars(
            update(OwnerNotice)
            .values(tries=OwnerNotice.tries + 1, due_at=at + RETRY_AFTER[0])
            .where(OwnerNotice.notice_pk.in_(due.scalar_subquery()))
            .returning(OwnerNotice.notice_pk)
            .execution_options(synchronize_session=False)
        ).all()
        rows = session.execute(
            select(
                OwnerNotice.notice_pk,
                OwnerNotice.kind,
                OwnerNotice.decided_at,
                OwnerNotice.tries,
                Venue.venue_id,
                Venue.name.label("venue_name"),
                Account.language,
                Account.email,
                Account.phone,
                (Account.confirmed_at.is_not(None) & Account.disabled_at.is_(None)).label(
                    "may_be_told"
                ),
            )
            .join(Venue, Venue.venue_pk == OwnerNotice.venue_pk)
            .join(Account, Account.account_pk == OwnerNotice.account_pk)
            .where(OwnerNotice.notice_pk.in_(taken))
            .order_by(OwnerNotice.notice_pk)
        )
        return [DueNotice(**row._mapping) for row in rows]


def _send(
    sessions: sessionmaker[Session],
    messenger: Messenger,
    notice: DueNotice,
    *,
    at: datetime,
    public_url: str,
) -> bool:
    is_sent = False
    if notice.may_be_told:
        try:
            messenger.send(contact_of(notice), build_message(notice, public_url=public_url))
            is_sent = True
        except Exception as error:
            # Only our own sentence: an error of the channel can quote the contact.
            reason = str(error) if isinstance(error, MessageError) else type(error).__name__
            is_last = notice.tries > len(RETRY_AFTER)
            logger.warning(
                "notice given up" if is_last else "notice not sent",
                extra={"kind": notice.kind, "tries": notice.tries, "reason": reason},
            )
            if not is_last:
                _put_off(sessions, notice, at)
                return False
    with sessions.begin() as session:
        session.execute(delete(OwnerNotice).where(OwnerNotice.notice_pk == notice.notice_pk))
    return is_sent


def _put_off(sessions: sessionmaker[Session], notice: DueNotice, at: datetime) -> None:
    """Have it tried again, later each time."""
    with sessions.begin() as session:
        session.execute(
            update(OwnerNotice)
            .values(due_at=at + RETRY_AFTER[notice.tries - 1])
            .where(OwnerNotice.notice_pk == notice.notice_pk)
            .execution_options(synchronize_session=False)
        )
