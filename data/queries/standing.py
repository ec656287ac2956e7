"""What is true of a venue now, for its public page."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.levels import VenueLevel
from assessments.trust import Trust
from data.models import Assessment, AssessmentResult, VenueLevelSpan
from data.queries.owner_venues import OwnerVenue, read_owner_venue
from data.queries.place_codes import find_venue_pk
from data.queries.trust import PublicReply, read_public_reply, read_trust


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldResult:
    """The assessment that gives a venue its level on a day.

    Attributes:
        kind: Who assessed: `self`, `inspection` or `correction`.
    """

    set_id: str
    set_version: str
    level: VenueLevel
    set_level: str
    kind: str
    submitted_at: datetime
    valid_until: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A venue with its level on a day.

    Attributes:
        held: None where the venue is not assessed on the day.
        expired_on: Last day of the newest level before, where there is none now.
        trust: How far the level was checked; expired where there is none.
        reply: What the owner says publicly to the committee's newest decision.
    """

    venue: OwnerVenue
    held: HeldResult | None
    expired_on: date | None
    trust: Trust
    reply: PublicReply | None


def read_standing(session: Session, venue_id: str, day: date) -> Standing | None:
    """A venue with its level on a day; None where there is no such venue."""
    venue_pk = find_venue_pk(session, venue_id)
    if venue_pk is None:
        return None
    venue = read_owner_venue(session, venue_id)
    trust = read_trust(session, venue_pk, day).trust or Trust.EXPIRED
    reply = read_public_reply(session, venue_pk, day)
    # The newest span that has begun: it either holds on the day or is over.
    row = session.execute(
        select(
            Assessment.set_id,
            Assessment.set_version,
            VenueLevelSpan.level,
            AssessmentResult.set_level,
            Assessment.kind,
            Assessment.submitted_at,
            VenueLevelSpan.last_day,
        )
        .join(Assessment, Assessment.assessment_pk == VenueLevelSpan.assessment_pk)
        .join(AssessmentResult, AssessmentResult.assessment_pk == VenueLevelSpan.assessment_pk)
        .where(VenueLevelSpan.venue_pk == venue_pk, VenueLevelSpan.first_day <= day)
        .order_by(VenueLevelSpan.first_day.desc())
        .limit(1)
    ).one_or_none()
    if row is None or row.last_day < day:
        return Standing(
            venue=venue,
            held=None,
            expired_on=None if row is None else row.last_day,
            trust=trust,
            reply=reply,
        )
    return Standing(
        venue=venue,
        held=HeldResult(
            set_id=row.set_id,
            set_version=row.set_version,
            level=VenueLevel(row.level),
            set_level=row.set_level,
            kind=row.kind,
            submitted_at=row.submitted_at,
            valid_until=row.last_day,
        ),
        expired_on=None,
        trust=trust,
        reply=reply,
    )
