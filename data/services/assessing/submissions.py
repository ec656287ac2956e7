"""One venue's submission: answers, result, span and the counts of its areas, all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import (
    CriteriaSet,
    criteria_set_for,
    criteria_set_on,
    criteria_set_version,
    load_criteria_sets,
    load_reference_sets,
)
from assessments.levels import VenueLevel
from assessments.scoring import ScoreResult, score
from data.clock import day_of, now
from data.errors import ConflictError, InputError, NotFoundError
from data.models import Assessment, AssessmentResult, Venue
from data.queries.provinces import read_province_code
from data.services.assessing.assessment_store import store_assessment
from data.services.counting.level_locks import share_levels
from data.services.counting.level_spans import put_span
from data.services.venues.open_days import require_open
from data.services.verification.review_choice import choose_reviews

CLOCK_TOLERANCE: Final = timedelta(minutes=2)  # between the clocks of two of our machines


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A stored submission and what the rules said of it.

    `result` is None when the submission was already stored under its key;
    the other fields then are those of the earlier one. `safety_tenths` is None, and the
    level `not_assessed`, where the criteria set gives no level.
    """

    assessment_pk: int
    venue_id: str
    set_id: str
    set_version: str
    submitted_at: datetime
    score: float
    safety_tenths: int | None
    level: VenueLevel
    set_level: str
    valid_until: date
    remedy_due: date | None
    is_new: bool
    result: ScoreResult | None


def submit(
    sessions: sessionmaker[Session],
    *,
    venue_id: str,
    answers: Mapping[str, object],
    submitted_at: datetime,
    source: str,
    set_id: str | None = None,
    submission_key: str | None = None,
    account_pk: int | None = None,
    declared_name: str | None = None,
) -> Submission:
    """Store one submission and bring the counts of its areas up to date.

    Everything happens in one transaction, and its cost does not depend on the
    number of venues: the counts change by the difference that this venue makes.
    A person's own sessions do as well as the site's.

    Args:
        sessions: Where to store.
        venue_id: Public id of the venue.
        answers: Answer by criterion id, as `assessments.scoring.score` takes them.
        submitted_at: Aware moment of the submission; its day in Asia/Ho_Chi_Minh counts.
        source: By which way it came: `site`, `api_key`, `demo`, or a file's name.
        set_id: Criteria set; None takes the one in force for the venue's type and province.
        submission_key: Sent again, the same key stores nothing new.
        account_pk: Its author; None where it came by a file or a key.
        declared_name: Who declared the answers true.

    Raises:
        NotFoundError: The venue or the criteria set is not there.
        VenueClosedError: The venue is closed on the day, or was, as the sentence says.
        ConflictError: No set fits its type, or the key was used for another venue or other
            answers.
        InputError: `submitted_at` has no time zone or lies in the future.
        AnswersError: Answers are unknown, missing or out of range.
    """
    try:
        with sessions.begin() as session:
            return submit_in(
                session,
                venue_id=venue_id,
                answers=answers,
                submitted_at=submitted_at,
                source=source,
                set_id=set_id,
                submission_key=submission_key,
                account_pk=account_pk,
                declared_name=declared_name,
            )
    except IntegrityError as error:
        if submission_key is not None and "submission_key" in str(error.orig):
            raise ConflictError(
                "the submission key was used for another venue; send a new key"
            ) from error
        raise


def submit_in(
    session: Session,
    *,
    venue_id: str,
    answers: Mapping[str, object],
    submitted_at: datetime,
    source: str,
    set_id: str | None = None,
    submission_key: str | None = None,
    account_pk: int | None = None,
    declared_name: str | None = None,
) -> Submission:
    """As `submit`, in a transaction that does more; it has locked no venue and no draft yet.

    Raises:
        IntegrityError: The key was used for a venue that this person does not see.
    """
    require_past(submitted_at)
    share_levels(session)
    venue = _lock_venue(session, venue_id)
    if submission_key is not None:
        earlier = _find_earlier(session, venue, submission_key, answers)
        if earlier is not None:
            return earlier
    return _store(
        session,
        venue,
        answers=answers,
        set_id=set_id,
        head={
            "submitted_at": submitted_at,
            "source": source,
            "submission_key": submission_key,
            "kind": "self",
            "account_pk": account_pk,
            "declared_name": declared_name,
        },
    )


def require_past(submitted_at: datetime) -> None:
    """Refuse a moment without a time zone or in the future.

    Raises:
        InputError: It is one of these.
    """
    if submitted_at.tzinfo is None:
        raise InputError("submitted_at has no time zone; write it as 2021-11-20T08:15:00+07:00")
    if submitted_at > now() + CLOCK_TOLERANCE:
        raise InputError(f"submitted_at {submitted_at.isoformat()} lies in the future")


