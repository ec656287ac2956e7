"""The audit: acts in a chain of hashes, so that a row changed or taken out afterwards shows."""

import contextlib
import hashlib
import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from data.clock import now
from data.models import AuditEvent

AUDIT_LOCK: Final = 0x417564697400
FIRST_HASH: Final = bytes(32)


def record(
    session: Session,
    *,
    actor_id: str | None,
    action: str,
    subject_kind: str,
    subject_id: str,
    details: dict[str, Any] | None = None,
) -> None:
    """Add one act, in the caller's transaction: the act and its record stand or fall together.

    Call it last: the chain is locked until the transaction ends.

    Args:
        session: The transaction that acts.
        actor_id: Account id of the person; None for a command.
        action: A verb such as `review.confirm`.
        subject_kind: Such as `venue`, `assessment`, `account`.
        subject_id: Its public id.
        details: Plain values without personal data.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": AUDIT_LOCK})
    previous = session.scalar(select(AuditEvent.hash).order_by(AuditEvent.event_pk.desc()).limit(1))
    at = now()
    event = AuditEvent(
        at=at,
        actor_id=actor_id,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        details=details or {},
        previous_hash=previous or FIRST_HASH,
    )
    event.hash = _hash(event)
    session.add(event)
    session.flush()


def find_broken_event(session: Session) -> int | None:
    """Key of the first act whose hash, or link to the act before it, is wrong; None if none is."""
    previous = FIRST_HASH
    events = session.scalars(
        select(AuditEvent).order_by(AuditEvent.event_pk).execution_options(yield_per=1000)
    )
    with contextlib.closing(events):
        for event in events:
            if event.previous_hash != previous or event.hash != _hash(event):
                return event.event_pk
            previous = event.hash
    return None


def read_chain_end(session: Session) -> tuple[int, str]:
    """How many acts are recorded, and the hash of the last: noted elsewhere, it shows a cut end."""
    count = session.scalar(select(func.count()).select_from(AuditEvent)) or 0
    last = session.scalar(select(AuditEvent.hash).order_by(AuditEvent.event_pk.desc()).limit(1))
    return count, (last or FIRST_HASH).hex()


def _hash(event: AuditEvent) -> bytes:
    content = [
        event.previous_hash.hex(),
        _moment(event.at),
        event.actor_id,
        event.action,
        event.subject_kind,
        event.subject_id,
        event.details,
    ]
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).digest()


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
