"""Bulk upload of assessments: scored as a submission is, stored once, counted by the difference."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import build_set_book, load_criteria_sets
from assessments.definition_files import read_definition_texts
from dashboard.pages.bulk.view import upload_view
from dashboard.texts.catalogue import texts
from data.clock import today
from data.services.bulk.uploads import (
    KEPT,
    MOST_PER_DAY,
    TooManyUploadsError,
    add_upload,
    confirm_upload,
    discard_upload,
    forget_uploads,
    read_upload_record,
)
from data.services.counting.aggregation import ensure_day, recount_from
from tests.bulk_data import HEADERS as VENUE_HEADERS
from tests.bulk_data import add_wards, codes_of, confirm, upload, venue_row, workbook
from tests.people import make_account, make_venue

SET = "school-1467"
CRITERIA = [criterion.id for criterion in load_criteria_sets()[SET].criteria]
HEADERS = ("Mã của bạn", "Ngày đánh giá", *(f"[{one}] Tiêu chí" for one in CRITERIA))
COUNTS = "SELECT * FROM area_level_daily ORDER BY day, area_id"
TRUST = "SELECT * FROM area_trust_daily ORDER BY day, area_id"


@pytest.fixture
def ids(sessions: sessionmaker[Session]) -> dict[str, int]:
    with sessions.begin() as session:
        return add_wards(session)


def _row(code: str, day: object, answer: str = "Đạt") -> list[object]:
    return [code, day, *[answer] * len(CRITERIA)]


def _rows(sessions: sessionmaker[Session], statement: str) -> list[tuple[object, ...]]:
    with sessions() as session:
        return [tuple(row) for row in session.execute(text(statement))]


def test_assessments_of_own_venues_are_scored_stored_once_and_counted(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner, day = make_account(sessions), today()
    venues = [venue_row(f"A{n}", name=f"Trường {n}", lon=105.1 + n / 10) for n in range(8)]
    confirm(sessions, owner, upload(sessions, owner, workbook(VENUE_HEADERS, venues)))
    with sessions.begin() as session:
        session.execute(text("UPDATE venue SET opened_on = opened_on - 60"))
        for shift in (-20, -3, 0, 5, 300):
            assert ensure_day(session, "e3", day + timedelta(days=shift))
    rows = [_row(f"A{n}", day - timedelta(days=n), "Đạt" if n % 2 else "fail") for n in range(8)]
    rows.append(_row("A1", day, "Không đạt"))
    content = workbook(HEADERS, rows)
    record = upload(sessions, owner, content, kind="assessments", set_id=SET)
    assert (record.report["new"], record.report["problems"]) == (9, [])
    stored = confirm(sessions, owner, record)
    assert stored.report["stored"] == 9
    again = upload(sessions, owner, content, kind="assessments", set_id=SET)
    assert (again.report["new"], again.report["unchanged"]) == (0, 9)
    facts = _rows(
        sessions,
        "SELECT DISTINCT account_pk, declared_name, kind, source FROM assessment",
    )
    assert facts == [(owner.account_pk, "Người thử", "self", f"bulk:{owner.account_id}")]
    by_difference = [_rows(sessions, COUNTS), _rows(sessions, TRUST)]
    assert any(row[3] for row in by_difference[0])
    with sessions.begin() as session:
        session.execute(text("TRUNCATE area_level_daily, area_trust_daily"))
        recount_from(session, "e3", day - timedelta(days=60))
    assert [_rows(sessions, COUNTS), _rows(sessions, TRUST)] == by_difference


def test_answers_are_named_by_cell(sessions: sessionmaker[Session], ids: dict[str, int]) -> None:
    owner, other, day = make_account(sessions), make_account(sessions), today()
    confirm(sessions, owner, upload(sessions, owner, workbook(VENUE_HEADERS, [venue_row("A1")])))
    theirs = make_venue(sessions, owner=other, lon=105.4, lat=21.4, area_id=ids["00001"])
    rows = [
        ["A1", day, "Tốt", "", *["pass"] * (len(CRITERIA) - 2)],
        _row("B9", day),
        _row("A1", day + timedelta(days=2)),
        _row("A1", day - timedelta(days=40)),
        _row("A1", 44520),
        _row(theirs, day),
        _row("A1", date(2021, 11, 20)),
    ]
    record = upload(sessions, owner, workbook(HEADERS, rows), kind="assessments", set_id=SET)
    first, second = (f"[{one}] Tiêu chí" for one in CRITERIA[:2])
    assert codes_of(record) == [
        (2, first, "answer_not_allowed"),
        (2, second, "answer_missing"),
        (3, "Mã của bạn", "venue_unknown"),
        (4, "Ngày đánh giá", "day_future"),
        (5, "Ngày đánh giá", "day_old"),
        (6, "Ngày đánh giá", "day_number"),
        (7, "Mã của bạn", "venue_unknown"),
        (8, "Ngày đánh giá", "day_old"),
    ]


def test_a_set_for_other_types_is_refused_and_a_missing_criterion_ends_the_reading(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner = make_account(sessions)
    venue = venue_row("A1", name="Nhà máy", kind="Nhà máy")
    confirm(sessions, owner, upload(sessions, owner, workbook(VENUE_HEADERS, [venue])))
    rows = [_row("A1", today())]
    unfit = upload(sessions, owner, workbook(HEADERS, rows), kind="assessments", set_id=SET)
    assert codes_of(unfit) == [(2, "Mã của bạn", "set_unfit")]
    short = workbook(HEADERS[:-1], [row[:-1] for row in rows])
    refused = upload(sessions, owner, short, kind="assessments", set_id=SET)
    assert (refused.state, refused.report["refused"]) == ("refused", "missing_criteria")
    assert refused.report["values"] == {"ids": CRITERIA[-1]}


@pytest.fixture
def two_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Since yesterday a new version of the set asks for criterion 16 instead of 15."""
    old = read_definition_texts()[f"{SET}.yaml"]
    begins = f'version: "2020-04-28.2"\nversion_from: {today() - timedelta(days=1)}'
    new = old.replace('version: "2020-04-28.1"', begins).replace('id: "15"', 'id: "16"')
    new = new.replace('en: "School COVID-19 safety criteria"', 'en: "School criteria, new"')
    book = build_set_book({f"{SET}.yaml": old, f"{SET}@2020-04-28.2.yaml": new})
    monkeypatch.setattr("assessments.criteria.load_set_book", lambda: book)


