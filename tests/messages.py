"""Mail and SMS for tests: kept in a list instead of sent."""

import re
from dataclasses import dataclass, field, replace

from pydantic import SecretStr
from sqlalchemy.orm import Session, sessionmaker

from data.services.accounts.contacts import Contact
from data.services.accounts.messages import Message, Messenger, make_messenger
from data.settings import LinkSettings
from tests.api_app import SECRET


@dataclass
class Outbox:
    """What was sent, oldest first."""

    sent: list[tuple[Contact, Message]] = field(default_factory=list)

    def code_to(self, contact: str) -> str:
        """The newest one-time code that went to a contact."""
        texts = [message.text for to, message in self.sent if to.value == contact]
        found = re.match(r"\d{6}", texts[-1])
        assert found, texts[-1]
        return found[0]

    def texts_to(self, contact: str) -> list[str]:
        return [message.text for to, message in self.sent if to.value == contact]


def recording_messenger(
    sessions: sessionmaker[Session], outbox: Outbox, *, is_production: bool = False
) -> Messenger:
    """A messenger of an application under test."""
    links = LinkSettings(
        secret_key=SecretStr(SECRET), env="production" if is_production else "development"
    )

    def keep(contact: Contact, message: Message) -> None:
        outbox.sent.append((contact, message))

    return replace(make_messenger(sessions, links), deliver=keep)
