"""In whose name the rows of a file are matched and stored."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from data.scope import Actor


def source_of(actor: Actor) -> str:
    """The list to which a person's own codes belong; nobody else's codes are in it."""
    return f"bulk:{actor.account_id}"


def leave_scope(session: Session) -> None:
    """Go on as the site itself until the transaction ends.

    For what a person may cause but not do: to become the owner of venues that
    were made a moment ago, and to change the counts of areas.
    """
    session.execute(text("SELECT set_config('role', 'none', true)"))
