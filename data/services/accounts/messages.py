"""Mail and SMS to persons: one call, the channel follows from the contact.

    messenger = make_messenger(sessions)          # in a job; pages have `context.messenger`
    messenger.send(contact_of(account), Message(subject=..., text=...))   # waits; raises
    messenger.post(contact, message)              # in the background, for pages

Texts come from `data/texts/<language>/*.po` by `message_texts(account.language)`.
SMS carry the text alone: keep it short. Without a server for a kind of contact,
development writes the message to the log with the contact masked; production
refuses it and never logs its text.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Final

import structlog
from sqlalchemy.orm import Session, sessionmaker

from data.message_channels import send_mail, send_sms
from data.services.accounts.attempts import Attempts, Limit
from data.services.accounts.contacts import Contact, ContactKind, contact_of
from data.settings import (
    LinkSettings,
    MailSettings,
    SmsSettings,
    read_link_settings,
    read_settings,
)
from geo.errors import AnToanError

__all__ = ["Contact", "Message", "MessageError", "Messenger", "contact_of", "make_messenger"]

MOST_WAITING: Final = 200
DAY: Final = timedelta(days=1)

logger = logging.getLogger(__name__)


class MessageError(AnToanError):
    """A message could not be sent; the sentence holds neither contact nor text."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is sent.

    Attributes:
        subject: Subject of the mail; SMS have none.
        text: Plain text.
    """

    subject: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Messenger:
    """Sends messages.

    Attributes:
        sessions: Where the messages of a day are counted.
        secret: The site's secret.
        is_production: Whether a missing channel is an error and no text may be logged.
        deliver: Replaces both channels, in tests.
    """

    sessions: sessionmaker[Session]
    secret: str
    mail: MailSettings
    sms: SmsSettings
    is_production: bool
    deliver: Callable[[Contact, Message], None] | None = None
    _workers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(4, thread_name_prefix="messages"), repr=False
    )
    _waiting: BoundedSemaphore = field(
        default_factory=lambda: BoundedSemaphore(MOST_WAITING), repr=False
    )

    def can_reach(self, kind: ContactKind) -> bool:
        """Whether there is a way to send to contacts of a kind; development has one for all."""
        return not self.is_production or self._has_channel(kind)

    def may_reach(self, contact: Contact) -> bool:
        """Whether messages go to this very contact: SMS only to countries that the site names."""
        if not self.can_reach(contact.kind):
            return False
        codes = [f"+{code.strip()}" for code in self.sms.country_codes.split(",") if code.strip()]
        return contact.kind == "email" or contact.value.startswith(tuple(codes))

    def send(self, contact: Contact, message: Message) -> None:
        """Send one message and wait until the server took it.

        Raises:
            MessageError: There is no channel, the day's SMS are used up, or the server
                refused.
        """
        if self.deliver is not None:
            self.deliver(contact, message)
            return
        if not self._has_channel(contact.kind):
            self._log_instead(contact, message)
            return
        if contact.kind == "email":
            _translated(lambda: send_mail(self.mail, contact.value, message.subject, message.text))
            return
        if not self.may_reach(contact):
            raise MessageError("SMS are not sent to this country; see ANTOAN_SMS_COUNTRY_CODES")
        budget = Limit(name="sms-day", most=self.sms.per_day, window=DAY)
        attempts = Attempts(sessions=self.sessions, secret=self.secret)
        if attempts.take((budget, "")) is not None:
            raise MessageError("the SMS of this day are used up; see ANTOAN_SMS_PER_DAY")
        _translated(lambda: send_sms(self.sms, contact.value, message.text))

    def post(self, contact: Contact, message: Message) -> None:
        """Send one message in the background, so that no answer tells how long it took.

        What goes wrong is logged. Messages that wait are lost when the process
        ends: a code in a durable queue would be a code stored in clear.
        """
        if self.deliver is not None:
            self.deliver(contact, message)
            return
        if not self._waiting.acquire(blocking=False):
            logger.error("message dropped: too many wait", extra={"kind": contact.kind})
            return
        self._workers.submit(self._send_quietly, contact, message)

    def _send_quietly(self, contact: Contact, message: Message) -> None:
        try:
            self.send(contact, message)
        except Exception as error:
            # Only our own sentence: an error of the channel can quote the contact.
            reason = str(error) if isinstance(error, MessageError) else type(error).__name__
            logger.error("message not sent", extra={"kind": contact.kind, "reason": reason})
        finally:
            self._waiting.release()

    def _has_channel(self, kind: ContactKind) -> bool:
        return bool(self.mail.host) if kind == "email" else bool(self.sms.url)

    def _log_instead(self, contact: Contact, message: Message) -> None:
        if self.is_production:
            setting = "ANTOAN_MAIL_HOST" if contact.kind == "email" else "ANTOAN_SMS_URL"
            raise MessageError(f"there is no way to send this message; set {setting}")
        structlog.get_logger("antoan.messages").info(
            "message not sent: no server is set", to=contact.masked, text=message.text
        )


def make_messenger(sessions: sessionmaker[Session], links: LinkSettings | None = None) -> Messenger:
    """A messenger by the settings of the environment.

    Args:
        sessions: The site's sessions.
        links: Secret and kind of the site; read from the environment where not given.

    Raises:
        InputError: A setting is wrong.
    """
    links = links or read_link_settings()
    return Messenger(
        sessions=sessions,
        secret=links.secret_key.get_secret_value(),
        mail=read_settings(MailSettings),
        sms=read_settings(SmsSettings),
        is_production=links.env == "production",
    )


def _translated(send: Callable[[], None]) -> None:
    try:
        send()
    except (OSError, ValueError) as error:
        raise MessageError(f"the server did not take the message: {type(error).__name__}") from None
