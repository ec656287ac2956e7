"""Reports of the public: kept without a name, first in the queue, never a level by themselves."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from assessments.review_choice import ReviewReason
from data.clock import VIETNAM, day_of, now
from data.errors import ConflictError, InputError, NotFoundError
from data.models import EvidenceFile, Venue, VenueReport
from data.scope import Actor
from data.services import audit
from data.services.assessing.evidence import keep_file
from data.services.venues.open_days import require_open
from data.services.verification.decisions import decide
from data.services.verification.review_choice import ask_for_review
from data.uploads import CleanFile
from data.uploads.store import EvidenceStore
from data.venue_ids import make_venue_ids

LONGEST_REPORT: Final = 1_000
WORDS_KEPT_DAYS: Final = 90
"""Days for which a report's text and photo are kept; then only its reason and outcome stay."""


class ReportReason(StrEnum):
    """What somebody of the public saw."""

    UNTRUE = "untrue"
    CROWDED = "crowded"
    UNSAFE = "unsafe"
    CLOSED = "closed"
    OTHER = "other"


def file_report(
    sessions: sessionmaker[Session],
    *,
    venue_id: str,
    reason: ReportReason,
    wording: str,
    photo: CleanFile | None = None,
    store: EvidenceStore | None = None,
    at: datetime | None = None,
) -> str:
    """Keep a report and put the venue in front of its committee's queue.

    Nothing of who reported is stored. The venue's level and trust stay as they are.

    Args:
        sessions: The site's.
        venue_id: Public id of the venue.
        reason: What was seen.
        wording: More of it; may be empty.
        photo: An accepted photo, made anew.
        store: Where its bytes go; needed with a photo.
        at: The moment; None asks the clock.

    Returns:
        The receipt: a random id that tells nothing.

    Raises:
        NotFoundError: There is no such venue.
        ConflictError: It is closed.
        InputError: The text is too long, or a photo came without a store.
    """
    wording = wording.strip()
    if len(wording) > LONGEST_REPORT:
        raise InputError(f"the report is longer than {LONGEST_REPORT} signs")
    if photo is not None and store is None:
        raise InputError("a photo needs a store")
    moment = at or now()
    report_id = make_venue_ids(1)[0]
    with sessions.begin() as session:
        venue = session.scalar(select(Venue).where(Venue.venue_id == venue_id).with_for_update())
        if venue is None:
            raise NotFoundError(f"there is no venue {venue_id!r}")
        require_open(session, venue.venue_id, day_of(moment))
        evidence_pk = None
        if photo is not None and store is not None:
            kept = keep_file(session, store, photo, venue_pk=venue.venue_pk)
            evidence_pk = kept.evidence_pk
        session.add(
            VenueReport(
                report_id=report_id,
                venue_pk=venue.venue_pk,
                reason=reason.value,
                wording=wording or None,
                evidence_pk=evidence_pk,
                reported_at=moment,
            )
        )
        ask_for_review(session, venue.venue_pk, ReviewReason.REPORT)
    return report_id


def judge_report(
    sessions: sessionmaker[Session],
    *,
    report_id: str,
    is_founded: bool,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Say that a report was looked into, or that there was nothing in it.

    Args:
        sessions: The committee's own.
        report_id: The report.
        is_founded: Whether there was something in it.
        actor: Who decides.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such report in the committee's areas.
        ConflictError: It is decided already.
    """
    with sessions.begin() as session:
        report = session.scalar(
            select(VenueReport).where(VenueReport.report_id == report_id).with_for_update()
        )
        if report is None:
            raise NotFoundError("there is no such report")
        if report.state != "new":
            raise ConflictError("this report is decided already")
        decide(report, "checked" if is_founded else "unfounded", at=at or now(), actor=actor)
        audit.record(
            session,
            actor_id=actor.account_id,
            action=f"report.{report.state}",
            subject_kind="report",
            subject_id=report_id,
        )


def forget_report_words(session: Session, today: date, *, kept_days: int = WORDS_KEPT_DAYS) -> int:
    """Delete texts and photos of old reports: people write names where none is asked for.

    Photos are marked as removed; their bytes go with the next deletion of evidence.

    Args:
        session: One transaction.
        today: Calendar day in Asia/Ho_Chi_Minh.
        kept_days: Days for which they are kept, today included.

    Returns:
        Reports that lost something.

    Raises:
        InputError: `kept_days` is not positive.
    """
    if kept_days < 1:
        raise InputError(f"reports are kept a day or longer, not {kept_days}")
    first_kept = today - timedelta(days=kept_days - 1)
    before = datetime(first_kept.year, first_kept.month, first_kept.day, tzinfo=VIETNAM)
    is_due = (VenueReport.reported_at < before) & or_(
        VenueReport.wording.is_not(None), VenueReport.evidence_pk.is_not(None)
    )
    photos = select(VenueReport.evidence_pk).where(is_due, VenueReport.evidence_pk.is_not(None))
    session.execute(
        update(EvidenceFile)
        .values(removed_at=now())
        .where(EvidenceFile.evidence_pk.in_(photos), EvidenceFile.removed_at.is_(None))
        .execution_options(synchronize_session=False)
    )
    forgotten = session.scalars(
        update(VenueReport)
        .values(wording=None, evidence_pk=None)
        .where(is_due)
        .returning(VenueReport.report_pk)
        .execution_options(synchronize_session=False)
    ).all()
    return len(forgotten)
