"""As many rows as one file may hold, stored in one go and counted exactly."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from data.clock import today
from data.ingest.uploaded_tables import MOST_ROWS
from tests.bulk_data import HEADERS, add_wards, confirm, csv_file, upload, venue_row, workbook
from tests.people import make_account


@pytest.mark.slow
def test_ten_thousand_venues_are_stored_and_counted(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        ids = add_wards(session)
    owner = make_account(sessions)
    rows = [
        venue_row(
            f"A{n}",
            name=f"Quầy {n}",
            kind="Chợ",
            lat=21.01 + n // 100 / 110,
            lon=105 + n % 100 / 101,
        )
        for n in range(MOST_ROWS)
    ]
    with sessions.begin() as session:
        make_first = text(
            "INSERT INTO level_generation VALUES ('e3', :day, 1) ON CONFLICT DO NOTHING"
        )
        session.execute(make_first, {"day": today()})
    record = upload(sessions, owner, workbook(HEADERS, rows))
    assert (record.report["new"], record.report["problems"]) == (MOST_ROWS, [])
    assert confirm(sessions, owner, record).report["stored"] == MOST_ROWS
    with sessions() as session:
        venues = session.scalar(
            text("SELECT venues FROM area_level_daily WHERE area_id = :id AND day = :day"),
            {"id": ids["01"], "day": today()},
        )
    assert venues == MOST_ROWS
    again = upload(sessions, owner, csv_file(HEADERS, rows, ";"))
    assert again.report["unchanged"] == MOST_ROWS
    more = upload(sessions, owner, csv_file(HEADERS, [*rows, venue_row("B")]))
    assert more.report["refused"] == "too_many_rows"