@pytest.mark.usefixtures("two_versions")
def test_each_row_is_read_by_the_version_of_its_day(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner, day = make_account(sessions), today()
    confirm(sessions, owner, upload(sessions, owner, workbook(VENUE_HEADERS, [venue_row("A1")])))
    headers = (*HEADERS, "[16] Tiêu chí mới")
    rows = [
        [*_row("A1", day - timedelta(days=2)), ""],
        [*_row("A1", day)[:-1], "", "Đạt"],
        _row("A1", day),
        [*_row("A1", day - timedelta(days=3))[:-1], "", "Đạt"],
    ]
    rows[2].append("")
    with sessions.begin() as session:
        session.execute(text("UPDATE venue SET opened_on = opened_on - 60"))
    record = upload(sessions, owner, workbook(headers, rows), kind="assessments", set_id=SET)
    old, new = headers[-2:]
    assert sorted(codes_of(record)) == [
        (4, old, "answer_unknown"),
        (4, new, "answer_missing"),
        (5, old, "answer_missing"),
        (5, new, "answer_unknown"),
    ]
    allowed = {one["column"]: one["values"]["allowed"] for one in record.report["problems"][:2]}
    assert allowed == {old: "", new: "fail|pass"}
    confirm(sessions, owner, record, mode="good")
    stored = "SELECT set_version FROM assessment ORDER BY submitted_at"
    assert _rows(sessions, stored) == [("2020-04-28.1",), ("2020-04-28.2",)]
    # A file of old days alone is one of the old version.
    only_old = workbook(HEADERS, [_row("A1", day - timedelta(days=4))])
    assert upload(sessions, owner, only_old, kind="assessments", set_id=SET).report["new"] == 1


@pytest.mark.usefixtures("two_versions")
def test_an_upload_is_named_by_the_set_of_its_day(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner = make_account(sessions)
    content = workbook(HEADERS, [_row("A1", today())])
    record = upload(sessions, owner, content, kind="assessments", set_id=SET)
    before = replace(record, uploaded_at=record.uploaded_at - timedelta(days=5))
    assert upload_view(texts("en"), record).title.endswith(": School criteria, new")
    assert upload_view(texts("en"), before).title.endswith(": School COVID-19 safety criteria")


def test_a_committee_assesses_only_venues_of_its_areas_without_owner(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    committee = make_account(sessions, role="committee", areas=(("e3", "01"),))
    free = make_venue(sessions, lon=105.1, lat=21.1, area_id=ids["00001"])
    held = make_venue(
        sessions, owner=make_account(sessions), lon=105.2, lat=21.1, area_id=ids["00001"]
    )
    away = make_venue(sessions, lon=104.2, lat=21.1, area_id=ids["26734"])
    headers = ("Mã An Toàn Map", *HEADERS[1:])
    rows = [_row(one, today()) for one in (free, held, away)]
    record = upload(sessions, committee, workbook(headers, rows), kind="assessments", set_id=SET)
    assert codes_of(record) == [
        (3, "Mã An Toàn Map", "has_owner"),
        (4, "Mã An Toàn Map", "venue_unknown"),
    ]
    assert confirm(sessions, committee, record, mode="good").report["stored"] == 1


def test_files_are_forgotten_after_seven_days_and_no_cell_stays(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner = make_account(sessions)
    record = upload(sessions, owner, workbook(VENUE_HEADERS, [venue_row("A1", lat=1)]))
    for days, expected in ((-1, 0), (1, 1), (2, 0)):
        with sessions.begin() as session:
            at = record.uploaded_at + KEPT + timedelta(seconds=days)
            assert forget_uploads(session, at) == expected
    row = _rows(sessions, "SELECT content, rest, report::text FROM bulk_upload")[0]
    assert row[:2] == (None, None)
    assert "Hoa Sen" not in str(row[2])
    with sessions.begin() as session:
        forget_uploads(session, record.uploaded_at + timedelta(days=366))
    assert _rows(sessions, "SELECT count(*) FROM bulk_upload") == [(0,)]


def test_a_discarded_file_is_gone_and_others_find_nothing(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner, other = make_account(sessions), make_account(sessions)
    record = upload(sessions, owner, workbook(VENUE_HEADERS, [venue_row("A1")]))
    with pytest.raises(Exception, match="no such upload"):
        read_upload_record(sessions, other, record.upload_id)
    with pytest.raises(Exception, match="no such upload"):
        confirm_upload(
            sessions,
            other,
            record.upload_id,
            mode="all",
            with_doubtful=False,
            declared_name="",
        )
    discard_upload(sessions, owner, record.upload_id)
    with pytest.raises(Exception, match="discarded cannot be stored"):
        confirm(sessions, owner, record)
    assert _rows(sessions, "SELECT content FROM bulk_upload") == [(None,)]


def test_uploads_of_a_day_are_limited(sessions: sessionmaker[Session]) -> None:
    owner = make_account(sessions)
    for _ in range(MOST_PER_DAY):
        add_upload(sessions, owner, kind="venues", set_id=None, content=b"x")
    with pytest.raises(TooManyUploadsError):
        add_upload(sessions, owner, kind="venues", set_id=None, content=b"x")
