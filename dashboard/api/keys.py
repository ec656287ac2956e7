"""Who sends a request with an API key, and for which venue they may."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session, sessionmaker

from dashboard.api.problems import ProblemError
from data.queries.owner_venues import read_staff_role
from data.scope import Actor, scoped_sessions
from data.services.accounts.api_keys import find_key_holder

owner_key = HTTPBearer(
    scheme_name="ownerKey",
    description="An API key, made on the account's page; it acts for the venues of its account",
    auto_error=False,
)

OwnerKey = Annotated[HTTPAuthorizationCredentials | None, Depends(owner_key)]


def require_key_holder(
    sessions: sessionmaker[Session], key: HTTPAuthorizationCredentials | None
) -> Actor:
    """Whose key it is.

    Args:
        sessions: The site's sessions.
        key: What stood in `Authorization: Bearer`.

    Raises:
        ProblemError: 401 without a key; 403 for one that is unknown or revoked.
    """
    if key is None:
        raise ProblemError(
            "owner-key-required", 401, "send an API key of your account: Authorization: Bearer KEY"
        )
    actor = find_key_holder(sessions, key.credentials)
    if actor is None:
        raise ProblemError(
            "owner-key-refused", 403, "this key is unknown or revoked; make one on /account"
        )
    return actor


def require_staff(sessions: sessionmaker[Session], actor: Actor, venue_id: str) -> None:
    """Take only somebody who may assess the venue.

    Raises:
        ProblemError: 403 for another venue than theirs, whether or not there is one.
    """
    with scoped_sessions(sessions, actor)() as session:
        role = read_staff_role(session, venue_id, actor.account_pk)
    if role is None:
        raise ProblemError("owner-key-refused", 403, "this key is not for this venue")
