"""What all server-rendered pages share; made once for an application."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from dashboard.auth.door import Door
from dashboard.settings import SiteSettings
from data import clock
from data.services.accounts.attempts import Attempts
from data.services.accounts.messages import Messenger


@dataclass(frozen=True, kw_only=True)
class PageContext:
    """Handed to every `build_router`.

    Attributes:
        sessions: The site's sessions: public reads only; a person's work takes
            `person.scoped(context.sessions)`.
        messenger: Sends mail and SMS.
        now: The clock.
    """

    settings: SiteSettings
    sessions: sessionmaker[Session]
    door: Door
    messenger: Messenger
    now: Callable[[], datetime] = clock.now

    @property
    def secret(self) -> str:
        """The site's signing secret."""
        return self.settings.secret_key.get_secret_value()

    @property
    def attempts(self) -> Attempts:
        """Counters of what is limited; the client's address is `door.address_of(request)`."""
        return Attempts(sessions=self.sessions, secret=self.secret)
