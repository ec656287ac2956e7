"""Demo checks: a believable number of inspections, reviews and appeals, not in every area."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from assessments.appeals import appeal_due_on
from assessments.levels import VenueLevel
from assessments.review_choice import HIGH_FOOTFALL, PRIORITY, choose_review
from data.clock import VIETNAM
from data.models import Appeal, Assessment, FindingNote, InspectionPair, Review
from data.services.demo.areas import DemoAreas
from data.services.demo.venues import SIGNS, DemoVenues
from data.services.verification.review_choice import submitted_of
from data.services.verification.venue_trust import renew_trust_of_many
from data.sql_files import read_sql

AREAS_WITH_CHECKS: Final = 0.6
INSPECTED_SHARE: Final = 0.07
CONFIRMED_SHARE: Final = 0.04
WAITING_SHARE: Final = 0.01
MOST_CHECKS: Final = 4_000
"""Of each kind, whatever the number of venues: their spans are made one by one."""
CHECK_DAYS: Final = 45
LEVELS: Final = (VenueLevel.SAFE, VenueLevel.AT_RISK, VenueLevel.UNSAFE)
# How often an inspection finds each level, by what the venue said: rather worse than better.
FOUND: Final = {
    VenueLevel.SAFE: (0.84, 0.12, 0.04),
    VenueLevel.AT_RISK: (0.10, 0.74, 0.16),
    VenueLevel.UNSAFE: (0.02, 0.14, 0.84),
}
NOTE: Final = "Kết quả kiểm tra minh họa."


@dataclass(frozen=True, kw_only=True)
class _Said:
    """What one venue said of itself on the day of a check."""

    venue_pk: int
    assessment_pk: int
    set_id: str
    level: VenueLevel
    submitted_at: datetime
    days_after: int
    day: date


def store_checks(
    session: Session,
    rng: np.random.Generator,
    *,
    venues: DemoVenues,
    areas: DemoAreas,
    last_day: date,
) -> int:
    """Store inspections, confirmed and waiting reviews and some appeals of demo venues.

    Some areas have none, so that the map also shows what is only self-declared. Why a
    submission was or is looked at is what the rules say of it; as they ask, every venue of
    many people that nobody looked at waits. The caller counts the days afterwards.

    Args:
        session: The demo's transaction.
        rng: The stream of this subject.
        venues: The demo's venues.
        areas: Where they lie.
        last_day: The demo's last day.

    Returns:
        Inspections stored.
    """
    group = areas.group[venues.area]
    has_checks = rng.random(int(areas.group.max()) + 1) < AREAS_WITH_CHECKS
    order = rng.permutation(np.flatnonzero(has_checks[group]))
    count = len(venues.venue_pk)
    sizes = [
        min(MOST_CHECKS, round(share * count))
        for share in (INSPECTED_SHARE, CONFIRMED_SHARE, WAITING_SHARE)
    ]
    inspected, confirmed, waiting, _ = np.split(order, np.cumsum(sizes))
    crowded = np.flatnonzero(venues.footfall >= HIGH_FOOTFALL)[:MOST_CHECKS]
    waiting = np.setdiff1d(np.union1d(waiting, crowded), np.union1d(inspected, confirmed))
    checked_days = (1, CHECK_DAYS)
    said = _read_said(
        session, rng, venues, rows=np.sort(inspected), last_day=last_day, back=checked_days
    )
    looked_at = _read_said(
        session, rng, venues, rows=np.sort(confirmed), last_day=last_day, back=checked_days
    )
    _review(session, rng, looked_at, is_decided=True)
    found = _inspect(session, rng, said)
    pending = _read_said(session, rng, venues, rows=waiting, last_day=last_day, back=(0, 1))
    _review(session, rng, pending, is_decided=False)
    changed = [one.venue_pk for one in said]
    if changed:
        session.execute(read_sql("rebuild_spans"), {"venue_pks": changed})
    _appeal(session, rng, found, last_day)
    session.flush()
    renew_trust_of_many(session, venues.venue_pk.tolist())
    session.execute(
        text(
            "SELECT setval(pg_get_serial_sequence('assessment', 'assessment_pk'), "
            "max(assessment_pk)) FROM assessment"
        )
    )
    return len(found)


def _read_said(
    session: Session,
    rng: np.random.Generator,
    venues: DemoVenues,
    *,
    rows: NDArray[np.int64],
    last_day: date,
    back: tuple[int, int],
) -> list[_Said]:
    """The assessment that held on a random day, of those of the venues that had one.

    `back` is by how many days that day lies before the last one: at least, and less than.
    """
    days = [last_day - timedelta(days=int(ago)) for ago in rng.integers(*back, len(rows))]
    pks = venues.venue_pk[rows].tolist()
    day_of_pk = dict(zip(pks, days, strict=True))
    found = session.execute(read_sql("read_demo_levels"), {"venue_pks": pks, "days": days})
    return [
        _Said(
            venue_pk=row.venue_pk,
            assessment_pk=row.assessment_pk,
            set_id=row.set_id,
            level=VenueLevel(row.level),
            submitted_at=row.submitted_at,
            days_after=row.days_after,
            day=day_of_pk[row.venue_pk],
        )
        for row in found
    ]


def _inspect(
    session: Session, rng: np.random.Generator, said: list[_Said]
) -> list[tuple[int, _Said, VenueLevel]]:
    """Store the inspections; each with its key, what was said and what was found."""
    samples = {
        (row.set_id, VenueLevel(row.level)): row.assessment_pk
        for row in session.execute(read_sql("read_demo_samples"))
    }
    next_pk = int(session.scalar(select(func.max(Assessment.assessment_pk))) or 0) + 1
    found: list[tuple[int, _Said, VenueLevel]] = []
    for one in said:
        level = LEVELS[int(rng.choice(3, p=FOUND[one.level]))]
        if (one.set_id, level) not in samples:
            level = one.level
        found.append((next_pk + len(found), one, level))
    if not found:
        return found
    session.execute(
        read_sql("copy_demo_findings"),
        {
            "assessment_pks": [pk for pk, _, _ in found],
            "venue_pks": [one.venue_pk for _, one, _ in found],
            "samples": [samples[one.set_id, level] for _, one, level in found],
            "moments": [_at(one.day, 15) for _, one, _ in found],
            "until": [one.day + timedelta(days=one.days_after) for _, one, _ in found],
        },
    )
    session.execute(
        insert(FindingNote),
        [{"assessment_pk": pk, "venue_pk": one.venue_pk, "wording": NOTE} for pk, one, _ in found],
    )
    session.execute(
        insert(InspectionPair),
        [
            {
                "inspection_pk": pk,
                "self_assessment_pk": one.assessment_pk,
                "venue_pk": one.venue_pk,
                "day": one.day,
                "self_level": one.level.value,
                "inspected_level": level.value,
            }
            for pk, one, level in found
        ],
    )
    return found


def _appeal(
    session: Session,
    rng: np.random.Generator,
    found: list[tuple[int, _Said, VenueLevel]],
    last_day: date,
) -> None:
    """A few owners whose venue came out worse appeal; most of the appeals are still open."""
    rows: list[dict[str, Any]] = []
    for pk, one, level in found:
        is_worse = LEVELS.index(level) > LEVELS.index(one.level)
        filed_on = one.day + timedelta(days=2)
        if not is_worse or filed_on > last_day or rng.random() > 0.25:
            continue
        is_open = bool((last_day - filed_on).days < 20)
        rows.append(
            {
                "appeal_id": _sign(rng),
                "venue_pk": one.venue_pk,
                "assessment_pk": pk,
                "filed_at": _at(filed_on, 9),
                "wording": NOTE,
                "due_on": appeal_due_on(filed_on),
                "state": "open" if is_open else "upheld",
                "decided_at": None if is_open else _at(filed_on + timedelta(days=14), 10),
                "decision_reason": None if is_open else NOTE,
            }
        )
    if rows:
        session.execute(insert(Appeal), rows)


def _review(
    session: Session, rng: np.random.Generator, said: list[_Said], *, is_decided: bool
) -> None:
    """Store a review of each submission, confirmed or waiting, for the reason of the rules.

    What the rules would leave alone was drawn: a draw of 0 always is.
    """
    by_pk = {one.assessment_pk: one for one in said}
    facts = session.execute(
        read_sql("read_review_facts"),
        {"assessment_pks": list(by_pk), "today": min((one.day for one in said), default=date.max)},
    )
    rows: list[dict[str, Any]] = []
    for row in facts:
        one = by_pk[row.assessment_pk]
        submitted = submitted_of(row)
        reason = choose_review(replace(submitted, draw=0.0)) if submitted else None
        if reason is None:
            continue
        rows.append(
            {
                "review_id": _sign(rng),
                "venue_pk": one.venue_pk,
                "assessment_pk": one.assessment_pk,
                "reason": reason.value,
                "priority": PRIORITY[reason],
                "state": "confirmed" if is_decided else "waiting",
                "created_at": one.submitted_at,
                "decided_at": _at(one.day, 16) if is_decided else None,
            }
        )
    if rows:
        session.execute(insert(Review), rows)


def _sign(rng: np.random.Generator) -> str:
    return "".join(SIGNS[rng.integers(0, len(SIGNS), 16)].tolist())


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), VIETNAM)
