"""Counting in SQL and adding differences, each against a slow plain twin."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from assessments.answers import allowed_answers
from assessments.criteria import criteria_set_for
from assessments.scoring import score
from assessments.validity import valid_until
from data.clock import day_of, today
from data.services.assessing.submissions import submit
from data.services.counting.aggregation import aggregate, ensure_day
from tests.level_data import (
    add_area,
    add_edition,
    add_span,
    add_tree,
    add_venue,
    at_noon,
    counts_of,
    days_between,
)

Counts = dict[tuple[date, int], tuple[int, ...]]
DAY = date(2021, 11, 1)


def add_two_level_edition(session: Session) -> list[int]:
    """Provinces and wards only, and one province without parts; gives the leaf areas."""
    add_edition(session, "e2")
    top = add_area(session, "e2", "01", 1)
    alone = add_area(session, "e2", "99", 1, is_leaf=True)
    return [add_area(session, "e2", code, 3, parent=top) for code in ("00008", "00009")] + [alone]


def count_plainly(session: Session, days: list[date]) -> Counts:
    """Each day, each venue, each area above it: nothing clever."""
    paths = {
        (row.venue_pk, row.edition_code): row.path
        for row in session.execute(
            text("SELECT v.venue_pk, a.edition_code, a.path FROM venue_area v JOIN area a"
                 " USING (area_id)")
        )
    }  # fmt: skip
    venues = session.execute(text("SELECT venue_pk, opened_on, closed_on FROM venue")).all()
    spans = session.execute(text("SELECT * FROM venue_level_span")).all()
    found: dict[tuple[date, int], Counter[str]] = {}
    for day in days:
        for venue in venues:
            is_open = venue.opened_on <= day and (venue.closed_on is None or day < venue.closed_on)
            if not is_open:
                continue
            span = [
                one
                for one in spans
                if one.venue_pk == venue.venue_pk and one.first_day <= day <= one.last_day
            ]
            assert len(span) <= 1, "spans overlap"
            for (venue_pk, _), path in paths.items():
                if venue_pk != venue.venue_pk:
                    continue
                for area_id in path:
                    counter = found.setdefault((day, area_id), Counter())
                    counter["venues"] += 1
                    for one in span:
                        counter[one.level] += 1
                        counter["footfall"] += one.footfall_per_day
                        counter["safety"] += one.footfall_per_day * one.safety_tenths
    names = ("venues", "safe", "at_risk", "unsafe", "footfall", "safety")
    return {key: tuple(counter[name] for name in names) for key, counter in found.items()}


@pytest.mark.parametrize("seed", range(6))
def test_counting_in_sql_equals_the_plain_twin(sessions: sessionmaker[Session], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # a seeded draw of a test, no secret
    last_day = DAY + timedelta(days=chance.choice([0, 3, 16, 40]))
    days = list(days_between(DAY, last_day))
    with sessions.begin() as session:
        tree = add_tree(session)
        leaves = [tree[code] for code in ("00001", "00004", "00006", "498")]
        other_leaves = add_two_level_edition(session)
        for _ in range(30):
            opened_on = DAY + timedelta(days=chance.randint(-30, 20))
            closed_on = opened_on + timedelta(days=chance.randint(0, 40))
            places = chance.choice(
                [[chance.choice(leaves), chance.choice(other_leaves)], [chance.choice(leaves)], []]
            )
            venue_pk, _ = add_venue(
                session,
                *places,
                opened_on=opened_on,
                closed_on=chance.choice([None, closed_on]),
            )
            first_day = DAY + timedelta(days=chance.randint(-40, 5))
            for _ in range(chance.randint(0, 3)):
                until = first_day + timedelta(days=chance.randint(0, 25))
                add_span(
                    session,
                    venue_pk,
                    first_day,
                    until,
                    chance.choice(["safe", "at_risk", "unsafe"]),
                    safety_tenths=chance.randint(0, 1000),
                    footfall=chance.randint(1, 500),
                )
                first_day = until + timedelta(days=chance.randint(1, 10))
    aggregate(sessions, first_day=DAY, last_day=last_day)
    with sessions() as session:
        assert counts_of(sessions) == count_plainly(session, days)

    # Venues move, close and lose their place; the same days counted again are right again.
    with sessions.begin() as session:
        session.execute(text("UPDATE venue_area SET area_id = :to WHERE area_id = :at"),
                        {"to": leaves[1], "at": leaves[0]})  # fmt: skip
        session.execute(
            text("UPDATE venue SET closed_on = greatest(opened_on, :day) WHERE venue_pk % 3 = 0"),
            {"day": DAY + timedelta(days=2)},
        )
        session.execute(text("DELETE FROM venue_area WHERE venue_pk % 5 = 0"))
    aggregate(sessions, first_day=DAY, last_day=last_day)
    with sessions() as session:
        assert counts_of(sessions) == count_plainly(session, days)


@pytest.mark.parametrize("seed", range(4))
def test_adding_differences_equals_the_plain_twin(
    sessions: sessionmaker[Session], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  # a seeded draw of a test, no secret
    now = today()
    days = list(days_between(now - timedelta(days=60), now))
    with sessions.begin() as session:
        tree = add_tree(session)
        leaves = [tree[code] for code in ("00001", "00004", "498")]
        other_leaves = add_two_level_edition(session)
        venues = [
            add_venue(
                session,
                chance.choice(leaves),
                chance.choice(other_leaves),
                venue_type=chance.choice(["office", "hospital.public", "school.primary"]),
                opened_on=now - timedelta(days=chance.randint(0, 90)),
                closed_on=chance.choice([None, None, now + timedelta(days=5)]),
                footfall=chance.randint(1, 500),
            )
            for _ in range(6)
        ]
    # Some days are counted before anything is submitted, some only between, some never.
    aggregate(sessions, first_day=days[0], last_day=days[20])
    aggregate(sessions, first_day=days[-3], last_day=now)
    results: dict[int, list[tuple[date, int, date, str]]] = {}
    for step in range(60):
        venue_pk, venue_id = chance.choice(venues)
        day = now - timedelta(days=chance.choice([0, 0, 1, 2, 30, chance.randint(0, 300)]))
        moment = at_noon(day) - timedelta(hours=chance.randint(0, 4) + 8 * (day == now))
        done = submit(
            sessions,
            venue_id=venue_id,
            answers=random_answers(chance, venue_type_of(sessions, venue_pk), day_of(moment)),
            submitted_at=moment,
            source="test",
        )
        results.setdefault(venue_pk, []).append((moment, step, done.valid_until, done.level.value))
        if step == 30:
            with sessions.begin() as session:
                ensure_day(session, "e3", days[30])
    with sessions() as session:
        counted = {
            (row.edition_code, row.day)
            for row in session.execute(text("SELECT edition_code, day FROM level_generation"))
        }
        editions = dict(session.execute(text("SELECT area_id, edition_code FROM area")).all())
        plain = count_plainly(session, days)
        spans = session.execute(text("SELECT * FROM venue_level_span")).all()
    assert counts_of(sessions) == {
        (day, area): counts
        for (day, area), counts in plain.items()
        if (editions[area], day) in counted
    }
    for venue_pk, given in results.items():
        mine = {one.first_day: one for one in spans if one.venue_pk == venue_pk}
        for day in days_between(now - timedelta(days=310), now + timedelta(days=400)):
            expected = level_plainly(given, day)
            holding = [one.level for one in mine.values() if one.first_day <= day <= one.last_day]
            assert holding == ([expected] if expected else []), (venue_pk, day)


def level_plainly(given: list[tuple[date, int, date, str]], day: date) -> str | None:
    """Of all submissions up to a day the last one counts, if it still holds."""
    earlier = [one for one in given if day_of(one[0]) <= day]
    if not earlier:
        return None
    _, _, until, level = max(earlier, key=lambda one: one[:2])
    return level if day <= until else None


def venue_type_of(sessions: sessionmaker[Session], venue_pk: int) -> str:
    with sessions() as session:
        return str(
            session.scalar(
                text("SELECT venue_type FROM venue WHERE venue_pk = :pk"), {"pk": venue_pk}
            )
        )


def random_answers(chance: random.Random, venue_type: str, day: date) -> dict[str, object]:
    criteria_set = criteria_set_for(venue_type, day)
    assert criteria_set is not None
    answers: dict[str, object] = {}
    for criterion in criteria_set.criteria:
        allowed = [one for one in allowed_answers(criterion) if one != "na"]
        answers[criterion.id] = allowed[-1] if chance.random() < 0.8 else chance.choice(allowed)
    assert valid_until(criteria_set, day) >= day
    assert score(criteria_set, answers, with_next_level=False)
    return answers
