from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from assessments.answers import PASS
from assessments.criteria import load_criteria_sets
from assessments.errors import AnswersError
from assessments.levels import VenueLevel
from data.clock import now, today
from data.errors import ConflictError, InputError, NotFoundError
from data.services.assessing.submissions import Submission, submit
from data.services.counting.aggregation import aggregate
from data.services.counting.levels import read_generation, read_levels
from geo.levels import AdminLevel
from tests.level_data import add_tree, add_venue, at_noon, counts_of

SET = load_criteria_sets()["workplace-2194"]
HARMLESS: dict[str, object] = {
    one.id: PASS if one.answer == "pass_fail" else 0 for one in SET.criteria
}
RISKY: dict[str, object] = {
    one.id: PASS if one.answer == "pass_fail" else one.max_points for one in SET.criteria
}


def send(
    sessions: sessionmaker[Session],
    venue_id: str,
    *,
    answers: dict[str, object] = HARMLESS,
    submitted_at: datetime | None = None,
    set_id: str | None = None,
    submission_key: str | None = None,
) -> Submission:
    return submit(
        sessions,
        venue_id=venue_id,
        answers=answers,
        submitted_at=submitted_at or now(),
        source="test",
        set_id=set_id,
        submission_key=submission_key,
    )


def spans_of(sessions: sessionmaker[Session]) -> list[tuple[date, date, str]]:
    with sessions() as session:
        rows = session.execute(
            text("SELECT first_day, last_day, level FROM venue_level_span ORDER BY first_day")
        )
        return [(row[0], row[1], row[2]) for row in rows]


@pytest.fixture
def venue(sessions: sessionmaker[Session]) -> str:
    with sessions.begin() as session:
        tree = add_tree(session)
        return add_venue(session, tree["00001"])[1]


def test_submission_shows_at_once_in_ward_district_and_province(
    sessions: sessionmaker[Session], venue: str
) -> None:
    aggregate(sessions, first_day=today(), last_day=today())
    with sessions() as session:
        before = read_generation(session, "e3", today())
    done = send(sessions, venue)
    assert done.is_new
    assert done.level is VenueLevel.SAFE
    for level in AdminLevel:
        table = read_levels(sessions, edition_code="e3", level=level, parent_code=None, day=today())
        assert table.generation == before + 1
        assert table.counts.safe.sum() == 1
        assert table.counts.venues.sum() == 1
        assert table.not_assessed.sum() == 0


def test_same_key_stores_nothing_new_and_gives_the_first_result(
    sessions: sessionmaker[Session], venue: str
) -> None:
    first = send(sessions, venue, submission_key="a key")
    again = send(sessions, venue, submission_key="a key")
    assert not again.is_new
    assert again.assessment_pk == first.assessment_pk
    assert again.valid_until == first.valid_until
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM assessment")) == 1


def test_same_key_with_other_answers_or_another_venue_is_refused(
    sessions: sessionmaker[Session], venue: str
) -> None:
    send(sessions, venue, submission_key="a key")
    with pytest.raises(ConflictError, match="other answers"):
        send(sessions, venue, answers=RISKY, submission_key="a key")
    with sessions.begin() as session:
        other = add_venue(session)[1]
    with pytest.raises(ConflictError, match="another venue"):
        send(sessions, other, submission_key="a key")


def test_later_submission_ends_the_earlier_one_the_day_before(
    sessions: sessionmaker[Session], venue: str
) -> None:
    day = today()
    old = send(sessions, venue, submitted_at=at_noon(day - timedelta(days=4)))
    new = send(sessions, venue, answers=RISKY)
    assert spans_of(sessions) == [
        (day - timedelta(days=4), day - timedelta(days=1), old.level.value),
        (day, new.valid_until, new.level.value),
    ]


def test_submission_dated_between_others_ends_where_the_next_begins(
    sessions: sessionmaker[Session], venue: str
) -> None:
    day = today()
    aggregate(sessions, first_day=day - timedelta(days=20), last_day=day)
    send(sessions, venue, submitted_at=at_noon(day - timedelta(days=6)))
    last = send(sessions, venue)
    send(sessions, venue, answers=RISKY, submitted_at=at_noon(day - timedelta(days=3)))
    assert spans_of(sessions) == [
        (day - timedelta(days=6), day - timedelta(days=4), "safe"),
        (day - timedelta(days=3), day - timedelta(days=1), "unsafe"),
        (day, last.valid_until, "safe"),
    ]
    kept = counts_of(sessions)
    aggregate(sessions, first_day=day - timedelta(days=20), last_day=day)
    assert counts_of(sessions) == kept


