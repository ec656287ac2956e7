"""Reminders by e-mail or SMS: a result ends soon, or a deadline for mending is near."""

import logging
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final
from urllib.parse import urljoin

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import criteria_set_version
from assessments.reminders import EXPIRY_DAYS, REMEDY_DAYS, due_reminder
from data.catalogues import message_texts
from data.clock import day_of
from data.models import ExpiryReminder
from data.queries.reminders import (
    Ending,
    Recipient,
    read_expiring,
    read_near_deadlines,
    read_recipients,
)
from data.services.accounts.messages import Message, MessageError, Messenger, contact_of

logger = logging.getLogger(__name__)

BATCH: Final = 200
Choose = Callable[[Ending], int | None]


def send_reminders(
    sessions: sessionmaker[Session], messenger: Messenger, today: date, *, public_url: str
) -> int:
    """Remind the owners of what ends soon, each of each thing once.

    Args:
        sessions: The site's own.
        messenger: Sends mail and SMS.
        today: Calendar day in Asia/Ho_Chi_Minh.
        public_url: Where people reach the site.

    Returns:
        Results and deadlines of which somebody was told.
    """

    def choose_expiry(ending: Ending) -> int | None:
        return due_reminder(
            submitted_day=day_of(ending.submitted_at),
            valid_until=ending.last_day,
            today=today,
            sent=ending.sent,
        )

    def choose_remedy(ending: Ending) -> int | None:
        return None if ending.sent else REMEDY_DAYS

    told = 0
    for kind, read, days, choose in (
        ("expiry", read_expiring, max(EXPIRY_DAYS), choose_expiry),
        ("remedy", read_near_deadlines, REMEDY_DAYS, choose_remedy),
    ):
        after = 0
        while True:
            with sessions() as session:
                found = read(
                    session,
                    first_day=today,
                    last_day=today + timedelta(days=days),
                    after=after,
                    limit=BATCH,
                )
                people = read_recipients(session, [one.venue_pk for one in found])
            for ending in found:
                days_before = choose(ending)
                if days_before is not None and _tell(
                    sessions,
                    messenger,
                    ending,
                    people.get(ending.venue_pk, []),
                    kind=kind,
                    days_before=days_before,
                    today=today,
                    public_url=public_url,
                ):
                    told += 1
            if len(found) < BATCH:
                break
            after = found[-1].assessment_pk
    logger.info("reminders sent", extra={"told": told})
    return told


def _tell(
    sessions: sessionmaker[Session],
    messenger: Messenger,
    ending: Ending,
    people: list[Recipient],
    *,
    kind: str,
    days_before: int,
    today: date,
    public_url: str,
) -> bool:
    """Tell the owners of one thing; True where one of them could be reached.

    The reminder is written down first and taken back where nobody was reached: a process
    that ends in between has told nobody twice.
    """
    with sessions.begin() as session:
        is_ours = session.execute(
            insert(ExpiryReminder)
            .values(assessment_pk=ending.assessment_pk, kind=kind, days_before=days_before)
            .on_conflict_do_nothing()
            .returning(ExpiryReminder.assessment_pk)
        ).one_or_none()
    if is_ours is None:
        return False
    reached = False
    for person in people:
        try:
            messenger.send(
                contact_of(person),
                build_message(
                    ending, kind=kind, language=person.language, today=today, public_url=public_url
                ),
            )
        except MessageError as error:
            logger.warning("reminder not sent", extra={"reason": str(error)})
        else:
            reached = True
    if not reached:
        with sessions.begin() as session:
            found = session.get(ExpiryReminder, (ending.assessment_pk, kind, days_before))
            if found is not None:
                session.delete(found)
    return reached


def build_message(
    ending: Ending, *, kind: str, language: str, today: date, public_url: str
) -> Message:
    """A reminder in words.

    Args:
        ending: What ends.
        kind: `expiry` or `remedy`.
        language: Of the person.
        today: Calendar day in Asia/Ho_Chi_Minh.
        public_url: Where people reach the site.
    """
    text = message_texts(language)
    subject = kind if kind == "expiry" else _remedy_kind(ending)
    left = (ending.last_day - today).days
    values = {
        "venue": ending.venue_name,
        "day": f"{ending.last_day:%d/%m/%Y}",
        "left": text("reminder.today") if left == 0 else text("reminder.left", days=left),
        "address": urljoin(public_url, f"/venue/{ending.venue_id}/assess"),
    }
    return Message(
        subject=text(f"reminder.{subject}.subject", **values),
        text=text(f"reminder.{subject}.text", **values),
    )


def _remedy_kind(ending: Ending) -> str:
    criteria_set = criteria_set_version(ending.set_id, ending.set_version)
    level = criteria_set.levels_by_code.get(ending.set_level) if criteria_set else None
    return level.remedy.kind if level and level.remedy else "mend"
