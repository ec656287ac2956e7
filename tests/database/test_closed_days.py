"""A venue is not assessed for a day on which it was closed, whichever way the answers come."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from assessments.answers import PASS
from assessments.criteria import load_criteria_sets
from data.clock import now, today
from data.ingest.assessment_rows import AssessmentColumns
from data.ingest.assessments import import_assessments
from data.models import VenueClosure
from data.queries.closures import find_closure
from data.services.assessing.submissions import submit
from data.services.venues.open_days import VenueClosedError
from data.services.verification.reports import ReportReason, file_report
from tests.bulk_data import add_wards, codes_of, upload, workbook
from tests.level_data import add_tree, add_venue, at_noon, write_ndjson
from tests.people import make_account, make_venue

SET = load_criteria_sets()["workplace-2194"]
ANSWERS: dict[str, object] = {
    one.id: PASS if one.answer == "pass_fail" else 0 for one in SET.criteria
}
SCHOOL = [one.id for one in load_criteria_sets()["school-1467"].criteria]


def close(session: Session, venue_pk: int, first_day: date, last_day: date) -> None:
    session.add(VenueClosure(venue_pk=venue_pk, first_day=first_day, last_day=last_day))


@pytest.fixture
def venue(sessions: sessionmaker[Session]) -> str:
    """A venue that was closed from ten to five days ago, and is to be for two days to come."""
    with sessions.begin() as session:
        venue_pk, venue_id = add_venue(session, add_tree(session)["00001"])
        close(session, venue_pk, today() - timedelta(days=10), today() - timedelta(days=5))
        close(session, venue_pk, today() + timedelta(days=3), today() + timedelta(days=4))
    return venue_id


def count(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalar(text("SELECT count(*) FROM assessment")) or 0


@pytest.mark.parametrize("back", [11, 4, 0])
def test_a_day_beside_the_closure_is_taken(
    sessions: sessionmaker[Session], venue: str, back: int
) -> None:
    moment = at_noon(today() - timedelta(days=back)) if back else now()
    submit(sessions, venue_id=venue, answers=ANSWERS, submitted_at=moment, source="test")
    assert count(sessions) == 1


@pytest.mark.parametrize("back", [10, 7, 5])
def test_a_day_of_the_closure_is_refused_by_its_days(
    sessions: sessionmaker[Session], venue: str, back: int
) -> None:
    day = today() - timedelta(days=back)
    first, last = today() - timedelta(days=10), today() - timedelta(days=5)
    with pytest.raises(VenueClosedError, match=f"closed from {first} to {last}.*{day}") as found:
        submit(sessions, venue_id=venue, answers=ANSWERS, submitted_at=at_noon(day), source="api")
    assert (found.value.closure.first_day, found.value.closure.last_day) == (first, last)
    assert count(sessions) == 0


def test_an_import_lists_the_row_with_the_days(
    sessions: sessionmaker[Session], venue: str, tmp_path: Path
) -> None:
    days = [today() - timedelta(days=back) for back in (7, 4)]
    path = write_ndjson(
        tmp_path / "a.ndjson",
        [
            {"venue_id": venue, "submitted_at": at_noon(day).isoformat(), "answers": ANSWERS}
            for day in days
        ],
    )
    report = import_assessments(
        sessions, path, columns=AssessmentColumns(set_id=None, answers="answers"), source="list"
    )
    assert (report.loaded, report.rejected) == (1, 1)
    listed = (tmp_path / "a.ndjson.rejected.csv").read_text(encoding="utf-8-sig")
    assert (
        f"was closed from {today() - timedelta(days=10)} to {today() - timedelta(days=5)}" in listed
    )


def test_an_upload_names_the_cell_and_the_days(sessions: sessionmaker[Session]) -> None:
    owner = make_account(sessions)
    with sessions.begin() as session:
        wards = add_wards(session)
    venue_id = make_venue(sessions, owner=owner, area_id=wards["00001"])
    first, last = today() - timedelta(days=10), today() - timedelta(days=5)
    with sessions.begin() as session:
        venue_pk = session.scalar(text("SELECT venue_pk FROM venue"))
        close(session, venue_pk or 0, first, last)
        session.execute(text("UPDATE venue SET closed_on = :day"), {"day": today()})
    headers = ("Mã An Toàn Map", "Ngày đánh giá", *(f"[{one}] Tiêu chí" for one in SCHOOL))
    rows = [
        [venue_id, today() - timedelta(days=back), *["Đạt"] * len(SCHOOL)] for back in (7, 4, 0)
    ]
    record = upload(
        sessions, owner, workbook(headers, rows), kind="assessments", set_id="school-1467"
    )
    assert codes_of(record) == [
        (2, "Ngày đánh giá", "venue_closed_between"),
        (4, "Ngày đánh giá", "venue_closed_then"),
    ]
    values = record.report["problems"][0]["values"]
    assert values == {"first": first.isoformat(), "last": last.isoformat()}


def test_a_closing_with_its_end_announced_holds_until_then(
    sessions: sessionmaker[Session], venue: str
) -> None:
    with sessions.begin() as session:
        venue_pk = session.scalar(text("SELECT venue_pk FROM venue")) or 0
        close(session, venue_pk, today() - timedelta(days=1), today() + timedelta(days=1))
    with pytest.raises(VenueClosedError):
        submit(sessions, venue_id=venue, answers=ANSWERS, submitted_at=now(), source="site")
    with pytest.raises(VenueClosedError):
        file_report(sessions, venue_id=venue, reason=ReportReason.UNTRUE, wording="")
    with sessions() as session:
        assert find_closure(session, venue, today() + timedelta(days=2)) is None
        assert find_closure(session, "NOBODY", today()) is None
