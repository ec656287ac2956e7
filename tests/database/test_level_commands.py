from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from typer.testing import CliRunner

from data.cli import app
from data.clock import today
from data.errors import InputError, NotFoundError, RejectedRowsError
from data.local_site import remember_address
from data.services.counting.levels import FutureDayError
from data.services.venues.venue_claims import read_claim
from tests.level_data import add_area, add_edition, add_span, add_venue

SECRET = "a secret of the tests, long enough to sign"


@pytest.fixture
def venue(
    committing_sessions: sessionmaker[Session],
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """A venue in the only area of the active edition, assessed since three days."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("ANTOAN_SECRET_KEY", SECRET)
    monkeypatch.setenv("ANTOAN_PUBLIC_URL", "https://map.example.vn/")
    with committing_sessions.begin() as session:
        add_edition(session, "e1", is_active=True)
        area = add_area(session, "e1", "01", 1, is_leaf=True, box=(105.0, 21.0, 106.0, 22.0))
        venue_pk, venue_id = add_venue(session, area)
        add_span(session, venue_pk, today() - timedelta(days=3), today())
        return venue_id


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_link_opens_its_venue(venue: str, committing_sessions: sessionmaker[Session]) -> None:
    link = run("venues", "link", venue.lower()).strip()
    head, key = link.split("?key=")
    assert head == "https://map.example.vn/venue/claim"
    assert read_claim(committing_sessions, key).venue_id == venue
    with pytest.raises(NotFoundError):
        run("venues", "link", "NOBODY")


def run_rejecting(*arguments: str) -> str:
    """Output of an import that takes some rows and rejects others: not all of it was done."""
    result = CliRunner().invoke(app, list(arguments))
    assert isinstance(result.exception, RejectedRowsError)
    assert ".rejected.csv" in str(result.exception)
    return result.output


def test_link_without_a_secret_names_the_variable(
    venue: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("data.commands.venues.CHECKOUT", tmp_path)
    monkeypatch.delenv("ANTOAN_SECRET_KEY")
    with pytest.raises(InputError, match="ANTOAN_SECRET_KEY"):
        run("venues", "link", venue)


def test_link_refuses_a_site_whose_secret_is_too_short(
    venue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTOAN_SECRET_KEY", "x" * 31)
    with pytest.raises(InputError, match="shorter than 32 signs"):
        run("venues", "link", venue)


def test_link_takes_key_and_address_of_the_checkouts_own_site(
    venue: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("data.commands.venues.CHECKOUT", tmp_path)
    for name in ("ANTOAN_SECRET_KEY", "ANTOAN_PUBLIC_URL"):
        monkeypatch.setenv(name, "")  # so that what the command sets is taken back
    local = tmp_path / ".local"
    local.mkdir()
    (local / "secret").write_text(SECRET, encoding="ascii")
    remember_address(local, "http://127.0.0.1:8051")
    link = run("venues", "link", venue).strip()
    assert link.startswith("http://127.0.0.1:8051/venue/claim?key=")


def test_import_list_and_aggregate(
    venue: str, committing_sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    path = tmp_path / "venues.csv"
    path.write_text(
        "name,type,lon,lat\nTrong,cafe,105.5,21.5\nNgoài,cafe,100.5,21.5\nSai,x,1,1\n",
        encoding="utf-8",
    )
    output = run_rejecting("venues", "import", str(path), "--source", "list")
    assert "read 3 · loaded 2 (2 new, 0 changed) · unchanged 0 · rejected 1" in output
    assert "edition e1: 1 outside every area" in output
    outside = run("venues", "list", "--outside").splitlines()
    assert [line.split("\t")[1:] for line in outside] == [
        ["cafe", "Ngoài", "100.5 21.5", "outside every area"]
    ]
    assert len(run("venues", "list").splitlines()) == 3

    output = run("aggregate")
    assert f"counted 4 days, {today() - timedelta(days=3)} to {today()}" in output
    with committing_sessions() as session:
        days = session.execute(
            text("SELECT day, venues, safe FROM area_level_daily ORDER BY day")
        ).all()
    assert [tuple(row[1:]) for row in days] == [(1, 1), (1, 1), (1, 1), (2, 1)]
    with pytest.raises(FutureDayError):
        run("aggregate", "--to", str(today() + timedelta(days=1)))


def test_assessments_are_imported_by_command(venue: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("venue_id,submitted_at\nNOBODY,2021-11-20T08:15:00+07:00\n", encoding="utf-8")
    output = run_rejecting("assessments", "import", str(path))
    assert "read 1 · loaded 0 · unchanged 0 · rejected 1" in output
    assert Path(f"{path}.rejected.csv").exists()


def test_aggregate_releases_the_density_of_finished_days(
    venue: str, committing_sessions: sessionmaker[Session]
) -> None:
    days = [today() - timedelta(days=back) for back in (5, 1, 0)]
    with committing_sessions.begin() as session:
        for day in days:
            session.execute(
                text(
                    "INSERT INTO visit_hourly (day, venue_pk, hour, visits)"
                    " SELECT :day, venue_pk, 8, 40 FROM venue"
                ),
                {"day": day},
            )
    output = run("aggregate", "--from", str(today() - timedelta(days=2)))
    assert "released the check-in density of 1 days" in output
    with committing_sessions() as session:
        # Neither the day before the range nor the one that still runs.
        assert session.scalars(text("SELECT day FROM density_generation")).all() == [days[1]]
