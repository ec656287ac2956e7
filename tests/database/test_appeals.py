"""Appeals: they contest a decision, and restore what it replaced where they succeed."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from assessments.levels import VenueLevel
from assessments.trust import Trust
from data.clock import now
from data.errors import ConflictError
from data.queries.verification import read_verification
from data.services.verification.appeals import file_appeal, withdraw_appeal
from data.services.verification.judgements import SamePersonError, overturn, uphold
from tests.town import Town, assert_counted


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
