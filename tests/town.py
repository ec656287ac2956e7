"""One venue of a ward with its owner and its committee, for tests of verification."""

import random
from datetime import timedelta
from functools import cache

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from assessments.answers import allowed_answers
from assessments.criteria import criteria_set_for
from assessments.levels import VenueLevel
from assessments.scoring import score
from assessments.trust import Trust
from data.clock import day_of, now
from data.queries.committee import read_queue
from data.queries.trust import read_trust
from data.scope import Actor, scoped_sessions
from data.services.assessing.submissions import submit
from data.services.counting.aggregation import aggregate
from data.services.verification.inspections import inspect_venue
from data.services.verification.reports import ReportReason, file_report
from tests.level_data import add_tree
from tests.people import make_account, make_venue

Sessions = sessionmaker[Session]
VENUE_TYPE = "office"


class Town:
    """One venue of a ward, its owner, two of its committee and one of another area."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        with sessions.begin() as session:
            self.areas = add_tree(session)
            session.execute(text("UPDATE boundary_edition SET is_active = true"))
        self.owner = make_account(sessions)
        self.committee = make_account(sessions, role="committee", areas=(("e3", "01"),))
        self.colleague = make_account(sessions, role="committee", areas=(("e3", "01"),))
        self.stranger = make_account(sessions, role="committee", areas=(("e3", "48"),))
        self.venue_id = make_venue(
            sessions,
            owner=self.owner,
            venue_type=VENUE_TYPE,
            area_id=self.areas["00001"],
        )
        with sessions() as session:
            self.venue_pk = session.execute(
                text("SELECT venue_pk FROM venue WHERE venue_id = :id"), {"id": self.venue_id}
            ).scalar_one()

    def of(self, actor: Actor) -> Sessions:
        return scoped_sessions(self.sessions, actor)

    def submit(self, level: VenueLevel, *, ago: timedelta = timedelta(0)) -> int:
        return submit(
            self.of(self.owner),
            venue_id=self.venue_id,
            answers=answers_of(level),
            submitted_at=now() - ago,
            source="test",
        ).assessment_pk

    def review(self) -> str:
        file_report(self.sessions, venue_id=self.venue_id, reason=ReportReason.UNTRUE, wording="")
        with self.of(self.committee)() as session:
            return read_queue(session, self.committee)[0].review_id

    def inspect(self, level: VenueLevel, actor: Actor | None = None) -> int:
        criteria_set = criteria_set_for(VENUE_TYPE, day_of(now()))
        assert criteria_set is not None
        inspector = actor or self.committee
        return inspect_venue(
            self.of(inspector),
            venue_id=self.venue_id,
            answers=answers_of(level),
            note="Thiếu nước rửa tay.",
            actor=inspector,
            set_version=criteria_set.version,
        ).assessment_pk

    def trust(self) -> Trust | None:
        with self.sessions() as session:
            return read_trust(session, self.venue_pk, day_of(now())).trust

    def level(self) -> str | None:
        with self.sessions() as session:
            level: str | None = session.scalar(
                text(
                    "SELECT level FROM venue_level_span WHERE venue_pk = :pk"
                    " AND :day BETWEEN first_day AND last_day"
                ),
                {"pk": self.venue_pk, "day": day_of(now())},
            )
            return level


@cache
def answers_of(level: VenueLevel) -> dict[str, object]:
    """Answers that come out at a level, found by trying."""
    criteria_set = criteria_set_for(VENUE_TYPE, day_of(now()))
    assert criteria_set is not None
    chance = random.Random(7)  # noqa: S311  # a seeded draw of a test, no secret
    for number in range(3_000):
        care = number / 3_000
        answers: dict[str, object] = {}
        for criterion in criteria_set.criteria:
            allowed = [one for one in allowed_answers(criterion) if one != "na"]
            best = allowed[0] if criteria_set.rule.is_lower_safer else allowed[-1]
            answers[criterion.id] = best if chance.random() < care else chance.choice(allowed)
        if score(criteria_set, answers, with_next_level=False).level is level:
            return answers
    raise LookupError(level)


def counts(town: Town) -> dict[str, int]:
    """Trust counts of the ward today, which must be those of counting anew."""
    today = day_of(now())
    with town.sessions() as session:
        row = session.execute(
            text("SELECT * FROM area_trust_daily WHERE day = :day AND area_id = :area"),
            {"day": today, "area": town.areas["00001"]},
        ).one_or_none()
    return {} if row is None else dict(row._mapping)


def assert_counted(town: Town) -> dict[str, int]:
    standing = counts(town)
    aggregate(town.sessions, first_day=day_of(now()), last_day=day_of(now()))
    assert counts(town) == standing
    return standing