def test_of_one_day_the_later_moment_counts_in_whatever_order_they_come(
    sessions: sessionmaker[Session], venue: str
) -> None:
    noon = at_noon(today() - timedelta(days=1))
    send(sessions, venue, submitted_at=noon)
    send(sessions, venue, answers=RISKY, submitted_at=noon - timedelta(hours=1))
    assert [level for *_, level in spans_of(sessions)] == ["safe"]
    send(sessions, venue, answers=RISKY, submitted_at=noon + timedelta(hours=1))
    assert [level for *_, level in spans_of(sessions)] == ["unsafe"]


def test_only_the_days_that_change_get_a_new_generation(
    sessions: sessionmaker[Session], venue: str
) -> None:
    day = today()
    aggregate(sessions, first_day=day - timedelta(days=3), last_day=day)
    send(sessions, venue, submitted_at=at_noon(day - timedelta(days=3)))
    with sessions() as session:
        before = [read_generation(session, "e3", day - timedelta(days=i)) for i in range(4)]
    send(sessions, venue, answers=RISKY)
    with sessions() as session:
        after = [read_generation(session, "e3", day - timedelta(days=i)) for i in range(4)]
    assert [new - old for new, old in zip(after, before, strict=True)] == [1, 0, 0, 0]


def test_wrong_submissions_are_refused_and_store_nothing(
    sessions: sessionmaker[Session], venue: str
) -> None:
    day = today()
    with sessions.begin() as session:
        closed = add_venue(session, closed_on=day)[1]
        cafe = add_venue(session, venue_type="cafe")[1]
    with pytest.raises(NotFoundError, match="no venue 'NOBODY'"):
        send(sessions, "NOBODY")
    with pytest.raises(ConflictError, match="closed since"):
        send(sessions, closed)
    with pytest.raises(ConflictError, match="type cafe"):
        send(sessions, cafe)
    with pytest.raises(ConflictError, match="not for venues of type office"):
        send(sessions, venue, set_id="hospital-3088")
    with pytest.raises(NotFoundError, match="no criteria set 'x'"):
        send(sessions, venue, set_id="x")
    with pytest.raises(InputError, match="future"):
        send(sessions, venue, submitted_at=now() + timedelta(minutes=5))
    with pytest.raises(InputError, match="time zone"):
        send(sessions, venue, submitted_at=datetime(2021, 11, 20))  # noqa: DTZ001  # refused
    with pytest.raises(AnswersError, match=SET.criteria[0].id):
        send(sessions, venue, answers={})
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM assessment")) == 0


def test_closed_venue_can_still_be_assessed_for_a_day_on_which_it_was_open(
    sessions: sessionmaker[Session],
) -> None:
    day = today()
    with sessions.begin() as session:
        tree = add_tree(session)
        closed = add_venue(session, tree["00001"], closed_on=day - timedelta(days=1))[1]
    aggregate(sessions, first_day=day - timedelta(days=4), last_day=day)
    send(sessions, closed, submitted_at=at_noon(day - timedelta(days=3)))
    kept = counts_of(sessions)
    assert {key[0] for key, counts in kept.items() if counts[1]} == {
        day - timedelta(days=3),
        day - timedelta(days=2),
    }
    aggregate(sessions, first_day=day - timedelta(days=4), last_day=day)
    assert counts_of(sessions) == kept


def test_many_threads_at_once_give_what_a_full_count_gives(
    committing_sessions: sessionmaker[Session],
) -> None:
    sessions, day = committing_sessions, today()
    with sessions.begin() as session:
        tree = add_tree(session, "e3")
        other = add_tree(session, "e3b")
        wards = ("00001", "00004", "00006")
        venues = [
            add_venue(session, tree[wards[i % 3]], other[wards[(i + 1) % 3]])[1] for i in range(12)
        ]
    aggregate(sessions, first_day=day - timedelta(days=5), last_day=day - timedelta(days=1))

    def work(i: int) -> None:
        if i % 10 == 3:
            read_levels(
                sessions,
                edition_code="e3" if i % 20 == 3 else "e3b",
                level=AdminLevel.WARD,
                parent_code=None,
                day=day,
            )
        elif i % 25 == 7:
            aggregate(sessions, first_day=day - timedelta(days=3), last_day=day)
        else:
            send(
                sessions,
                venues[i % len(venues)],
                answers=(HARMLESS, RISKY)[i % 2],
                submitted_at=now() if i % 4 else at_noon(day - timedelta(days=i % 5 + 1)),
            )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(150)))
    kept = counts_of(sessions)
    assert len(kept) > 0
    aggregate(sessions, first_day=day - timedelta(days=5), last_day=day)
    assert counts_of(sessions) == kept
