from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from data.errors import NotFoundError
from data.services.boundaries import location
from data.services.boundaries.boundary_import import (
    BoundarySource,
    EditionChoice,
    ImportOptions,
    import_boundaries,
)
from data.services.boundaries.location import load_area_index, locate_point, locate_venues
from geo.levels import AdminLevel
from tests.boundary_data import SOUTH, STEP, WEST, write_levels

Sessions = sessionmaker[Session]


def add_venue(
    session: Session, number: int, place: tuple[float, float] | None, address: str | None = None
) -> int:
    """A venue at columns and rows of the made-up grid."""
    lon, lat = (None, None) if place is None else (WEST + place[0] * STEP, SOUTH + place[1] * STEP)
    return session.execute(
        text(
            "INSERT INTO venue (venue_id, venue_type, name, name_ascii, address, point,"
            " footfall_per_day, opened_on, source) VALUES (:id, 'office', 'A', 'a', :address,"
            " ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), 1, '2021-01-01', 'test')"
            " RETURNING venue_pk"
        ),
        {"id": f"{number:016}", "address": address, "lon": lon, "lat": lat},
    ).scalar_one()


@pytest.fixture
def edition(sessions: Sessions, tmp_path: Path) -> str:
    paths = write_levels(tmp_path)
    import_boundaries(
        sessions,
        [BoundarySource(path=path, level=level) for level, path in paths.items()],
        EditionChoice(code="t"),
        ImportOptions(),
    )
    return "t"


def areas_of(session: Session) -> dict[int, tuple[str, bool | None]]:
    rows = session.execute(
        text(
            "SELECT venue_pk, code, is_address_in_area FROM venue_area"
            " JOIN area USING (area_id) ORDER BY venue_pk"
        )
    )
    return {row[0]: (row[1], row[2]) for row in rows}


@pytest.mark.parametrize(("few", "chunk"), [(500, 100), (0, 100), (0, 1), (500, 2)])
def test_venues_get_the_area_of_their_point(
    sessions: Sessions, edition: str, few: int, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(location, "_FEW", few)
    monkeypatch.setattr(location, "_CHUNK", chunk)
    with sessions.begin() as session:
        ward = add_venue(session, 1, (0.5, 0.5), "1 Phố X, P. Một, Q. A")
        border = add_venue(session, 2, (1.0, 0.5), "P. Hai, Q. A")
        island = add_venue(session, 3, (3.5, 0.5), "Huyện Đảo")
        outside = add_venue(session, 4, (9.5, 9.5))
        nowhere = add_venue(session, 5, None)
        report = locate_venues(session, edition)
        found = areas_of(session)
    assert found == {ward: ("00001", True), border: ("00001", False), island: ("003", True)}
    assert (report.venues, report.located, report.outside, report.without_point) == (5, 3, 1, 1)
    assert (report.address_agrees, report.address_contradicts) == (2, 1)
    assert outside not in found
    assert nowhere not in found


def test_venue_that_moves_out_of_every_area_leaves_its_area(
    sessions: Sessions, edition: str
) -> None:
    with sessions.begin() as session:
        venue = add_venue(session, 1, (0.5, 0.5))
        other = add_venue(session, 2, (0.5, 0.5))
        locate_venues(session, edition)
        session.execute(text("UPDATE venue SET point = ST_SetSRID(ST_MakePoint(110, 15), 4326)"))
        report = locate_venues(session, edition, venue_pks=[venue])
        assert report.venues == 1
        assert set(areas_of(session)) == {other}


def test_no_venue_chosen_is_not_all_of_them(sessions: Sessions, edition: str) -> None:
    with sessions.begin() as session:
        add_venue(session, 1, (0.5, 0.5))
        assert locate_venues(session, edition, venue_pks=[]).venues == 0


def test_index_and_postgis_agree_also_on_borders(sessions: Sessions, edition: str) -> None:
    rng = np.random.default_rng(2)
    points = np.vstack(
        [
            rng.uniform((WEST - STEP, SOUTH - STEP), (WEST + 5 * STEP, SOUTH + 3 * STEP), (150, 2)),
            [(WEST + i * STEP, SOUTH + j * STEP) for i in range(5) for j in range(3)],
        ]
    )
    with sessions() as session:
        index = load_area_index(session, edition)
        found = [locate_point(session, edition, *point) or -1 for point in points.tolist()]
        assert index.locate(*points.T).tolist() == found
        assert load_area_index(session, edition) is index


def test_unknown_edition(sessions: Sessions) -> None:
    with sessions() as session, pytest.raises(NotFoundError, match="none yet"):
        load_area_index(session, "nowhere")


def test_new_shapes_make_a_new_index(sessions: Sessions, edition: str, tmp_path: Path) -> None:
    with sessions() as session:
        before = load_area_index(session, edition)
    paths = write_levels(tmp_path)
    import_boundaries(
        sessions,
        [BoundarySource(path=paths[AdminLevel.WARD], level=AdminLevel.WARD)],
        EditionChoice(code="t"),
        ImportOptions(),
    )
    with sessions() as session:
        assert load_area_index(session, edition) is not before