def choose_set(
    venue_type: str, day: date, set_id: str | None, *, province_code: str | None = None
) -> CriteriaSet:
    """The criteria set, in the version of the day, that a venue is assessed by.

    Args:
        venue_type: Type of the venue.
        day: Calendar day of the submission in Asia/Ho_Chi_Minh.
        set_id: A set that the sender names; None takes the one for type, province and day.
        province_code: The venue's province; None where it lies in none.

    Raises:
        NotFoundError: There is no set of this id.
        ConflictError: The set is not for this type or province or not in force on the day,
            its criteria are not known, or the type has no set.
    """
    if set_id is None:
        found = criteria_set_for(venue_type, day, province_code)
        if found is None:
            raise ConflictError(f"there is no criteria set for venues of type {venue_type} yet")
        return found
    if set_id in load_reference_sets():
        raise ConflictError(f"the criteria of {set_id} are not known, so it cannot be filled")
    sets = load_criteria_sets()
    if set_id not in sets:
        raise NotFoundError(
            f"there is no criteria set {set_id!r}; there are {', '.join(sorted(sets))}"
        )
    if venue_type not in sets[set_id].venue_types:
        raise ConflictError(f"the criteria set {set_id} is not for venues of type {venue_type}")
    if not sets[set_id].covers_province(province_code):
        raise ConflictError(f"the criteria set {set_id} does not hold in the venue's province")
    version = criteria_set_on(set_id, day)
    if version is None:
        raise ConflictError(f"the criteria set {set_id} is not in force on {day}")
    return version


def _lock_venue(session: Session, venue_id: str) -> Venue:
    venue = session.scalar(select(Venue).where(Venue.venue_id == venue_id).with_for_update())
    if venue is None:
        raise NotFoundError(f"there is no venue {venue_id!r}")
    return venue


def _find_earlier(
    session: Session, venue: Venue, submission_key: str, answers: Mapping[str, object]
) -> Submission | None:
    row = session.execute(
        select(Assessment, AssessmentResult)
        .join(AssessmentResult, AssessmentResult.assessment_pk == Assessment.assessment_pk)
        .where(Assessment.submission_key == submission_key)
    ).one_or_none()
    if row is None:
        return None
    assessment, result = row
    if assessment.venue_pk != venue.venue_pk:
        raise ConflictError("the submission key was used for another venue; send a new key")
    if not _are_same(assessment, answers):
        raise ConflictError("the submission key was used for other answers; send a new key")
    return Submission(
        assessment_pk=assessment.assessment_pk,
        venue_id=venue.venue_id,
        set_id=assessment.set_id,
        set_version=assessment.set_version,
        submitted_at=assessment.submitted_at,
        score=result.score,
        safety_tenths=result.safety_tenths,
        level=VenueLevel(result.level),
        set_level=result.set_level,
        valid_until=result.valid_until,
        remedy_due=result.remedy_due,
        is_new=False,
        result=None,
    )


def _are_same(assessment: Assessment, answers: Mapping[str, object]) -> bool:
    """Whether answers as sent are those stored, which were brought into one form."""
    if assessment.answers == dict(answers):
        return True
    criteria_set = criteria_set_version(assessment.set_id, assessment.set_version)
    return criteria_set is not None and assessment.answers == score(criteria_set, answers).answers


def _store(
    session: Session,
    venue: Venue,
    *,
    answers: Mapping[str, object],
    set_id: str | None,
    head: Mapping[str, Any],
) -> Submission:
    """Store a submission; `head` holds the columns that say when, by whom and how it came."""
    submitted_at: datetime = head["submitted_at"]
    day = day_of(submitted_at)
    require_open(session, venue.venue_id, day)
    criteria_set = choose_set(
        venue.venue_type,
        day,
        set_id,
        province_code=read_province_code(session, venue.venue_pk),
    )
    stored = store_assessment(session, venue, criteria_set, answers=answers, head=head)
    if stored.span is not None:
        put_span(session, venue.venue_pk, stored.span)
    choose_reviews(session, [stored.assessment_pk])
    return Submission(
        assessment_pk=stored.assessment_pk,
        venue_id=venue.venue_id,
        set_id=criteria_set.id,
        set_version=criteria_set.version,
        submitted_at=submitted_at,
        score=stored.result.score,
        safety_tenths=stored.result.safety_tenths,
        level=stored.result.level,
        set_level=stored.result.set_level,
        valid_until=stored.valid_until,
        remedy_due=stored.remedy_due,
        is_new=True,
        result=stored.result,
    )
