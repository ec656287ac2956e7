"""What all server-rendered pages share; made once for an application."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from dashboard.auth.door import Door
from dashboard.settings import SiteSettings
from data import clock


@dataclass(frozen=True, kw_only=True)
class PageContext:
    """Handed to every `build_router`.

    Attributes:
        sessions: The site's sessions: public reads only; a person's work takes
            `person.scoped(context.sessions)`.
        now: The clock.
    """

    settings: SiteSettings
    sessions: sessionmaker[Session]
    door: Door
    now: Callable[[], datetime] = clock.now
