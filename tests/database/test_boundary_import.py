import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker
from typer.testing import CliRunner

from data.cli import app
from data.errors import InputError, NotFoundError
from data.models import Area, BoundaryEdition, BoundaryFile
from data.queries.boundary_files import list_boundary_files, read_boundary_file
from data.queries.editions import active_edition_code, list_editions, require_edition
from data.services.boundaries.boundary_import import (
    BoundarySource,
    EditionChoice,
    ImportOptions,
    import_boundaries,
    sources_of,
)
from data.services.boundaries.editions import activate_edition
from geo.coverage import is_coverage
from geo.levels import AdminLevel
from tests.boundary_data import DISTRICTS, WARDS, frame, square, write_levels, write_units

P, D, W = AdminLevel.PROVINCE, AdminLevel.DISTRICT, AdminLevel.WARD
Sessions = sessionmaker[Session]


def load(sessions: Sessions, folder: Path, *levels: AdminLevel, code: str = "t", **options: object):
    paths = write_levels(folder)
    sources = [BoundarySource(path=paths[level], level=level) for level in levels]
    return import_boundaries(
        sessions,
        sources,
        EditionChoice(code=code),
        ImportOptions(**options),  # type: ignore[arg-type]  # keywords of one helper for many calls
    )


def areas(sessions: Sessions, code: str = "t") -> dict[str, Area]:
    with sessions() as session:
        rows = session.scalars(select(Area).where(Area.edition_code == code).order_by(Area.code))
        return {row.code: row for row in rows}


def test_three_files_become_one_edition(sessions: Sessions, tmp_path: Path) -> None:
    report = load(sessions, tmp_path, P, D, W)
    assert report.rows == 8
    assert report.quality["units"] == {"district": 3, "province": 1, "ward": 4}
    found = areas(sessions)
    assert [code for code, area in found.items() if area.is_leaf] == [
        "00001", "00002", "00003", "00004", "003"
    ]  # fmt: skip
    ward = found["00001"]
    assert ward.path == [found["01"].area_id, found["001"].area_id, ward.area_id]
    assert ward.name_ascii == "phuong mot"
    assert ward.name_en == "Mot Ward"
    assert ward.area_km2 == pytest.approx(4.66, abs=0.1)
    with sessions() as session:
        # The first edition is the one shown.
        assert active_edition_code(session) == "t"


def test_district_without_wards_is_in_the_file_of_wards(sessions: Sessions, tmp_path: Path) -> None:
    load(sessions, tmp_path, P, D, W)
    with sessions() as session:
        for parent in ("all", "01"):
            file = read_boundary_file(session, "t", W, parent)
            assert file.codes == ["00001", "00002", "00003", "00004", "003"]
        keys = {(key.level, key.parent_code) for key in list_boundary_files(session, "t")}
        with pytest.raises(NotFoundError, match="no ward boundaries within '003'"):
            read_boundary_file(session, "t", W, "003")
    assert keys == {
        (P, "all"), (D, "all"), (D, "01"), (W, "all"), (W, "01"), (W, "001"), (W, "002")
    }  # fmt: skip


def test_display_files_share_edges(sessions: Sessions, tmp_path: Path) -> None:
    load(sessions, tmp_path, P, D, W)
    with sessions() as session:
        content = gzip.decompress(read_boundary_file(session, "t", W).gzip)
    assert is_coverage(shapely.get_parts(shapely.from_geojson(content.decode())))
    assert json.loads(content)["features"][0]["properties"]["name"] == "Phường Một"


def test_again_changes_nothing_and_keeps_the_ids(sessions: Sessions, tmp_path: Path) -> None:
    load(sessions, tmp_path, P, D, W)
    before = {code: area.area_id for code, area in areas(sessions).items()}
    stored = load(sessions, tmp_path, P, D, W).stored
    assert stored is not None
    assert (stored.added, stored.changed, stored.unchanged, stored.removed) == (0, 0, 8, 0)
    assert {code: area.area_id for code, area in areas(sessions).items()} == before


