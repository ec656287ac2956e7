"""What committees, owners and the public do about levels: from submission to appeal."""

import random
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from assessments.answers import allowed_answers
from assessments.criteria import criteria_set_for
from assessments.levels import VenueLevel
from assessments.scoring import score
from assessments.trust import Trust
from data.clock import day_of, now
from data.errors import ConflictError, InputError, NotFoundError
from data.queries.committee import count_work, read_queue, read_reports
from data.queries.reviews import read_report_tally, read_verification
from data.queries.trust import read_trust
from data.scope import Actor, scoped_sessions
from data.services.assessing.submissions import submit
from data.services.counting.aggregation import aggregate
from data.services.verification.appeals import (
    SamePersonError,
    file_appeal,
    overturn,
    uphold,
    withdraw_appeal,
)
from data.services.verification.findings import inspect_venue
from data.services.verification.replies import ask_for_revisit, moderate_reply, write_reply
from data.services.verification.reports import (
    ReportReason,
    file_report,
    forget_report_words,
    judge_report,
)
from data.services.verification.reviews import ask_again, confirm, correct
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
            return session.scalar(
                text(
                    "SELECT level FROM venue_level_span WHERE venue_pk = :pk"
                    " AND :day BETWEEN first_day AND last_day"
                ),
                {"pk": self.venue_pk, "day": day_of(now())},
            )


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


@pytest.fixture
def town(sessions: Sessions) -> Town:
    return Town(sessions)


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


@pytest.fixture
def counted_town(town: Town) -> Town:
    aggregate(town.sessions, first_day=day_of(now()), last_day=day_of(now()))
    return town


def test_never_assessed_then_self_declared_then_expired(counted_town: Town) -> None:
    town = counted_town
    assert town.trust() is None
    town.submit(VenueLevel.SAFE, ago=timedelta(days=400))
    assert town.trust() is Trust.EXPIRED
    town.submit(VenueLevel.SAFE)
    assert town.trust() is Trust.SELF_DECLARED
    assert assert_counted(town)["ever_assessed"] == 1


def test_confirming_makes_documents_checked(counted_town: Town) -> None:
    town = counted_town
    town.submit(VenueLevel.SAFE)
    review_id = town.review()
    confirm(town.of(town.committee), review_id=review_id, actor=town.committee)
    assert town.trust() is Trust.DOCUMENTS_CHECKED
    assert assert_counted(town)["documents_checked"] == 1
    with pytest.raises(ConflictError):
        confirm(town.of(town.committee), review_id=review_id, actor=town.committee)


def test_a_correction_lowers_the_level_and_keeps_the_earlier(counted_town: Town) -> None:
    town = counted_town
    declared = town.submit(VenueLevel.SAFE)
    review_id = town.review()
    with pytest.raises(InputError):
        correct(
            town.of(town.committee),
            review_id=review_id,
            answers=answers_of(VenueLevel.UNSAFE),
            reason=" ",
            actor=town.committee,
        )
    with pytest.raises(ConflictError):
        correct(
            town.of(town.committee),
            review_id=review_id,
            answers=answers_of(VenueLevel.SAFE),
            reason="Không có gì khác.",
            actor=town.committee,
        )
    found = correct(
        town.of(town.committee),
        review_id=review_id,
        answers=answers_of(VenueLevel.UNSAFE),
        reason="Ảnh cho thấy không có nước rửa tay.",
        actor=town.committee,
    )
    assert (town.level(), town.trust()) == ("unsafe", Trust.DOCUMENTS_CHECKED)
    standing = assert_counted(town)
    assert (standing["documents_checked"], standing["decisions"]) == (1, 1)
    with town.sessions() as session:
        kinds = session.execute(
            text(
                "SELECT assessment_pk, kind, account_pk, valid_until FROM assessment"
                " JOIN assessment_result USING (assessment_pk) ORDER BY assessment_pk"
            )
        ).all()
    assert [row.kind for row in kinds] == ["self", "correction"]
    assert kinds[0].assessment_pk == declared
    assert kinds[1].account_pk == town.committee.account_pk
    assert kinds[1].valid_until == kinds[0].valid_until == found.valid_until


def test_asking_again_contests_until_the_venue_answers(counted_town: Town) -> None:
    town = counted_town
    town.submit(VenueLevel.SAFE, ago=timedelta(days=2))
    review_id = town.review()
    ask_again(
        town.of(town.committee), review_id=review_id, question="Ảnh nào?", actor=town.committee
    )
    assert town.trust() is Trust.CONTESTED
    assert assert_counted(town)["contested"] == 1
    town.submit(VenueLevel.SAFE)
    assert town.trust() is Trust.SELF_DECLARED
    assert assert_counted(town)["contested"] == 0
    with town.of(town.committee)() as session:
        assert [item.reason for item in read_queue(session, town.committee)] == ["asked"]


