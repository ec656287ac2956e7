import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from data.errors import InputError
from data.ingest.venue_rows import VenueColumns, read_type_map
from data.ingest.venues import VenueReport, import_venues
from data.models import VenueStaff
from data.services.counting.aggregation import aggregate
from data.services.counting.levels import read_levels
from geo.levels import AdminLevel
from tests.level_data import add_area, add_edition, counts_of
from tests.people import make_account

DAY = date(2021, 11, 20)
WITH_ID = VenueColumns(
    external_id="id",
    address="address",
    capacity="capacity",
    opened_on="opened",
    closed_on="closed",
)
HEADER = "id,name,type,address,lon,lat,capacity,opened,closed\n"
ROWS = (
    'A1,Trường Hoa Sen,kindergarten,"Phường Một, Quận Ba Đình",105.5,21.5,120,2021-01-01,\n'
    'A2,Văn phòng,office,"Phường Hai, Quận Ba Đình",105.5,21.5,,2021-01-01,\n'
    "A3,Chợ ngoài,market,,100.5,21.5,,2021-01-01,\n"
    "A4,Chợ không điểm,market,,,,,2021-01-01,\n"
)


@pytest.fixture
def areas(sessions: sessionmaker[Session]) -> None:
    """One district of two wards, side by side: west of 106 degrees is ward 1."""
    with sessions.begin() as session:
        add_edition(session, "e3")
        top = add_area(session, "e3", "01", 1, name="Thành phố Hà Nội")
        middle = add_area(session, "e3", "001", 2, parent=top, name="Quận Ba Đình")
        west, east = (105.0, 21.0, 106.0, 22.0), (106.0, 21.0, 107.0, 22.0)
        add_area(session, "e3", "00001", 3, parent=middle, name="Phường Một", box=west)
        add_area(session, "e3", "00004", 3, parent=middle, name="Phường Hai", box=east)


def load(
    sessions: sessionmaker[Session],
    path: Path,
    content: str | None = None,
    *,
    columns: VenueColumns = WITH_ID,
    is_dry_run: bool = False,
    **options: object,
) -> VenueReport:
    if content is not None:
        path.write_text(content, encoding="utf-8")
    return import_venues(
        sessions,
        path,
        columns=columns,
        source="list",
        today=DAY,
        type_map=read_type_map(["văn phòng=office"]),
        is_dry_run=is_dry_run,
    )


