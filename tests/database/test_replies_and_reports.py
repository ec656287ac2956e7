"""Replies and wishes of owners, and reports of the public."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from assessments.levels import VenueLevel
from data.errors import ConflictError, InputError
from data.queries.committee import count_work, read_reports
from data.queries.verification import read_report_tally, read_verification
from data.services.verification.replies import ask_for_revisit, moderate_reply, write_reply
from data.services.verification.reports import (
    ReportReason,
    file_report,
    forget_report_words,
    judge_report,
)
from tests.town import Town


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
