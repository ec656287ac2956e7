"""What a committee decides on submissions: looks, corrections, inspections, and their trust."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from assessments.levels import VenueLevel
from assessments.trust import Trust
from data.errors import ConflictError, InputError, NotFoundError
from data.queries.committee import count_work, read_queue, read_reports
from data.services.verification.replies import write_reply
from data.services.verification.reviews import ask_again, confirm, correct
from tests.people import make_account
from tests.town import Town, answers_of, assert_counted


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


def test_a_review_that_waits_moves_on_and_is_never_doubled(town: Town) -> None:
    town.submit(VenueLevel.SAFE)
    review_id = town.review()
    newest = town.submit(VenueLevel.SAFE)
    with town.sessions() as session:
        rows = session.execute(
            text("SELECT review_id, assessment_pk, reason FROM review WHERE state = 'waiting'")
        ).all()
    assert [tuple(row) for row in rows] == [(review_id, newest, "report")]
