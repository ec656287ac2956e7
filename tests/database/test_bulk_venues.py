"""Bulk upload of venues: what a file does, whose venues it may touch, and the counts after it."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from data.clock import today
from data.ingest.uploaded_tables import read_upload
from data.scope import scoped_sessions
from data.services.bulk.uploads import read_rest
from data.services.bulk.venue_checking import MOST_NEAR
from data.services.counting.aggregation import ensure_day, recount_from
from geo.venue_names import is_like
from tests.bulk_data import (
    HEADERS,
    add_wards,
    codes_of,
    confirm,
    csv_file,
    upload,
    venue_row,
    workbook,
)
from tests.people import make_account, make_venue


@pytest.fixture
def ids(sessions: sessionmaker[Session]) -> dict[str, int]:
    with sessions.begin() as session:
        return add_wards(session)


def _venues(sessions: sessionmaker[Session]) -> list[tuple[str, str, str]]:
    with sessions() as session:
        return [
            (row.external_id, row.name, row.source)
            for row in session.execute(
                text("SELECT external_id, name, source FROM venue ORDER BY venue_pk")
            )
        ]


def _counts(session: Session) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for row in session.execute(text("SELECT * FROM area_level_daily ORDER BY day, area_id"))
    ]


def test_a_file_is_shown_first_and_stored_once(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner = make_account(sessions)
    rows = [venue_row("A1"), venue_row("A2", name="Nhà máy Bia", kind="Factory", lon=105.7)]
    record = upload(sessions, owner, workbook(HEADERS, rows))
    assert record.state == "previewed", record.report
    assert (record.report["new"], record.report["bad"]) == (2, 0)
    assert _venues(sessions) == []
    stored = confirm(sessions, owner, record)
    assert (stored.state, stored.report["stored"]) == ("stored", 2)
    again = confirm(sessions, owner, stored)
    assert again.report == stored.report
    source = f"bulk:{owner.account_id}"
    assert _venues(sessions) == [("A1", "Trường Hoa Sen", source), ("A2", "Nhà máy Bia", source)]
    with scoped_sessions(sessions, owner)() as session:
        staff = session.execute(
            text(
                "SELECT venue.external_id, staff.role, area.code FROM venue_staff AS staff"
                " JOIN venue USING (venue_pk) JOIN venue_area USING (venue_pk)"
                " JOIN area USING (area_id) ORDER BY 1"
            )
        ).all()
    assert [tuple(row) for row in staff] == [("A1", "owner", "00001"), ("A2", "owner", "00002")]
    with sessions() as session:
        kinds = session.execute(text("SELECT kind, details FROM venue_event")).all()
        acts = session.scalars(
            text("SELECT action FROM audit_event WHERE subject_id = :upload"),
            {"upload": record.upload_id},
        ).all()
    assert [row.kind for row in kinds] == ["registered", "registered"]
    assert kinds[0].details == {"upload": record.upload_id}
    assert acts == ["bulk.venues"]


def test_the_same_file_again_changes_nothing_and_a_newer_one_what_it_says(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner = make_account(sessions)
    confirm(sessions, owner, upload(sessions, owner, workbook(HEADERS, [venue_row("A1")])))
    same = upload(sessions, owner, workbook(HEADERS, [venue_row("A1")]))
    assert (same.report["unchanged"], same.report["new"]) == (1, 0)
    newer = upload(
        sessions,
        owner,
        csv_file(HEADERS, [venue_row("A1", name="Trường Hoa Mai", address="", capacity="")], ";"),
    )
    assert newer.report["changed"] == 1
    assert newer.report["changes"][0]["name"] == "Trường Hoa Sen"
    assert newer.report["changes"][0]["fields"] == [
        {"field": "name", "old": "Trường Hoa Sen", "new": "Trường Hoa Mai"}
    ]
    assert confirm(sessions, owner, newer, with_changes=True).report["stored"] == 1
    with sessions() as session:
        row = session.execute(text("SELECT name, name_ascii, address, capacity FROM venue")).one()
    assert tuple(row) == ("Trường Hoa Mai", "truong hoa mai", "1 Láng", 100)


def test_changes_wait_for_a_tick_and_are_those_that_were_shown(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner = make_account(sessions)
    confirm(sessions, owner, upload(sessions, owner, workbook(HEADERS, [venue_row("A1")])))
    rows = [
        venue_row("A1", name="Tên khác", address="2 Láng", lat=21.2, capacity=7),
        venue_row("B1", name="Chợ Mới", lon=105.3),
    ]
    record = upload(sessions, owner, workbook(HEADERS, rows))
    assert [one["field"] for one in record.report["changes"][0]["fields"]] == [
        "name",
        "address",
        "point",
        "capacity",
    ]
    assert record.report["changes"][0]["fields"][2] == {
        "field": "point",
        "old": "21.05, 105.05",
        "new": "21.2, 105.05",
    }
    held = confirm(sessions, owner, record, mode="good")
    assert (held.report["stored"], held.report["left"]) == (1, 1)
    assert [name for _, name, _ in _venues(sessions)] == ["Trường Hoa Sen", "Chợ Mới"]
    rest, _ = read_rest(sessions, owner, held.upload_id)
    again = upload(sessions, owner, rest)
    with sessions.begin() as session:
        session.execute(text("UPDATE venue SET name = 'Đổi giữa chừng' WHERE external_id = 'A1'"))
    other = confirm(sessions, owner, again, mode="good", with_changes=True)
    assert (other.state, other.report["notice"]) == ("previewed", "not_all")
    stored = confirm(sessions, owner, other, mode="good", with_changes=True)
    assert (stored.report["stored"], stored.report["left"]) == (1, 0)
    assert _venues(sessions)[0][1] == "Tên khác"


def test_every_problem_is_named_by_line_and_column(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner = make_account(sessions)
    rows = [
        venue_row("A1"),
        venue_row("A2", name="", kind="Vũ trường", lat=105.05, lon=21.05),
        venue_row("A3", lat="", lon=""),
        venue_row("", name="Không mã"),
        venue_row("A1", name="Trùng mã", lon=105.3),
        venue_row("A6", lat=10, lon=90),
        venue_row("A7", name="Sức chứa âm", capacity=-3, lon=105.4),
        venue_row("VÍ DỤ", name="Trường Tiểu học Hoa Sen"),
    ]
    record = upload(sessions, owner, workbook(HEADERS, rows))
    assert codes_of(record) == [
        (3, "Tên cơ sở", "name_missing"),
        (3, "Loại hình", "type_unknown"),
        (3, "Vĩ độ", "point_swapped"),
        (4, "Vĩ độ", "point_missing"),
        (5, "Mã của bạn", "id_missing"),
        (6, "Mã của bạn", "id_twice"),
        (7, "Kinh độ", "outside"),
        (8, "Sức chứa", "persons"),
    ]
    assert record.report["examples"] == 1
    assert (record.report["rows"], record.report["new"], record.report["bad"]) == (7, 1, 6)


def test_a_repeated_code_is_named_on_every_row_whatever_else_is_wrong_with_it(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner = make_account(sessions)
    rows = [
        venue_row("A1", capacity=-3),
        venue_row("A1", name="Số sai", lat="x", capacity=-3, lon=105.2),
        venue_row("A1", name="Số đúng", lon=105.3),
    ]
    record = upload(sessions, owner, workbook(HEADERS, rows))
    assert codes_of(record) == [
        (2, "Sức chứa", "persons"),
        (3, "Vĩ độ", "point_form"),
        (3, "Sức chứa", "persons"),
        (3, "Mã của bạn", "id_twice"),
        (4, "Mã của bạn", "id_twice"),
    ]
    assert [one["values"].get("line") for one in record.report["problems"][3:]] == [2, 2]


def test_numbers_in_groups_formulas_and_longitudes(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner = make_account(sessions)
    rows = [
        venue_row("A1", name="Một", lon=105.1, capacity="1.200"),
        venue_row("A2", name="Hai", lon=105.2, capacity="1 200"),
        venue_row("A3", name="Ba", lon=105.3, capacity="1,200"),
        venue_row("A4", name="Bốn", lon=105.4, capacity=1.234),
        venue_row("A5", name="Năm", lon="1.050"),
        venue_row("A6", name="Sáu", lon=1058),
    ]
    record = upload(sessions, owner, workbook(HEADERS, rows))
    assert codes_of(record) == [
        (4, "Sức chứa", "persons"),
        (5, "Sức chứa", "persons"),
        (6, "Kinh độ", "outside"),
        (7, "Kinh độ", "point_range"),
    ]
    confirm(sessions, owner, record, mode="good")
    with sessions() as session:
        assert session.scalars(text("SELECT capacity FROM venue")).all() == [1200, 1200]


def test_all_or_nothing_and_the_good_rows_with_a_file_of_the_rest(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner = make_account(sessions)
    content = workbook(HEADERS, [venue_row("A1"), venue_row("=A2", name="=1+1", lat=10)])
    record = upload(sessions, owner, content)
    nothing = confirm(sessions, owner, record, mode="all")
    assert (nothing.state, nothing.report["notice"]) == ("previewed", "not_all")
    assert _venues(sessions) == []
    good = confirm(sessions, owner, nothing, mode="good")
    assert (good.report["stored"], good.report["left"]) == (1, 1)
    rest, kind = read_rest(sessions, owner, good.upload_id)
    assert kind == "xlsx"
    table = read_upload(rest)
    assert table.columns == (*HEADERS, "Problem")
    assert [row.cells["Mã của bạn"] for row in table.rows] == ["=A2"]
    assert table.rows[0].cells["Problem"].startswith("Vĩ độ: The point lies outside every ward")
    # Mended and uploaded again, the rest is taken; its column of reasons is passed over.
    mended = [[*list(table.rows[0].cells.values())[:4], 21.5, 105.7, "", "x"]]
    last = upload(sessions, owner, workbook(table.columns, mended))
    assert (last.report["new"], last.report["ignored"]) == (1, [])


def test_nobody_touches_the_venues_of_others(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner, other = make_account(sessions), make_account(sessions)
    confirm(sessions, owner, upload(sessions, owner, workbook(HEADERS, [venue_row("A1")])))
    with sessions() as session:
        venue_id = session.scalar(text("SELECT venue_id FROM venue"))
    headers = (*HEADERS, "Mã An Toàn Map")
    by_id = upload(sessions, other, workbook(headers, [[*venue_row("X", name="Cướp"), venue_id]]))
    assert codes_of(by_id) == [(2, "Mã An Toàn Map", "venue_unknown")]
    none = upload(sessions, other, workbook(headers, [[*venue_row("X"), "0" * 16]]))
    assert codes_of(none) == codes_of(by_id)
    # The same own code of another person is another venue.
    own = upload(sessions, other, workbook(HEADERS, [venue_row("A1", name="Chợ Mới", lon=105.3)]))
    assert own.report["new"] == 1
    # A venue that was handed over is not theirs any more, whatever code it once had.
    with sessions.begin() as session:
        session.execute(text("UPDATE venue_staff SET account_pk = :pk"), {"pk": other.account_pk})
    lost = upload(sessions, owner, workbook(HEADERS, [venue_row("A1", name="Lấy lại")]))
    assert codes_of(lost) == [(2, "Mã của bạn", "venue_lost")]
    editor = make_account(sessions)
    with sessions.begin() as session:
        session.execute(
            text(
                "INSERT INTO venue_staff SELECT venue_pk, :pk, 'editor' FROM venue"
                " WHERE venue_id = :id"
            ),
            {"pk": editor.account_pk, "id": venue_id},
        )
    by_editor = upload(sessions, editor, workbook(headers, [[*venue_row("X"), venue_id]]))
    assert codes_of(by_editor) == [(2, "Mã An Toàn Map", "venue_unknown")]


def test_an_owner_changes_a_venue_of_theirs_by_its_id(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner = make_account(sessions)
    venue_id = make_venue(sessions, owner=owner, lon=105.1, lat=21.1, area_id=ids["00001"])
    row = [*venue_row("", name="Tên mới", lat=21.1, lon=105.1), venue_id]
    record = upload(sessions, owner, workbook((*HEADERS, "Mã An Toàn Map"), [row]))
    assert (record.report["changed"], record.report["problems"]) == (1, [])
    confirm(sessions, owner, record, with_changes=True)
    assert _venues(sessions) == [(None, "Tên mới", "test")]


def test_a_committee_enters_venues_of_its_areas_that_nobody_owns(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    committee = make_account(sessions, role="committee", areas=(("e3", "01"),))
    owner = make_account(sessions)
    rows = [
        venue_row("A1"),
        venue_row("A2", name="Ở tỉnh khác", lon=104.5),
    ]
    record = upload(sessions, committee, workbook(HEADERS, rows))
    assert codes_of(record) == [(3, "Vĩ độ", "outside_areas")]
    confirm(sessions, committee, record, mode="good")
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM venue_staff")) == 0
        assert session.scalar(text("SELECT count(*) FROM venue")) == 1
    with sessions.begin() as session:
        session.execute(
            text("INSERT INTO venue_staff SELECT venue_pk, :pk, 'owner' FROM venue"),
            {"pk": owner.account_pk},
        )
    later = upload(sessions, committee, workbook(HEADERS, [venue_row("A1", name="Sửa")]))
    assert codes_of(later) == [(2, "Mã của bạn", "has_owner")]


def test_a_likely_duplicate_is_held_back_until_the_person_says_so(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner = make_account(sessions)
    make_venue(sessions, name="Truong Hoa Sen", lon=105.0502, lat=21.05, area_id=ids["00001"])
    rows = [
        venue_row("A1"),
        venue_row("A2", name="Trường Hoa Sen 2", lon=105.3),
        venue_row("A3", name="Hoa Sen 2 School", lon=105.3001),
        venue_row("A5", name="Trường Hoa Mai", lon=105.3001),
        venue_row("A4", name="Chợ Hôm", kind="Chợ"),
    ]
    record = upload(sessions, owner, workbook(HEADERS, rows))
    assert codes_of(record) == [
        (2, "Tên cơ sở", "like_stored"),
        (4, "Tên cơ sở", "like_row"),
    ]
    assert (record.report["new"], record.report["doubtful"]) == (3, 2)
    held = confirm(sessions, owner, record, mode="good")
    assert (held.report["stored"], held.report["left"], held.has_rest) == (3, 2, True)
    rest, _ = read_rest(sessions, owner, held.upload_id)
    again = upload(sessions, owner, rest)
    assert again.report["doubtful"] == 2
    both = confirm(sessions, owner, again, mode="good", with_doubtful=True)
    assert (both.report["stored"], both.report["left"], both.has_rest) == (2, 0, False)


@pytest.mark.parametrize("stored", [0, MOST_NEAR])
def test_rows_at_one_point_are_held_back_without_comparing_each_with_each(
    sessions: sessionmaker[Session],
    ids: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
    stored: int,
) -> None:
    compared: list[str] = []

    def count(one: str, other: str) -> bool:
        compared.append(other)
        return is_like(one, other)

    monkeypatch.setattr("data.services.bulk.venue_checking.is_like", count)
    owner = make_account(sessions)
    for number in range(stored + 1 if stored else 0):
        make_venue(sessions, name=f"Chợ {number}", lon=105.05, lat=21.05, area_id=ids["00001"])
    some = 4 if stored else MOST_NEAR + 1
    rows = [venue_row(f"A{number}", name=f"Nhà số {number} xanh") for number in range(some)]
    rows += [
        venue_row("B1", name="Hoa Sen", lon=105.3),
        venue_row("B2", name="Hoa Senn", lon=105.3),
        # Of another type at the same point: not crowded.
        venue_row("B3", name="Chợ Hôm", kind="Chợ"),
    ]
    record = upload(sessions, owner, workbook(HEADERS, rows))
    held = [(line + 2, "Vĩ độ", "crowded") for line in range(some)]
    assert codes_of(record) == [*held, (some + 3, "Tên cơ sở", "like_row")]
    assert compared == ["Hoa Senn"]
    assert (record.report["new"], record.report["doubtful"]) == (2, some + 1)
    sure = confirm(sessions, owner, record, mode="good", with_doubtful=True)
    assert sure.report["stored"] == some + 3


def test_as_many_rows_as_are_compared_at_one_point_are_not_crowded(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    assert ids
    rows = [venue_row(f"A{number}", name=f"Nhà số {number}") for number in range(MOST_NEAR)]
    rows[-1] = venue_row("Z", name="Nhà số 0", address="2 Láng")
    record = upload(sessions, make_account(sessions), workbook(HEADERS, rows))
    assert codes_of(record) == [(MOST_NEAR + 1, "Tên cơ sở", "like_row")]


def test_counts_after_a_file_are_those_of_counting_everything_again(
    sessions: sessionmaker[Session], ids: dict[str, int]
) -> None:
    owner = make_account(sessions)
    day = today()
    make_venue(sessions, lon=105.1, lat=21.1, area_id=ids["00001"])
    with sessions.begin() as session:
        for shift in (-3, -1, 0, 1, 40):
            assert ensure_day(session, "e3", day + timedelta(days=shift))
    confirm(
        sessions,
        owner,
        upload(
            sessions,
            owner,
            workbook(
                HEADERS,
                [
                    venue_row(f"A{number}", name=f"Nơi {number}", lon=105.2 + number / 50)
                    for number in range(30)
                ],
            ),
        ),
        mode="good",
        with_doubtful=True,
    )
    with sessions.begin() as session:
        session.execute(text("UPDATE venue SET opened_on = opened_on - 5 WHERE source <> 'test'"))
        recount_from(session, "e3", day - timedelta(days=5))
    # A2 moves to the other ward, from today on; A3 to a place outside everything is refused.
    moved = upload(
        sessions,
        owner,
        workbook(HEADERS, [venue_row("A2", name="Nơi 2", lon=105.9)]),
    )
    assert confirm(sessions, owner, moved, with_changes=True).report["stored"] == 1
    with sessions.begin() as session:
        by_difference = _counts(session)
        recount_from(session, "e3", day - timedelta(days=5))
        assert _counts(session) == by_difference
        session.execute(text("TRUNCATE area_level_daily"))
        recount_from(session, "e3", day - timedelta(days=5))
        assert _counts(session) == by_difference
        kept = session.execute(
            text(
                "SELECT earlier.last_day, area.code FROM venue_past_place AS earlier"
                " JOIN venue_past_area USING (venue_pk, first_day) JOIN area USING (area_id)"
            )
        ).one()
    assert tuple(kept) == (day - timedelta(days=1), "00001")
