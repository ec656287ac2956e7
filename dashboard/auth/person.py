"""The signed-in person of one request."""

from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from data.scope import Actor, ScopedSessions, scoped_sessions


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is signed in.

    Attributes:
        actor: As the database knows them.
        name: Their name, as the header shows it.
        session_hash: Names the session that this browser holds.
        csrf: The token of this browser's forms.
    """

    actor: Actor
    name: str
    language: str
    session_hash: bytes
    csrf: str

    @property
    def is_committee(self) -> bool:
        """Whether the committee's pages are theirs."""
        return self.actor.role in ("committee", "ministry")

    def scoped(self, sessions: sessionmaker[Session]) -> ScopedSessions:
        """Sessions that see only what this person may."""
        return scoped_sessions(sessions, self.actor)