def test_an_inspection_gives_the_level_and_makes_a_pair(counted_town: Town) -> None:
    town = counted_town
    town.submit(VenueLevel.SAFE)
    town.review()
    town.inspect(VenueLevel.AT_RISK)
    assert (town.level(), town.trust()) == ("at_risk", Trust.INSPECTED)
    standing = assert_counted(town)
    assert (standing["inspected"], standing["safe_at_risk"], standing["decisions"]) == (1, 1, 1)
    with town.of(town.committee)() as session:
        assert read_queue(session, town.committee) == []
        assert count_work(session, town.committee) == {}
    # What the venue says afterwards is believed as long as it claims no more than was found.
    town.submit(VenueLevel.AT_RISK)
    assert town.trust() is Trust.INSPECTED
    town.submit(VenueLevel.SAFE)
    assert (town.level(), town.trust()) == ("safe", Trust.SELF_DECLARED)
    assert_counted(town)
    with town.of(town.committee)() as session:
        assert [item.reason for item in read_queue(session, town.committee)] == ["jump"]


def test_another_areas_committee_finds_nothing(town: Town) -> None:
    town.submit(VenueLevel.SAFE)
    review_id = town.review()
    other = town.of(town.stranger)
    with other() as session:
        assert read_queue(session, town.stranger) == []
        assert read_reports(session, town.stranger) == []
        assert count_work(session, town.stranger) == {}
    with pytest.raises(NotFoundError):
        confirm(other, review_id=review_id, actor=town.stranger)
    with pytest.raises(NotFoundError):
        town.inspect(VenueLevel.UNSAFE, actor=town.stranger)
    with pytest.raises(NotFoundError):
        ask_again(other, review_id=review_id, question="?", actor=town.stranger)
    # An owner is no committee, even of the own venue.
    with pytest.raises(NotFoundError):
        write_reply(
            town.of(make_account(town.sessions)),
            venue_id=town.venue_id,
            assessment_pk=1,
            wording="x",
            actor=town.owner,
        )


def test_an_appeal_contests_and_overturning_restores(counted_town: Town) -> None:
    town = counted_town
    town.submit(VenueLevel.SAFE, ago=timedelta(hours=1))
    found = town.inspect(VenueLevel.UNSAFE)
    appeal_id = file_appeal(
        town.of(town.owner),
        venue_id=town.venue_id,
        assessment_pk=found,
        wording="Bồn rửa ở sau nhà.",
        actor=town.owner,
    )
    assert (town.level(), town.trust()) == ("unsafe", Trust.CONTESTED)
    assert assert_counted(town)["contested"] == 1
    with pytest.raises(ConflictError):
        file_appeal(
            town.of(town.owner),
            venue_id=town.venue_id,
            assessment_pk=found,
            wording="Lần nữa.",
            actor=town.owner,
        )
    with pytest.raises(SamePersonError):
        overturn(town.of(town.committee), appeal_id=appeal_id, reason="Đúng.", actor=town.committee)
    overturn(town.of(town.colleague), appeal_id=appeal_id, reason="Đúng.", actor=town.colleague)
    assert (town.level(), town.trust()) == ("safe", Trust.DOCUMENTS_CHECKED)
    standing = assert_counted(town)
    assert (standing["overturned"], standing["safe_unsafe"], standing["decisions"]) == (1, 0, 1)
    with town.of(town.owner)() as session:
        verification = read_verification(session, town.venue_pk)
    restored, inspection = verification.decisions
    assert (restored.is_restored, restored.note) == (True, "Đúng.")
    assert inspection.appeal_state == "overturned"
    with town.sessions() as session:
        until = session.scalars(
            text("SELECT valid_until FROM assessment_result ORDER BY assessment_pk")
        ).all()
    assert until[0] == until[2]


def test_an_upheld_or_withdrawn_appeal_leaves_the_decision(counted_town: Town) -> None:
    town = counted_town
    town.submit(VenueLevel.SAFE, ago=timedelta(hours=1))
    found = town.inspect(VenueLevel.UNSAFE)
    for decide in ("withdraw", "uphold"):
        appeal_id = file_appeal(
            town.of(town.owner),
            venue_id=town.venue_id,
            assessment_pk=found,
            wording="Không đúng.",
            actor=town.owner,
        )
        if decide == "withdraw":
            withdraw_appeal(town.of(town.owner), appeal_id=appeal_id, actor=town.owner)
        else:
            uphold(
                town.of(town.colleague), appeal_id=appeal_id, reason="Ảnh.", actor=town.colleague
            )
        assert (town.level(), town.trust()) == ("unsafe", Trust.INSPECTED)
    assert assert_counted(town)["overturned"] == 0


def test_nobody_appeals_after_the_time(town: Town) -> None:
    town.submit(VenueLevel.SAFE, ago=timedelta(hours=1))
    found = town.inspect(VenueLevel.UNSAFE)
    with pytest.raises(ConflictError, match="time to appeal"):
        file_appeal(
            town.of(town.owner),
            venue_id=town.venue_id,
            assessment_pk=found,
            wording="Muộn.",
            actor=town.owner,
            at=now() + timedelta(days=40),
        )


