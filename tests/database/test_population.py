"""Census figures on areas, and the sums of upper areas."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from typer.testing import CliRunner

from data.cli import app
from data.errors import InputError
from data.models import Area
from data.services.boundaries.boundary_import import (
    BoundarySource,
    EditionChoice,
    ImportOptions,
    import_boundaries,
)
from data.services.boundaries.population import PopulationReport, load_population
from tests.boundary_data import write_levels, write_units

Sessions = sessionmaker[Session]
DAY = date(2019, 4, 1)
WARDS = {"00001": 1_000, "00002": 200, "00003": 30, "00004": 4}


def make_edition(sessions: Sessions, folder: Path, *, units: str | None = None) -> None:
    import_boundaries(
        sessions,
        [BoundarySource(path=path, level=level) for level, path in write_levels(folder).items()],
        EditionChoice(code="t"),
        ImportOptions(units=units),
    )


def load(sessions: Sessions, folder: Path, figures: dict[str, int]) -> PopulationReport:
    path = folder / "census.csv"
    rows = [f"{code},{number}\n" for code, number in figures.items()]
    path.write_text("code,population\n" + "".join(rows), encoding="utf-8")
    return load_population(sessions, path, "t", as_of=DAY)


def figures(sessions: Sessions) -> dict[str, int | None]:
    with sessions() as session:
        return {
            row.code: row.population
            for row in session.scalars(select(Area).order_by(Area.code)).all()
        }


def test_population_by_code(sessions: Sessions, tmp_path: Path) -> None:
    make_edition(sessions, tmp_path)
    path = tmp_path / "census.csv"
    path.write_text(
        "ward_code,population\n00001,1200\n00002,many\n09999,5\n00001,7\n00003,900.0\n",
        encoding="utf-8",
    )
    report = load_population(sessions, path, "t")
    assert (report.read, report.loaded, report.unchanged, report.rejected) == (5, 2, 0, 3)
    found = figures(sessions)
    assert (found["00001"], found["00003"]) == (1200, 900)
    assert found["00002"] is None
    rejected = (tmp_path / "census.csv.rejected.csv").read_text(encoding="utf-8-sig")
    assert "no area with code '09999'" in rejected
    assert load_population(sessions, path, "t").unchanged == 2
    # An import of the same edition keeps the figures.
    make_edition(sessions, tmp_path)
    assert figures(sessions) == found


def test_population_without_its_column(sessions: Sessions, tmp_path: Path) -> None:
    make_edition(sessions, tmp_path)
    path = tmp_path / "census.csv"
    path.write_text("ward_code,people\n00001,1200\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"no column population .* ward_code, people"):
        load_population(sessions, path, "t")


def test_upper_areas_get_the_sum_of_their_parts(sessions: Sessions, tmp_path: Path) -> None:
    make_edition(sessions, tmp_path)
    # District 003 has no wards: it is a part of the province like the others.
    report = load(sessions, tmp_path, WARDS)
    assert (report.summed, report.incomplete, report.areas_without) == (2, ["01"], 2)
    assert figures(sessions) == WARDS | {"001": 1_200, "002": 34, "003": None, "01": None}
    report = load(sessions, tmp_path, {"003": 50_000})
    assert (report.summed, report.incomplete, report.areas_without) == (3, [], 0)
    assert figures(sessions)["01"] == 51_234
    with sessions() as session:
        assert session.scalar(select(Area.population_as_of).where(Area.code == "01")) == DAY


def test_sums_follow_their_parts_and_again_changes_nothing(
    sessions: Sessions, tmp_path: Path
) -> None:
    make_edition(sessions, tmp_path)
    load(sessions, tmp_path, {**WARDS, "003": 50_000})
    before = figures(sessions)
    again = load(sessions, tmp_path, {**WARDS, "003": 50_000})
    assert (again.loaded, again.unchanged, again.summed) == (0, 5, 3)
    assert figures(sessions) == before
    load(sessions, tmp_path, {"00001": 2_000})
    found = figures(sessions)
    assert (found["001"], found["002"], found["01"]) == (2_200, 34, 52_234)


def test_part_without_polygon_counts(sessions: Sessions, tmp_path: Path) -> None:
    make_edition(sessions, tmp_path, units=str(write_units(tmp_path)))
    # Ward 00005 of district 002 is only listed.
    report = load(sessions, tmp_path, {**WARDS, "003": 50_000})
    assert report.incomplete == ["01", "002"]
    assert figures(sessions)["002"] is None
    load(sessions, tmp_path, {"00005": 500_000})
    assert figures(sessions)["002"] == 500_034
    assert figures(sessions)["01"] == 551_234


def test_figure_of_a_file_is_kept_above_its_parts(sessions: Sessions, tmp_path: Path) -> None:
    make_edition(sessions, tmp_path)
    load(sessions, tmp_path, {"001": 1_500})
    report = load(sessions, tmp_path, {**WARDS, "003": 50_000})
    assert report.differing == ["001"]
    assert figures(sessions)["001"] == 1_500
    assert figures(sessions)["01"] == 51_534


def test_command_lists_what_stays_empty(
    committing_sessions: Sessions,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    make_edition(committing_sessions, tmp_path)
    path = tmp_path / "census.csv"
    path.write_text("ward_code,population\n00001,1200\n00002,7\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["boundaries", "population", str(path), "--edition", "t"])
    assert result.exit_code == 0, result.output
    assert "read 2 / loaded 2 / unchanged 0 / rejected 0" in result.output
    assert "areas of t without a figure: 5" in result.output
    assert "areas with the sum of their parts: 1" in result.output
    assert "left without a figure, because a part has none: 01; 002" in result.output
