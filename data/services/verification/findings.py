"""What a committee finds itself: inspections on site, corrections, restored results."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import CriteriaSet, criteria_set_version
from assessments.levels import VenueLevel
from data.clock import day_of, now
from data.errors import ConflictError, InputError, NotFoundError
from data.models import (
    Assessment,
    AssessmentResult,
    FindingNote,
    InspectionPair,
    Review,
    RevisitRequest,
    Venue,
    VenueLevelSpan,
    VenueReport,
)
from data.queries.provinces import read_province_code
from data.scope import Actor
from data.services import audit
from data.services.accounts.owner_notices import tell_owners
from data.services.assessing.assessment_store import StoredAssessment, store_assessment
from data.services.assessing.submissions import choose_set
from data.services.counting.count_changes import changing_counts
from data.services.counting.level_spans import replace_spans
from data.services.venues.open_days import require_open
from data.services.venues.venue_life import lock_venue
from data.services.verification.venue_trust import renew_trust

INSPECTION_SOURCE: Final = "inspection"
CORRECTION_SOURCE: Final = "review"
RESTORED_SOURCE: Final = "appeal"
LONGEST_NOTE: Final = 4_000


@dataclass(frozen=True, kw_only=True)
class Finding:
    """An inspection or correction as stored."""

    assessment_pk: int
    level: VenueLevel
    valid_until: date


def require_words(words: str, what: str, *, longest: int = LONGEST_NOTE) -> str:
    """The text without spaces around it.

    Raises:
        InputError: It is empty or too long.
    """
    words = words.strip()
    if not words:
        raise InputError(f"{what} is missing")
    if len(words) > longest:
        raise InputError(f"{what} is longer than {longest} signs")
    return words


def inspect_venue(
    sessions: sessionmaker[Session],
    *,
    venue_id: str,
    answers: Mapping[str, object],
    note: str,
    actor: Actor,
    set_version: str,
    at: datetime | None = None,
) -> Finding:
    """Store what was found on site; it gives the venue's level from its day on.

    The self-assessment in force, if there is one, becomes its pair, from which the agreement
    of the area is measured. What waited for a look at the venue is answered by it.

    Args:
        sessions: The committee's own, so that venues of other areas are not there.
        venue_id: Public id of the venue.
        answers: Answer by criterion id.
        note: What was seen, for the owner.
        actor: Who inspected.
        set_version: Version of the criteria set that the form showed.
        at: The moment; None asks the clock.

    Raises:
        NotFoundError: There is no such venue in the committee's areas.
        ConflictError: The venue is closed, no set fits its type, or the set has changed.
        InputError: The note is missing or too long.
        AnswersError: Answers are unknown, missing or out of range.
    """
    note = require_words(note, "the note")
    moment = at or now()
    day = day_of(moment)
    with sessions.begin() as session:
        venue = lock_seen_venue(session, venue_id)
        require_open(session, venue.venue_id, day)
        criteria_set = choose_set(
            venue.venue_type, day, None, province_code=read_province_code(session, venue.venue_pk)
        )
        if criteria_set.version != set_version:
            raise ConflictError("the criteria set has changed since the form was opened")
        declared = _declared_on(session, venue.venue_pk, day)
        with counted(session, venue, day):
            stored = store_finding(
                session,
                venue,
                criteria_set,
                answers=answers,
                head={
                    "submitted_at": moment,
                    "kind": "inspection",
                    "source": INSPECTION_SOURCE,
                    "account_pk": actor.account_pk,
                },
                note=note,
            )
            if declared is not None and stored.span is not None:
                session.add(
                    InspectionPair(
                        inspection_pk=stored.assessment_pk,
                        self_assessment_pk=declared[0],
                        venue_pk=venue.venue_pk,
                        day=day,
                        self_level=declared[1],
                        inspected_level=stored.result.level.value,
                    )
                )
            _answer_what_waits(session, venue.venue_pk, moment, actor)
            close_reports(session, venue.venue_pk, moment, actor)
        tell_owners(session, venue.venue_pk, "inspected", at=moment)
        audit.record(
            session,
            actor_id=actor.account_id,
            action="venue.inspect",
            subject_kind="venue",
            subject_id=venue_id,
            details={
                "assessment": stored.assessment_pk,
                "level": stored.result.level.value,
                "declared": None if declared is None else declared[1],
            },
        )
        return Finding(
            assessment_pk=stored.assessment_pk,
            level=stored.result.level,
            valid_until=stored.valid_until,
        )


def correct_in(
    session: Session,
    venue: Venue,
    *,
    assessment_pk: int,
    answers: Mapping[str, object],
    note: str,
    actor: Actor,
    at: datetime,
) -> Finding:
    """Store a correction of the assessment that gives the venue's level now.

    It is scored by the same version of the set and holds for as long as what it corrects
    would have held: a correction is no new start. The caller counts (`counted`).

    Args:
        session: The committee's transaction.
        venue: The venue, locked.
        assessment_pk: What is corrected.
        answers: All answers as they should have been.
        note: Why, for the owner.
        actor: Who corrects.
        at: The moment.

    Raises:
        ConflictError: It gives the level no longer, its set is gone, or nothing is changed.
        AnswersError: Answers are unknown, missing or out of range.
    """
    day = day_of(at)
    corrected, until = _in_force(session, venue.venue_pk, day)
    if corrected is None or corrected.assessment_pk != assessment_pk:
        raise ConflictError("the assessment gives the venue's level no longer")
    criteria_set = criteria_set_version(corrected.set_id, corrected.set_version)
    if criteria_set is None:
        raise ConflictError("the criteria set of this assessment is not installed any more")
    stored = store_finding(
        session,
        venue,
        criteria_set,
        answers=answers,
        head={
            "submitted_at": at,
            "kind": "correction",
            "source": CORRECTION_SOURCE,
            "account_pk": actor.account_pk,
        },
        note=note,
        last_day=until,
    )
    if (
        session.scalar(
            select(Assessment.answers).where(Assessment.assessment_pk == stored.assessment_pk)
        )
        == corrected.answers
    ):
        raise ConflictError("no answer was changed; confirm the assessment instead")
    return Finding(
        assessment_pk=stored.assessment_pk,
        level=stored.result.level,
        valid_until=stored.valid_until,
    )


def store_finding(
    session: Session,
    venue: Venue,
    criteria_set: CriteriaSet,
    *,
    answers: Mapping[str, object],
    head: Mapping[str, Any],
    note: str,
    last_day: date | None = None,
) -> StoredAssessment:
    """Write a finding with its reason and let it give the venue's level; the caller counts."""
    stored = store_assessment(
        session, venue, criteria_set, answers=answers, head=head, last_day=last_day
    )
    session.add(
        FindingNote(assessment_pk=stored.assessment_pk, venue_pk=venue.venue_pk, wording=note)
    )
    if stored.span is not None:
        replace_spans(session, venue.venue_pk, stored.span)
    return stored