def test_a_newer_submission_is_not_undone_by_overturning(counted_town: Town) -> None:
    town = counted_town
    town.submit(VenueLevel.SAFE, ago=timedelta(hours=1))
    found = town.inspect(VenueLevel.UNSAFE)
    town.submit(VenueLevel.AT_RISK)
    appeal_id = file_appeal(
        town.of(town.owner),
        venue_id=town.venue_id,
        assessment_pk=found,
        wording="Không đúng.",
        actor=town.owner,
    )
    overturn(town.of(town.colleague), appeal_id=appeal_id, reason="Đúng.", actor=town.colleague)
    assert (town.level(), town.trust()) == ("at_risk", Trust.SELF_DECLARED)
    assert_counted(town)


def test_a_review_that_waits_moves_on_and_is_never_doubled(town: Town) -> None:
    town.submit(VenueLevel.SAFE)
    review_id = town.review()
    newest = town.submit(VenueLevel.SAFE)
    with town.sessions() as session:
        rows = session.execute(
            text("SELECT review_id, assessment_pk, reason FROM review WHERE state = 'waiting'")
        ).all()
    assert [tuple(row) for row in rows] == [(review_id, newest, "report")]


def test_replies_are_shown_after_they_were_read(town: Town) -> None:
    town.submit(VenueLevel.SAFE, ago=timedelta(hours=1))
    found = town.inspect(VenueLevel.UNSAFE)
    owner = town.of(town.owner)
    with pytest.raises(InputError):
        write_reply(
            owner,
            venue_id=town.venue_id,
            assessment_pk=found,
            wording="x" * 501,
            actor=town.owner,
        )
    for words in ("Sẽ sửa.", "Đã sửa."):
        write_reply(
            owner, venue_id=town.venue_id, assessment_pk=found, wording=words, actor=town.owner
        )
    with pytest.raises(ConflictError):
        moderate_reply(
            town.of(town.committee),
            venue_id=town.venue_id,
            refusal=None,
            wording="Sẽ sửa.",
            actor=town.committee,
        )
    moderate_reply(
        town.of(town.committee),
        venue_id=town.venue_id,
        refusal=None,
        wording="Đã sửa.",
        actor=town.committee,
    )
    with town.of(town.owner)() as session:
        reply = read_verification(session, town.venue_pk).reply
    assert reply is not None
    assert (reply.state, reply.wording) == ("published", "Đã sửa.")


def test_a_wish_for_a_revisit_is_answered_by_an_inspection(town: Town) -> None:
    town.submit(VenueLevel.SAFE, ago=timedelta(hours=1))
    owner = town.of(town.owner)
    with pytest.raises(ConflictError):
        ask_for_revisit(owner, venue_id=town.venue_id, wording="Đã sửa.", actor=town.owner)
    town.inspect(VenueLevel.UNSAFE)
    ask_for_revisit(owner, venue_id=town.venue_id, wording="Đã sửa.", actor=town.owner)
    with pytest.raises(ConflictError):
        ask_for_revisit(owner, venue_id=town.venue_id, wording="Đã sửa.", actor=town.owner)
    with town.of(town.committee)() as session:
        assert count_work(session, town.committee) == {"wish": 1, "revisit": 1}
    town.inspect(VenueLevel.SAFE)
    with town.of(town.committee)() as session:
        assert count_work(session, town.committee) == {}


def test_reports_change_no_level_and_owners_never_read_them(town: Town) -> None:
    town.submit(VenueLevel.SAFE)
    before = (town.level(), town.trust())
    file_report(
        town.sessions,
        venue_id=town.venue_id,
        reason=ReportReason.CROWDED,
        wording="Tôi là Nguyễn Văn A, 0900000000",
    )
    assert (town.level(), town.trust()) == before
    with town.of(town.owner)() as session:
        assert session.scalars(text("SELECT wording FROM venue_report")).all() == []
    with town.sessions() as session:
        tally = read_report_tally(session, town.venue_pk)
    assert [(one.reason, one.state, one.count) for one in tally] == [("crowded", "new", 1)]
    with town.of(town.committee)() as session:
        (report,) = read_reports(session, town.committee)
    assert report.wording == "Tôi là Nguyễn Văn A, 0900000000"
    judge_report(
        town.of(town.committee), report_id=report.report_id, is_founded=False, actor=town.committee
    )


@pytest.mark.parametrize(("age", "is_kept"), [(88, True), (89, True), (90, False)])
def test_words_of_reports_are_kept_ninety_days(town: Town, age: int, is_kept: bool) -> None:
    today = date(2026, 6, 1)
    town.submit(VenueLevel.SAFE)
    file_report(
        town.sessions,
        venue_id=town.venue_id,
        reason=ReportReason.OTHER,
        wording="Một câu.",
        at=datetime(2026, 6, 1, 3, tzinfo=UTC) - timedelta(days=age),
    )
    with town.sessions.begin() as session:
        forget_report_words(session, today)
        kept = session.scalar(text("SELECT wording FROM venue_report"))
    assert (kept is not None) is is_kept