def test_upper_levels_are_made_as_unions(sessions: Sessions, tmp_path: Path) -> None:
    report = load(sessions, tmp_path, W, units=str(write_units(tmp_path)))
    found = areas(sessions)
    assert set(found) >= {"01", "001", "002"}
    assert found["001"].name == "Quận A"
    with sessions() as session:
        same = session.scalar(
            text(
                "SELECT ST_Equals(geom, ST_GeomFromText(:shape, 4326)) FROM area"
                " WHERE edition_code = 't' AND code = '001'"
            ),
            {"shape": DISTRICTS[0][3].wkt},
        )
    assert same
    assert report.quality["made_as_unions"] == ["001", "002", "01"]


def test_levels_may_come_one_after_the_other(sessions: Sessions, tmp_path: Path) -> None:
    load(sessions, tmp_path, W, units=str(write_units(tmp_path)))
    load(sessions, tmp_path, D)
    load(sessions, tmp_path, P)
    found = areas(sessions)
    assert [area.admin_level for area in found.values()].count(2) == 3
    assert found["003"].is_leaf
    assert found["003"].parent_id == found["01"].area_id


def test_listed_unit_without_polygon_is_kept_and_reported(
    sessions: Sessions, tmp_path: Path
) -> None:
    report = load(sessions, tmp_path, P, D, W, units=str(write_units(tmp_path)))
    ward = areas(sessions)["00005"]
    assert (ward.geom, ward.area_km2, ward.west, ward.is_leaf) == (None, None, None, True)
    assert report.quality["without_polygon"] == ["00005"]
    with sessions() as session:
        assert "00005" not in read_boundary_file(session, "t", W).codes


def test_edition_with_two_levels(sessions: Sessions, tmp_path: Path) -> None:
    provinces, wards = tmp_path / "p.gpkg", tmp_path / "w.gpkg"
    frame([("01", "Tỉnh Một", "VN", square(0, 0, wide=2))]).to_file(provinces)
    frame([(code, name, "01", shape) for code, name, _, shape in WARDS[:2]]).to_file(wards)
    sources = sources_of([provinces, wards], [P, W], [])
    import_boundaries(sessions, sources, EditionChoice(code="two"), ImportOptions())
    with sessions() as session:
        assert require_edition(session, "two").levels == (P, W)
        assert read_boundary_file(session, "two", W, "01").codes == ["00001", "00002"]


def test_codes_are_found_by_name_and_lookalikes_are_told_apart(
    sessions: Sessions, tmp_path: Path
) -> None:
    path = tmp_path / "names.gpkg"
    layer = frame(WARDS).drop(columns=["code", "parent_code"])
    layer["huyen"] = ["Quận A", "Quận A", "Huyện B", "Huyện B"]
    layer.loc[3, "name"] = "Xã Minh Quan"
    layer.to_file(path)
    columns = ImportOptions().columns.__class__(name="name", parent_name="huyen")
    report = import_boundaries(
        sessions,
        [BoundarySource(path=path, level=W)],
        EditionChoice(code="t"),
        ImportOptions(columns=columns, units=str(write_units(tmp_path))),
    )
    assert report.quality["matched_by_name"] == {"ward": 3}
    assert [row.reason for row in report.refused] == [
        "differs in its tones from Xã Minh Quán (00003), Xã Minh Quân (00004)"
    ]
    found = areas(sessions)
    assert found["00003"].geom is not None
    assert found["00004"].geom is None


def test_all_of_it_or_nothing(
    committing_sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Sessions that commit: a second transaction would leave its rows behind.
    sessions = committing_sessions

    def fail(*_: object, **__: object) -> None:
        raise InputError("cut off")

    monkeypatch.setattr("data.services.boundaries.boundary_import.make_boundary_files", fail)
    with pytest.raises(InputError, match="cut off"):
        load(sessions, tmp_path, P, D, W)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(BoundaryEdition)) == 0
        assert session.scalar(select(func.count()).select_from(Area)) == 0