@contextmanager
def counted(session: Session, venue: Venue, day: date) -> Iterator[None]:
    """What is decided within changes the venue's trust, and with it the counts of its areas."""
    with changing_counts(session, venue.venue_pk, day):
        yield
        renew_trust(session, venue.venue_pk)


def lock_seen_venue(session: Session, venue_id: str) -> Venue:
    """A venue of the committee's areas, locked.

    Raises:
        NotFoundError: There is none, or it lies in other areas.
    """
    venue = lock_venue(session, venue_id)
    if not session.scalar(select(func.antoan_sees_venue(venue.venue_pk))):
        raise NotFoundError(f"there is no venue {venue_id!r}")
    return venue


def _in_force(session: Session, venue_pk: int, day: date) -> tuple[Assessment | None, date]:
    row = session.execute(
        select(Assessment, AssessmentResult.valid_until)
        .join(VenueLevelSpan, VenueLevelSpan.assessment_pk == Assessment.assessment_pk)
        .join(AssessmentResult, AssessmentResult.assessment_pk == Assessment.assessment_pk)
        .where(
            VenueLevelSpan.venue_pk == venue_pk,
            VenueLevelSpan.first_day <= day,
            VenueLevelSpan.last_day >= day,
        )
    ).one_or_none()
    return (None, day) if row is None else (row[0], row[1])


def _declared_on(session: Session, venue_pk: int, day: date) -> tuple[int, str] | None:
    """The self-assessment that gives the level on a day, and that level."""
    row = session.execute(
        select(Assessment.assessment_pk, VenueLevelSpan.level)
        .join(VenueLevelSpan, VenueLevelSpan.assessment_pk == Assessment.assessment_pk)
        .where(
            VenueLevelSpan.venue_pk == venue_pk,
            VenueLevelSpan.first_day <= day,
            VenueLevelSpan.last_day >= day,
            Assessment.kind == "self",
        )
    ).one_or_none()
    return None if row is None else (row.assessment_pk, row.level)


def _answer_what_waits(session: Session, venue_pk: int, at: datetime, actor: Actor) -> None:
    session.execute(
        update(Review)
        .values(state="superseded", decided_at=at, decided_by=actor.account_pk)
        .where(Review.venue_pk == venue_pk, Review.state == "waiting")
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(RevisitRequest)
        .values(state="done", decided_at=at, decided_by=actor.account_pk)
        .where(RevisitRequest.venue_pk == venue_pk, RevisitRequest.state == "open")
        .execution_options(synchronize_session=False)
    )


def close_reports(session: Session, venue_pk: int, at: datetime, actor: Actor) -> None:
    """Reports of a venue that a committee has looked at now are no longer new."""
    session.execute(
        update(VenueReport)
        .values(state="checked", decided_at=at, decided_by=actor.account_pk)
        .where(VenueReport.venue_pk == venue_pk, VenueReport.state == "new")
        .execution_options(synchronize_session=False)
    )
