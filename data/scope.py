"""Whose rows a transaction may see: a signed-in person's, by row-level security.

Every piece of work for a signed-in person gets sessions from `scoped_sessions`.
Each of their transactions then runs as the database role `antoan_app`, which
sees rows of private tables only where the person may (migration 0009), so that
a query that forgets its filter shows nothing instead of everything.
"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

Role = Literal["owner", "committee", "ministry", "administrator"]

ACTOR = "actor"
ENTER = text(
    "SELECT set_config('role', 'antoan_app', true),"
    " set_config('antoan.role', :role, true),"
    " set_config('antoan.account_pk', :account_pk, true),"
    " set_config('antoan.area_ids', :area_ids, true)"
)


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A signed-in person, as the database knows them.

    Attributes:
        account_pk: Their account.
        account_id: Its public id, for the audit.
        role: What they may be. An administrator keeps accounts and sees no venue's rows.
        area_ids: Areas of a committee, in every edition that has them; empty for others.
    """

    account_pk: int
    account_id: str
    role: Role
    area_ids: tuple[int, ...] = ()


class ScopedSessions(sessionmaker[Session]):
    """Sessions of one person; made as cheaply as a tuple, for every request."""

    def __init__(self, sessions: sessionmaker[Session], actor: Actor) -> None:
        self._sessions = sessions
        self.actor = actor

    def __call__(self, **keywords: Any) -> Session:
        """A session whose transactions see what the person may see."""
        return self._sessions(**keywords, info={ACTOR: self.actor})


def scoped_sessions(sessions: sessionmaker[Session], actor: Actor) -> ScopedSessions:
    """Sessions for work in a person's name.

    Args:
        sessions: The site's sessions.
        actor: Who is signed in.
    """
    return ScopedSessions(sessions, actor)


@event.listens_for(Session, "after_begin")
def _enter_scope(session: Session, _: SessionTransaction, connection: Connection) -> None:
    actor = session.info.get(ACTOR)
    if actor is not None:
        connection.execute(
            ENTER,
            {
                "role": actor.role,
                "account_pk": str(actor.account_pk),
                "area_ids": ",".join(str(area_id) for area_id in actor.area_ids),
            },
        )