def test_dry_run_reports_and_stores_nothing(sessions: Sessions, tmp_path: Path) -> None:
    paths = write_levels(tmp_path)
    report = import_boundaries(
        sessions,
        [BoundarySource(path=paths[W], level=W)],
        EditionChoice(code="t"),
        ImportOptions(),
        is_dry_run=True,
    )
    assert report.stored is None
    assert report.quality["units"]["ward"] == 4
    with sessions() as session:
        assert list_editions(session) == []


def test_duplicate_codes_are_refused(sessions: Sessions, tmp_path: Path) -> None:
    path = tmp_path / "double.gpkg"
    frame([WARDS[0], WARDS[0]]).to_file(path)
    with pytest.raises(InputError, match=r"1 codes stand in several rows \(00001\)"):
        import_boundaries(
            sessions,
            [BoundarySource(path=path, level=W)],
            EditionChoice(code="t"),
            ImportOptions(),
        )


def test_one_edition_is_active(sessions: Sessions, tmp_path: Path) -> None:
    load(sessions, tmp_path, P, D, W, code="a")
    load(sessions, tmp_path, P, D, W, code="b")
    with sessions() as session:
        assert active_edition_code(session) == "a"
        activate_edition(session, "b")
        activate_edition(session, "b")
        assert active_edition_code(session) == "b"
        with pytest.raises(NotFoundError, match="there are: a, b"):
            activate_edition(session, "c")


def test_files_levels_and_layers_must_fit() -> None:
    one, two = Path("a.gpkg"), Path("b.gpkg")
    assert [source.level for source in sources_of([one, two], [W], [])] == [W, W]
    layered = sources_of([one], [P, W], ["p", "w"])
    assert [(source.layer, source.level) for source in layered] == [("p", P), ("w", W)]
    with pytest.raises(InputError, match="do not fit"):
        sources_of([one, two], [P, D, W], [])


def test_commands(
    committing_sessions: Sessions,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    run = CliRunner().invoke
    paths = write_levels(tmp_path)
    files = [str(paths[level]) for level in (P, D, W)]
    levels = ["--level", "province", "--level", "district", "--level", "ward"]
    result = run(app, ["boundaries", "import", *files, *levels, "--edition", "cli"])
    assert result.exit_code == 0, result.output
    assert "read 8 / loaded 8 / unchanged 0 / rejected 0" in result.output
    assert "* cli: 1 provinces, 3 districts, 4 wards" in run(app, ["boundaries", "list"]).output
    assert "wards: 4" in run(app, ["boundaries", "check", "cli"]).output
    assert run(app, ["boundaries", "activate", "cli"]).exit_code == 0
    assert (
        run(app, ["boundaries", "import", *files, "--edition", "cli", "--level", "town"]).exit_code
        == 2
    )
    for command in ("import", "population", "list", "check", "activate"):
        assert "Example:" in run(app, ["boundaries", command, "--help"]).output
    with committing_sessions() as session:
        assert session.scalar(select(func.count()).select_from(BoundaryFile)) == 7


def test_hot_queries_use_their_indexes(sessions: Sessions, tmp_path: Path) -> None:
    cells = [(f"{n:05}", f"Xã {n}", "001", square(n % 50, n // 50)) for n in range(2_000)]
    path = tmp_path / "many.gpkg"
    frame(cells).to_file(path)
    import_boundaries(
        sessions, [BoundarySource(path=path, level=W)], EditionChoice(code="t"), ImportOptions()
    )
    with sessions() as session:
        plan = session.scalars(
            text(
                "EXPLAIN SELECT area_id FROM area WHERE edition_code = 't' AND is_leaf"
                " AND ST_Intersects(geom, ST_SetSRID(ST_MakePoint(105.03, 20.03), 4326))"
                " ORDER BY area_id LIMIT 1"
            )
        ).all()
    assert "ix_area_geom" in "\n".join(plan)
    assert np.asarray(plan).size
