"""Visits from file to public density, on PostGIS."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from checkins.visits import VisitSource
from data.clock import today
from data.errors import InputError
from data.ingest.visits import VisitColumns
from data.models import Area, BoundaryEdition, Venue, VenueArea
from data.services.visits.density import density_days, read_density, release_days, release_due
from data.services.visits.retention import apply_retention
from data.services.visits.visit_store import partition_name
from data.services.visits.visits_import import import_visits
from geo.levels import AdminLevel

YESTERDAY = today() - timedelta(days=1)
HEADER = "venue_id,entered_at,left_at,event_id\n"


@pytest.fixture
def country(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """One province of one district of three wards of 2 km², a venue in each, one outside."""
    with sessions.begin() as session:
        session.add(
            BoundaryEdition(
                code="e1", title_vi="-", title_en="-", source="-", licence="-",
                is_approximate=True, is_active=True,
            )
        )  # fmt: skip
        session.flush()
        parent: Area | None = None
        for code, level in (("01", 1), ("001", 2), ("00001", 3), ("00002", 3), ("00003", 3)):
            area = Area(
                edition_code="e1", code=code, admin_level=level, is_leaf=level == 3, path=[],
                parent_id=parent.area_id if parent else None, name=code, name_ascii=code,
                area_km2=2.0,
            )  # fmt: skip
            session.add(area)
            session.flush()
            area.path = [*(parent.path if parent else []), area.area_id]
            if level < 3:
                parent = area
            else:
                _add_venue(session, f"venue{code}", area.area_id)
        _add_venue(session, "venueoutside", None)
    return sessions


def _add_venue(session: Session, venue_id: str, area_id: int | None) -> None:
    venue = Venue(
        venue_id=venue_id, venue_type="office", name="-", name_ascii="-", footfall_per_day=10,
        opened_on=date(2020, 1, 1), source="papers", external_id=f"x-{venue_id}",
    )  # fmt: skip
    session.add(venue)
    session.flush()
    if area_id is not None:
        session.add(VenueArea(venue_pk=venue.venue_pk, edition_code="e1", area_id=area_id))


def write(tmp_path: Path, rows: list[str], name: str = "visits.csv") -> Path:
    path = tmp_path / name
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def rows_of(venue: str, count: int, *, hour: int = 8, prefix: str = "e") -> list[str]:
    return [
        f"{venue},{YESTERDAY}T{hour:02d}:{i % 60:02d}:00+07:00,,{prefix}-{venue}-{hour}-{i}"
        for i in range(count)
    ]


def hourly(sessions: sessionmaker[Session]) -> list[tuple[str, int, int]]:
    with sessions() as session:
        return [
            tuple(row)
            for row in session.execute(
                text(
                    "SELECT venue_id, hour, visits FROM visit_hourly JOIN venue USING (venue_pk) "
                    "ORDER BY venue_id, hour"
                )
            )
        ]


def count_visits(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalar(text("SELECT count(*) FROM visit")) or 0


def density(
    sessions: sessionmaker[Session], level: AdminLevel, hour: int | None = None
) -> dict[str, tuple[int | None, bool]]:
    table = read_density(
        sessions, edition_code="e1", level=level, parent_code=None, day=YESTERDAY, hour=hour
    )
    return dict(zip(table.codes, zip(table.visits, table.suppressed, strict=True), strict=True))


def test_import_twice_doubles_nothing(country: sessionmaker[Session], tmp_path: Path) -> None:
    path = write(tmp_path, rows_of("venue00001", 12) + rows_of("venue00002", 3, hour=23))
    first = import_visits(country, path)
    again = import_visits(country, path)
    assert (first.read, first.loaded, first.unchanged, first.rejected) == (15, 15, 0, 0)
    assert (again.read, again.loaded, again.unchanged, again.rejected) == (15, 0, 15, 0)
    assert count_visits(country) == 15
    assert hourly(country) == [("venue00001", 8, 12), ("venue00002", 23, 3)]
    assert again.days == ()


def test_later_file_adds_only_what_is_new(country: sessionmaker[Session], tmp_path: Path) -> None:
    import_visits(country, write(tmp_path, rows_of("venue00001", 12)))
    report = import_visits(country, write(tmp_path, rows_of("venue00001", 15)))
    assert (report.loaded, report.unchanged) == (3, 12)
    assert hourly(country) == [("venue00001", 8, 15)]


def test_equal_rows_without_event_id_are_several_persons_and_stay_so(
    country: sessionmaker[Session], tmp_path: Path
) -> None:
    path = write(tmp_path, [f"venue00001,{YESTERDAY} 08:15,,"] * 3)
    assert import_visits(country, path).loaded == 3
    assert import_visits(country, path).unchanged == 3
    assert hourly(country) == [("venue00001", 8, 3)]


def test_time_without_offset_is_vietnamese(country: sessionmaker[Session], tmp_path: Path) -> None:
    rows = [
        f"venue00001,{YESTERDAY} 00:30,,a",
        f"venue00001,{YESTERDAY - timedelta(days=1)}T17:30:00Z,,b",
    ]
    import_visits(country, write(tmp_path, rows))
    assert hourly(country) == [("venue00001", 0, 2)]


def test_bad_rows_are_rejected_with_line_and_reason(
    country: sessionmaker[Session], tmp_path: Path
) -> None:
    old = today() - timedelta(days=21)
    kept = today() - timedelta(days=20)
    rows = [
        *rows_of("venue00001", 1),
        f"nowhere,{YESTERDAY}T08:00:00+07:00,,a",
        f",{YESTERDAY}T08:00:00+07:00,,b",
        "venue00001,,,c",
        "venue00001,yesterday at eight,,d",
        f"venue00001,{YESTERDAY}T08:00:00+07:00,{YESTERDAY}T07:59:59+07:00,e",
        f"venue00001,{kept}T08:00:00+07:00,{kept + timedelta(days=1)}T08:00:01+07:00,f",
        f"venue00001,{today() + timedelta(days=1)}T08:00:00+07:00,,g",
        f"venue00001,{old}T23:59:59+07:00,,h",
        f"venue00001,{kept}T00:00:00+07:00,,i",
        f"=venue,{YESTERDAY}T08:00:00+07:00,,j",
    ]
    path = write(tmp_path, rows)
    report = import_visits(country, path)
    assert (report.read, report.loaded, report.rejected) == (11, 2, 9)
    lines = Path(f"{path}.rejected.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [
        str(n) for n in (3, 4, 5, 6, 7, 8, 9, 10, 12)
    ]
    assert "not registered" in lines[1]
    assert "older than visits are kept" in lines[8]
    assert ",'=venue," in lines[9]


def test_broken_line_is_named_and_the_others_are_loaded(
    country: sessionmaker[Session], tmp_path: Path
) -> None:
    path = write(tmp_path, [*rows_of("venue00001", 2), "venue00001", *rows_of("venue00002", 1)])
    report = import_visits(country, path)
    assert (report.read, report.loaded, report.rejected) == (4, 3, 1)
    rejected = Path(f"{path}.rejected.csv").read_text(encoding="utf-8-sig")
    assert "\n4,has 1 cells where the header has 4" in rejected


@pytest.mark.parametrize("rows", [[], [f"nowhere,{YESTERDAY} 08:00,,a"]])
def test_nothing_good_in_a_file_is_no_error(
    country: sessionmaker[Session], tmp_path: Path, rows: list[str]
) -> None:
    report = import_visits(country, write(tmp_path, rows))
    assert (report.read, report.loaded, report.rejected) == (len(rows), 0, len(rows))


def test_parquet_and_ndjson_load_as_csv_does(
    country: sessionmaker[Session], tmp_path: Path
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    moment = datetime.fromisoformat(f"{YESTERDAY}T08:00:00+07:00")
    table = pa.table({"venue_id": ["venue00001"], "entered_at": [moment], "event_id": ["e-1"]})
    pq.write_table(table, tmp_path / "a.parquet")
    (tmp_path / "a.ndjson").write_text(
        f'{{"venue_id": "venue00001", "entered_at": "{YESTERDAY}T08:00:00+07:00", '
        '"event_id": "e-1"}\n'
    )
    assert import_visits(country, tmp_path / "a.parquet").loaded == 1
    assert import_visits(country, tmp_path / "a.ndjson").unchanged == 1
    path = write(tmp_path, [f"venue00001,{YESTERDAY}T08:00:00+07:00,,e-1"])
    assert import_visits(country, path).unchanged == 1


def test_xlsx_loads_too_and_other_kinds_are_refused(
    country: sessionmaker[Session], tmp_path: Path
) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["venue_id", "entered_at"])
    sheet.append(["venue00001", f"{YESTERDAY} 08:15"])
    book.save(tmp_path / "a.xlsx")
    assert import_visits(country, tmp_path / "a.xlsx").loaded == 1
    with pytest.raises(InputError, match="unknown kind"):
        import_visits(country, tmp_path / "a.pdf")


def test_venues_by_the_keys_of_their_source_and_columns_by_name(
    country: sessionmaker[Session], tmp_path: Path
) -> None:
    path = tmp_path / "other.csv"
    path.write_text(f"shop;in\nx-venue00002;{YESTERDAY} 09:00\n", encoding="utf-8")
    report = import_visits(
        country,
        path,
        source=VisitSource.PAPER,
        venue_source="papers",
        columns=VisitColumns(venue="shop", entered_at="in"),
    )
    assert report.loaded == 1
    assert hourly(country) == [("venue00002", 9, 1)]


def test_missing_column_is_named_and_nothing_is_stored(
    country: sessionmaker[Session], tmp_path: Path
) -> None:
    path = tmp_path / "visits.csv"
    path.write_text("venue_id,when\nvenue00001,2021-11-20\n")
    with pytest.raises(InputError, match="no column 'entered_at'"):
        import_visits(country, path)
    assert count_visits(country) == 0


def test_database_refuses_a_visit_on_another_day_than_its_entry(
    country: sessionmaker[Session], tmp_path: Path
) -> None:
    import_visits(country, write(tmp_path, rows_of("venue00001", 1)))
    with country() as session, pytest.raises(IntegrityError, match="day_of_entry"):
        session.execute(
            text(
                "INSERT INTO visit (venue_pk, day, event_key, entered_at, source) "
                "VALUES (1, :day, gen_random_uuid(), now() - interval '9 days', 1)"
            ),
            {"day": YESTERDAY},
        )


def test_density_of_wards_district_and_province_adds_up(
    country: sessionmaker[Session], tmp_path: Path
) -> None:
    rows = [*rows_of("venue00001", 30), *rows_of("venue00002", 20), *rows_of("venue00003", 40)]
    import_visits(country, write(tmp_path, [*rows, *rows_of("venueoutside", 50)]))
    assert density(country, AdminLevel.WARD) == {
        "00001": (30, False),
        "00002": (20, False),
        "00003": (40, False),
    }
    assert density(country, AdminLevel.PROVINCE, hour=8) == {"01": (90, False)}
    assert density(country, AdminLevel.PROVINCE, hour=9) == {"01": (0, False)}
    table = read_density(
        country, edition_code="e1", level=AdminLevel.WARD, parent_code="01", day=YESTERDAY
    )
    assert table.per_km2 == (15.0, 10.0, 20.0)


def test_small_ward_is_withheld_with_a_sister_and_without_per_km2(
    country: sessionmaker[Session], tmp_path: Path
) -> None:
    rows = [*rows_of("venue00001", 3), *rows_of("venue00002", 20), *rows_of("venue00003", 40)]
    import_visits(country, write(tmp_path, rows))
    wards = density(country, AdminLevel.WARD)
    assert wards["00001"] == (None, True)
    assert sum(is_suppressed for _, is_suppressed in wards.values()) == 2
    assert density(country, AdminLevel.DISTRICT) == {"001": (63, False)}
    table = read_density(
        country, edition_code="e1", level=AdminLevel.WARD, parent_code="001", day=YESTERDAY
    )
    assert [value is None for value in table.per_km2] == [value is None for value in table.visits]


def test_day_without_visits_is_no_data_not_zero(country: sessionmaker[Session]) -> None:
    table = read_density(
        country, edition_code="e1", level=AdminLevel.WARD, parent_code=None, day=YESTERDAY
    )
    assert not table.has_data
    assert table.visits == (None, None, None)
    assert table.suppressed == (False, False, False)


def test_area_without_a_venue_is_no_data_not_zero(
    country: sessionmaker[Session], tmp_path: Path
) -> None:
    with country.begin() as session:
        session.execute(text("DELETE FROM venue WHERE venue_id = 'venue00003'"))
    import_visits(country, write(tmp_path, rows_of("venue00001", 30)))
    wards = density(country, AdminLevel.WARD)
    assert wards["00002"] == (0, False)
    assert wards["00003"] == (None, False)


def test_few_late_visits_do_not_show_in_a_released_day(
    country: sessionmaker[Session], tmp_path: Path
) -> None:
    import_visits(country, write(tmp_path, rows_of("venue00001", 30)))
    assert density(country, AdminLevel.PROVINCE) == {"01": (30, False)}
    for count, shown in ((9, 30), (10, 40)):
        report = import_visits(country, write(tmp_path, rows_of("venue00001", count, prefix="l")))
        assert release_due(country, report.days, today=today()) == 1
        assert density(country, AdminLevel.PROVINCE) == {"01": (shown, False)}


def test_running_day_and_other_editions_are_not_released(
    country: sessionmaker[Session], tmp_path: Path
) -> None:
    import_visits(country, write(tmp_path, rows_of("venue00001", 30)))
    table = read_density(
        country, edition_code="e1", level=AdminLevel.WARD, parent_code=None, day=YESTERDAY,
        today=YESTERDAY,
    )  # fmt: skip
    assert not table.has_data
    with country.begin() as session:
        assert density_days(session, "e1") == [YESTERDAY]
        session.execute(text("UPDATE boundary_edition SET is_active = false"))
        assert density_days(session, "e1") == []
    assert not density(country, AdminLevel.WARD)["00001"][1]


@pytest.mark.parametrize("visit_days", [21, 14])
def test_visits_are_dropped_the_day_after_their_last(
    country: sessionmaker[Session], tmp_path: Path, visit_days: int
) -> None:
    import_visits(country, write(tmp_path, rows_of("venue00001", 30)))
    with country.begin() as session:
        release_days(session, edition_code="e1", days=[YESTERDAY])
    for age, dropped in ((visit_days - 1, []), (visit_days, [YESTERDAY]), (visit_days + 1, [])):
        with country.begin() as session:
            found = apply_retention(session, YESTERDAY + timedelta(days=age), visit_days=visit_days)
        assert found == dropped
        assert count_visits(country) == (30 if age < visit_days else 0)
    assert hourly(country) == [("venue00001", 8, 30)]
    assert density(country, AdminLevel.PROVINCE) == {"01": (30, False)}
    with country() as session:
        name = partition_name(YESTERDAY)
        assert session.scalar(text("SELECT to_regclass(:name)"), {"name": name}) is None


def test_retention_beyond_its_limit_is_refused(country: sessionmaker[Session]) -> None:
    with country() as session, pytest.raises(InputError, match="1 to 21 days"):
        apply_retention(session, today(), visit_days=22)
