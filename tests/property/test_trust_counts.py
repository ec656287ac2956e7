"""Trust of venues and areas after any history, against a slow plain twin."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from assessments.levels import VenueLevel
from assessments.review_choice import ReviewReason
from data.clock import day_of, today
from data.errors import ConflictError
from data.scope import Actor, scoped_sessions
from data.services.assessing.submissions import choose_set, submit
from data.services.counting.aggregation import aggregate
from data.services.verification.appeals import file_appeal, withdraw_appeal
from data.services.verification.inspections import inspect_venue
from data.services.verification.judgements import overturn, uphold
from data.services.verification.review_choice import ask_for_review
from data.services.verification.reviews import ask_again, confirm, correct
from tests.level_data import add_tree, at_noon
from tests.people import make_account, make_venue
from tests.town import answers_of

Sessions = sessionmaker[Session]
DAYS = 24
LEVELS = (VenueLevel.SAFE, VenueLevel.AT_RISK, VenueLevel.UNSAFE)
BADNESS = {"safe": 0, "at_risk": 1, "unsafe": 2}


@pytest.mark.parametrize("seed", range(3))
def test_counts_by_difference_equal_the_plain_twin(sessions: Sessions, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # a seeded draw of a test, no secret
    last = today()
    days = [last - timedelta(days=back) for back in range(DAYS, -1, -1)]
    with sessions.begin() as session:
        areas = add_tree(session)
    owner = make_account(sessions)
    ministry, other = (make_account(sessions, role="ministry") for _ in range(2))
    wards = [areas[code] for code in ("00001", "00004", "498")]
    venues = [
        make_venue(sessions, owner=owner, venue_type="office", area_id=chance.choice(wards))
        for _ in range(4)
    ]
    # Some days are counted before anything happens, some are not counted at all.
    aggregate(sessions, first_day=days[0], last_day=days[9])
    aggregate(sessions, first_day=days[14], last_day=last)
    at_work, by_owner, judge = (scoped_sessions(sessions, one) for one in (ministry, owner, other))
    for step in range(40):
        day = days[step * DAYS // 40]
        # Several things happen on one day, one after the other.
        at = at_noon(day) + timedelta(seconds=step)
        venue_id = chance.choice(venues)
        act = chance.choice(["submit", "submit", "inspect", "review", "appeal", "judge"])
        try:
            if act == "submit":
                submit(
                    by_owner,
                    venue_id=venue_id,
                    answers=answers_of(chance.choice(LEVELS)),
                    submitted_at=at,
                    source="test",
                )
            elif act == "inspect":
                inspect_venue(
                    at_work,
                    venue_id=venue_id,
                    answers=answers_of(chance.choice(LEVELS)),
                    note="-",
                    actor=ministry,
                    set_version=choose_set("office", day, None).version,
                    at=at,
                )
            elif act == "review":
                _review(sessions, at_work, actor=ministry, venue_id=venue_id, chance=chance, at=at)
            elif act == "appeal":
                _appeal(sessions, by_owner, owner, venue_id, at)
            else:
                _judge(
                    sessions,
                    judge,
                    by_owner,
                    other=other,
                    owner=owner,
                    venue_id=venue_id,
                    chance=chance,
                    at=at,
                )
        except ConflictError:
            continue
    standing = _stored(sessions, days)
    with sessions() as session:
        counted = set(session.scalars(text("SELECT day FROM level_generation")))
        plain = _count_plainly(session, [day for day in days if day in counted])
    assert standing == plain
    aggregate(sessions, first_day=days[0], last_day=last)
    with sessions() as session:
        assert _stored(sessions, days) == _count_plainly(session, days)


def _review(
    sessions: Sessions,
    at_work: Sessions,
    *,
    actor: Actor,
    venue_id: str,
    chance: random.Random,
    at: datetime,
) -> None:
    with sessions.begin() as session:
        venue_pk = _pk(session, venue_id)
        ask_for_review(session, venue_pk, ReviewReason.RANDOM)
        review_id = session.scalar(
            text("SELECT review_id FROM review WHERE venue_pk = :pk AND state = 'waiting'"),
            {"pk": venue_pk},
        )
    if review_id is None:
        return
    act = chance.choice(["confirm", "correct", "ask"])
    if act == "confirm":
        confirm(at_work, review_id=review_id, actor=actor, at=at)
    elif act == "ask":
        ask_again(at_work, review_id=review_id, question="?", actor=actor, at=at)
    else:
        correct(
            at_work,
            review_id=review_id,
            answers=answers_of(chance.choice(LEVELS)),
            reason="-",
            actor=actor,
            at=at,
        )


def _appeal(
    sessions: Sessions, by_owner: Sessions, owner: Actor, venue_id: str, at: datetime
) -> None:
    with sessions() as session:
        decision = session.scalar(
            text(
                "SELECT assessment_pk FROM assessment WHERE venue_pk = :pk AND kind <> 'self'"
                " AND source <> 'appeal' ORDER BY submitted_at DESC LIMIT 1"
            ),
            {"pk": _pk(session, venue_id)},
        )
    if decision is not None:
        file_appeal(
            by_owner, venue_id=venue_id, assessment_pk=decision, wording="-", actor=owner, at=at
        )


def _judge(
    sessions: Sessions,
    judge: Sessions,
    by_owner: Sessions,
    *,
    other: Actor,
    owner: Actor,
    venue_id: str,
    chance: random.Random,
    at: datetime,
) -> None:
    with sessions() as session:
        appeal_id = session.scalar(
            text("SELECT appeal_id FROM appeal WHERE venue_pk = :pk AND state = 'open'"),
            {"pk": _pk(session, venue_id)},
        )
    if appeal_id is None:
        return
    act = chance.choice([overturn, uphold, None])
    if act is None:
        withdraw_appeal(by_owner, appeal_id=appeal_id, actor=owner, at=at)
    else:
        act(judge, appeal_id=appeal_id, reason="-", actor=other, at=at)


def _pk(session: Session, venue_id: str) -> int:
    return int(
        session.execute(
            text("SELECT venue_pk FROM venue WHERE venue_id = :id"), {"id": venue_id}
        ).scalar_one()
    )


def _stored(sessions: Sessions, days: list[date]) -> dict[tuple[date, int], dict[str, int]]:
    with sessions() as session:
        rows = session.execute(
            text("SELECT * FROM area_trust_daily WHERE day >= :first"), {"first": days[0]}
        ).all()
    return {
        (row.day, row.area_id): {
            name: value
            for name, value in row._mapping.items()
            if name not in ("day", "area_id") and value
        }
        for row in rows
    }


def _count_plainly(session: Session, days: list[date]) -> dict[tuple[date, int], dict[str, int]]:
    """Each day, each venue, each area above it, by the words of the rule."""
    found: dict[tuple[date, int], Counter[str]] = {}
    places = session.execute(
        text("SELECT venue_pk, path FROM venue_area JOIN area USING (area_id)")
    ).all()
    histories = {place.venue_pk: _History(session, place.venue_pk) for place in places}
    for day in days:
        for place in places:
            said = histories[place.venue_pk].on(day)
            for area_id in place.path if said else ():
                found.setdefault((day, area_id), Counter()).update(said)
    return {key: {k: v for k, v in counter.items() if v} for key, counter in found.items()}


class _History:
    def __init__(self, session: Session, venue_pk: int) -> None:
        pk = {"pk": venue_pk}
        self.assessments = session.execute(
            text(
                "SELECT a.assessment_pk, kind, source, submitted_at, set_id, level, valid_until"
                " FROM assessment a JOIN assessment_result USING (assessment_pk)"
                " WHERE venue_pk = :pk ORDER BY submitted_at, a.assessment_pk"
            ),
            pk,
        ).all()
        self.reviews = session.execute(
            text("SELECT * FROM review WHERE venue_pk = :pk AND decided_at IS NOT NULL"), pk
        ).all()
        self.appeals = session.execute(text("SELECT * FROM appeal WHERE venue_pk = :pk"), pk).all()
        self.pairs = session.execute(
            text("SELECT * FROM inspection_pair WHERE venue_pk = :pk"), pk
        ).all()

    def on(self, day: date) -> Counter[str]:
        so_far = [one for one in self.assessments if day_of(one.submitted_at) <= day]
        said: Counter[str] = Counter()
        if not so_far:
            return said
        said["ever_assessed"] = 1
        overturned = {
            one.assessment_pk: day_of(one.decided_at)
            for one in self.appeals
            if one.state == "overturned"
        }
        for one in so_far:
            is_decision = one.kind != "self" and one.source != "appeal"
            if is_decision and (day - day_of(one.submitted_at)).days < 365:
                said["decisions"] += 1
        for ended in overturned.values():
            said["overturned"] += ended <= day
        for pair in self.pairs:
            if pair.day <= day and (pair.overturned_on is None or day < pair.overturned_on):
                said[f"{pair.self_level}_{pair.inspected_level}"] += 1
        holding = so_far[-1]
        if holding.valid_until >= day:
            grade = self._grade(day, holding, so_far, overturned)
            if grade:
                said[grade] = 1
        return said

    def _grade(
        self, day: date, holding: Any, so_far: list[Any], overturned: dict[int, date]
    ) -> str:
        if self._is_contested(day):
            return "contested"
        looks: list[tuple[datetime, int, Any, str, bool]] = []
        for one in so_far:
            gone = overturned.get(one.assessment_pk)
            if one.kind != "self" and (gone is None or day < gone):
                trust = "inspected" if one.kind == "inspection" else "documents_checked"
                looks.append((one.submitted_at, one.assessment_pk, one, trust, True))
        by_pk = {one.assessment_pk: one for one in self.assessments}
        for look in self.reviews:
            if look.state == "confirmed" and day_of(look.decided_at) <= day:
                one = by_pk[look.assessment_pk]
                looks.append((look.decided_at, one.assessment_pk, one, "documents_checked", False))
        best = ""
        for at, _, one, trust, is_finding in sorted(looks, key=lambda x: x[:2], reverse=True):
            limit = 90 if trust == "inspected" else 30
            carries = (
                one.set_id == holding.set_id
                and (day - day_of(at)).days < limit
                and BADNESS[holding.level] >= BADNESS[one.level]
            )
            is_same = one.assessment_pk == holding.assessment_pk
            if (is_same or carries) and best != "inspected":
                best = trust
            if is_finding:
                break
        return best

    def _is_contested(self, day: date) -> bool:
        for appeal in self.appeals:
            ended = appeal.decided_at
            if day_of(appeal.filed_at) <= day and (ended is None or day < day_of(ended)):
                return True
        for look in self.reviews:
            if look.state != "asked_again" or day_of(look.decided_at) > day:
                continue
            answers = [
                one.submitted_at for one in self.assessments if one.submitted_at > look.decided_at
            ]
            if not answers or day < day_of(min(answers)):
                return True
        return False