def wards(sessions: sessionmaker[Session], day: date = DAY) -> list[int]:
    table = read_levels(
        sessions, edition_code="e3", level=AdminLevel.WARD, parent_code=None, day=day
    )
    return table.counts.venues.tolist()


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.usefixtures("areas")
def test_venues_are_placed_counted_and_doubtful_places_listed(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    path = tmp_path / "venues.csv"
    report = load(sessions, path, HEADER + ROWS)
    assert (report.read, report.new, report.changed, report.rejected) == (4, 4, 0, 0)
    assert report.outside == {"e3": 1}
    assert report.without_point == 1
    assert report.contradicting == {"e3": 1}
    assert wards(sessions) == [2, 0]
    remarks = read_csv(tmp_path / "venues.csv.remarks.csv")
    assert [(row["line"], row["reason"].split(",")[0]) for row in remarks] == [
        ("3", "is counted in Phường Một"),
        ("4", "lies outside every area"),
        ("5", "has no point"),
    ]
    with sessions() as session:
        kept = session.execute(
            text("SELECT external_id, capacity, footfall_per_day, length(venue_id) FROM venue"
                 " ORDER BY external_id")
        ).all()  # fmt: skip
    assert [tuple(row) for row in kept][:2] == [("A1", 120, 120, 16), ("A2", None, 100, 16)]


@pytest.mark.usefixtures("areas")
def test_second_import_doubles_nothing_and_changed_rows_move_their_counts(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    path = tmp_path / "venues.csv"
    load(sessions, path, HEADER + ROWS)
    aggregate(sessions, first_day=DAY - timedelta(days=3), last_day=DAY)
    again = load(sessions, path)
    assert (again.loaded, again.unchanged, again.recounted_days) == (0, 4, 0)

    moved = ROWS.replace("A1,Trường Hoa Sen,kindergarten", "A1,Trường Hoa Sen,school.primary")
    moved = moved.replace("105.5,21.5,120,2021-01-01,", "106.5,21.5,120,2021-11-19,", 1)
    report = load(sessions, path, HEADER + moved)
    assert (report.changed, report.new, report.unchanged) == (1, 0, 3)
    assert wards(sessions) == [1, 1]
    assert wards(sessions, DAY - timedelta(days=2)) == [1, 0]
    closed = moved.replace("2021-11-19,", "2021-11-19,2021-11-20", 1)
    load(sessions, path, HEADER + closed)
    assert wards(sessions) == [1, 0]
    assert wards(sessions, DAY - timedelta(days=1)) == [1, 1]
    kept = counts_of(sessions)
    aggregate(sessions, first_day=DAY - timedelta(days=3), last_day=DAY)
    assert counts_of(sessions) == kept


def owned_facts(sessions: sessionmaker[Session]) -> list[tuple[object, ...]]:
    with sessions() as session:
        rows = session.execute(
            text("SELECT name, ST_X(point), closed_on FROM venue ORDER BY external_id LIMIT 1")
        )
        return [tuple(row) for row in rows]


@pytest.mark.usefixtures("areas")
def test_what_an_owner_changed_is_not_taken_back_by_the_list(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    path = tmp_path / "venues.csv"
    load(sessions, path, HEADER + ROWS)
    owner = make_account(sessions)
    with sessions.begin() as session:
        pk = session.scalars(text("SELECT venue_pk FROM venue WHERE external_id = 'A1'")).one()
        session.add(VenueStaff(venue_pk=pk, account_pk=owner.account_pk, role="owner"))
    again = load(sessions, path)
    assert (again.loaded, again.unchanged, again.rejected) == (0, 4, 0)
    with sessions.begin() as session:
        session.execute(
            text(
                "UPDATE venue SET name = 'Trường Sen Hồng', closed_on = '2021-11-25',"
                " point = ST_SetSRID(ST_MakePoint(106.5, 21.5), 4326) WHERE venue_pk = :pk"
            ),
            {"pk": pk},
        )
    kept, counts = owned_facts(sessions), wards(sessions)
    newer = ROWS.replace("A2,Văn phòng,", "A2,Văn phòng mới,").replace(",120,", ",130,", 1)
    report = load(sessions, path, HEADER + newer)
    assert (report.read, report.changed, report.unchanged, report.rejected) == (4, 1, 2, 1)
    rejected = read_csv(tmp_path / "venues.csv.rejected.csv")
    assert [(row["line"], row["id"], row["capacity"]) for row in rejected] == [("2", "A1", "130")]
    assert "has an owner, who changes it on the site" in rejected[0]["reason"]
    assert owned_facts(sessions) == kept == [("Trường Sen Hồng", 106.5, date(2021, 11, 25))]
    assert wards(sessions) == counts


@pytest.mark.usefixtures("areas")
def test_an_owned_venue_of_a_list_without_ids_stays_as_well(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    path = tmp_path / "venues.csv"
    content = "name,type,lon,lat\nNhà hàng,restaurant,105.5,21.5\nQuán,cafe,106.5,21.5\n"
    load(sessions, path, content, columns=VenueColumns())
    owner = make_account(sessions)
    with sessions.begin() as session:
        pk = session.scalars(text("SELECT venue_pk FROM venue WHERE name = 'Quán'")).one()
        session.add(VenueStaff(venue_pk=pk, account_pk=owner.account_pk, role="owner"))
        session.execute(text("UPDATE venue SET name = 'Quán Mới' WHERE name = 'Quán'"))
    report = load(sessions, path, content, columns=VenueColumns())
    assert (report.loaded, report.unchanged, report.rejected) == (0, 1, 1)
    with sessions() as session:
        assert session.scalar(text("SELECT name FROM venue WHERE venue_pk = :pk"), {"pk": pk}) == (
            "Quán Mới"
        )


@pytest.mark.usefixtures("areas")
def test_file_without_ids_is_known_again_by_its_content(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    path = tmp_path / "venues.csv"
    content = "name,type,lon,lat\nNhà hàng,restaurant,105.5,21.5\nQuán,cafe,106.5,21.5\n"
    assert load(sessions, path, content, columns=VenueColumns()).new == 2
    report = load(sessions, path, content + "Quán mới,cafe,106.5,21.5\n", columns=VenueColumns())
    assert (report.new, report.unchanged) == (1, 2)
    assert wards(sessions) == [1, 2]
    # A new venue without a day of opening counts from the day of the import.
    assert wards(sessions, DAY - timedelta(days=1)) == [0, 0]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("B1,,office,,105.5,21.5,,,", "has no name in the column 'name'"),
        ("B1,Nơi,park,,105.5,21.5,,,", "unknown type 'park'"),
        ("B1,Nơi,,,105.5,21.5,,,", "unknown type ''"),
        (",Nơi,office,,105.5,21.5,,,", "has no id in the column 'id'"),
        ("B1,Nơi,office,,105.5,,,,", "only one of longitude and latitude"),
        ("B1,Nơi,office,,a,b,,,", "not two numbers"),
        ("B1,Nơi,office,,nan,21.5,,,", "impossible point"),
        ("B1,Nơi,office,,21.5,105.5,,,", "seem swapped"),
        ("B1,Nơi,office,,105.5,21.5,-3,,", "whole number from 1"),
        ("B1,Nơi,office,,105.5,21.5,,20.11.2021,", "write a day as 2021-11-20"),
        ("B1,Nơi,office,,105.5,21.5,,2021-11-20,19/11/2021", "before it opens"),
        ("A1,Khác,office,,105.5,21.5,,,", "has the id 'A1' of line 2 with other values"),
        ("B1,Văn phòng,văn phòng,\"Phường Hai, Quận Ba Đình\",105.5,21.5,,,",
         "is the same venue as line 3"),
        (f"B1,{'x' * 301},office,,105.5,21.5,,,", "has 301 signs in the column 'name'"),
        ("B1,Nơi", "has 2 cells where the header has 9"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("areas")
def test_row_that_cannot_be_taken_is_listed_with_line_and_reason(
    sessions: sessionmaker[Session], tmp_path: Path, row: str, reason: str
) -> None:
    report = load(sessions, tmp_path / "venues.csv", f"{HEADER}{ROWS}{row}\n")
    assert (report.new, report.rejected) == (4, 1)
    assert [(one["line"], reason in one["reason"]) for one in read_csv(
        tmp_path / "venues.csv.rejected.csv")] == [("6", True)]  # fmt: skip


@pytest.mark.usefixtures("areas")
def test_dry_run_reports_and_stores_nothing(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    report = load(sessions, tmp_path / "venues.csv", HEADER + ROWS, is_dry_run=True)
    assert (report.new, report.outside) == (4, {"e3": 1})
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM venue")) == 0


def test_missing_column_is_named_with_those_that_are_there(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="no column 'lat'; its columns are name, type, lon"):
        load(sessions, tmp_path / "a.csv", "name,type,lon\n", columns=VenueColumns())


def test_type_map_from_pairs_and_files(tmp_path: Path) -> None:
    (tmp_path / "types.csv").write_text("old,new\nmầm non,kindergarten\n", encoding="utf-8")
    types = read_type_map(["a=office", str(tmp_path / "types.csv")])
    assert types == {"a": "office", "mầm non": "kindergarten"}
    with pytest.raises(InputError, match="no venue type 'x'"):
        read_type_map(["a=x"])
    with pytest.raises(InputError, match="neither OLD=NEW nor a file"):
        read_type_map(["a"])
