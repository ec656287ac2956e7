"""As many rows as one file may hold, on trees of wards: each count is that of a plain recount.

The embedded edition's wards are always there, real ones where the shared files lie beside the
checkout. Everything happens in one transaction, of which the planner's statistics know nothing:
just so a chain uploads its assessments right after its venues.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import load_criteria_sets
from assessments.levels import VenueLevel
from data.clock import today
from data.ingest.boundaries.library import read_library_units
from data.ingest.uploaded_tables import MOST_ROWS
from data.scope import Actor
from data.services.boundaries.editions import EditionFacts, activate_edition, store_edition
from data.services.boundaries.embedded_edition import approximate_units
from geo.areas import AreaUnit, leaf_codes, paths
from geo.levels import AdminLevel
from tests.bulk_data import HEADERS, confirm, csv_file, upload, venue_row, workbook
from tests.people import make_account

EDITION = "tree"
FEW = frozenset({"01", "48", "79"})  # Hà Nội, Đà Nẵng, TP. Hồ Chí Minh
SET = "school-1467"
Counts = dict[str, Counter[str]]


def _real_units(folder: Path) -> list[AreaUnit]:
    units = []
    for level in AdminLevel:
        frame = gpd.read_parquet(folder / f"vn_{level.word}s_2021-11-01.parquet")
        units += [
            AreaUnit(
                code=row.code,
                level=level,
                parent_code=None if level is AdminLevel.PROVINCE else row.parent_code,
                name=row.name,
                geometry=row.geometry,
            )
            for row in frame[frame["province_code"].isin(FEW)].itertuples(index=False)
        ]
    return units


def _embedded_units() -> list[AreaUnit]:
    library = read_library_units()
    is_near = library.rows["province_code"].isin(FEW).to_numpy()
    few = replace(library, rows=library.rows[is_near], boxes=library.boxes[is_near])
    return approximate_units(few)[0]


def _store(sessions: sessionmaker[Session], units: Sequence[AreaUnit]) -> None:
    facts = EditionFacts(
        code=EDITION,
        title_vi=EDITION,
        title_en=EDITION,
        valid_from=None,
        valid_to=None,
        source="test",
        licence="test",
        is_approximate=False,
    )
    with sessions.begin() as session:
        store_edition(session, facts, units, {})
        activate_edition(session, EDITION)
        session.execute(
            text("INSERT INTO level_generation VALUES (:code, :day, 1) ON CONFLICT DO NOTHING"),
            {"code": EDITION, "day": today()},
        )


def _places(units: Sequence[AreaUnit]) -> list[tuple[str, float, float]]:
    """A leaf's code and a point well inside it, for each row; every leaf has some."""
    leaves = leaf_codes(units)
    inside = [
        (unit.code, unit.geometry, shapely.get_coordinates(shapely.point_on_surface(unit.geometry)))
        for unit in units
        if unit.code in leaves and unit.geometry is not None
    ]
    draws = np.random.default_rng(7).uniform(-0.02, 0.02, (MOST_ROWS, 2))
    places = []
    for number in range(MOST_ROWS):
        code, outline, middle = inside[number % len(inside)]
        near = middle[0] + draws[number]
        lon, lat = near if shapely.contains_xy(outline, near[0], near[1]) else middle[0]
        places.append((code, round(float(lon), 9), round(float(lat), 9)))
    return places


def _recount(
    units: Sequence[AreaUnit], places: Sequence[tuple[str, float, float]], levels: Sequence[str]
) -> Counts:
    """Venues and levels of every area by its own outline, area by area: no parent is asked."""
    points = shapely.points([(lon, lat) for _, lon, lat in places])
    found: Counts = {}
    for unit in units:
        if unit.geometry is None:
            continue
        shapely.prepare(unit.geometry)
        held = np.flatnonzero(shapely.contains(unit.geometry, points))
        if len(held):
            found[unit.code] = Counter(levels[place] for place in held.tolist())
            found[unit.code]["venues"] = len(held)
    return found


def _stored(session: Session, day: date) -> Counts:
    rows = session.execute(
        text(
            "SELECT area.code, venues, safe, at_risk, unsafe FROM area_level_daily AS counted"
            " JOIN area USING (area_id) WHERE day = :day AND venues > 0 ORDER BY area.code"
        ),
        {"day": day},
    )
    return {
        row.code: +Counter(
            {
                "venues": row.venues,
                "safe": row.safe,
                "at_risk": row.at_risk,
                "unsafe": row.unsafe,
                "not_assessed": row.venues - row.safe - row.at_risk - row.unsafe,
            }
        )
        for row in rows
    }


def _rows(places: Sequence[tuple[str, float, float]]) -> list[list[object]]:
    return [
        venue_row(f"A{number}", name=f"Cơ sở {number} {code}", lat=lat, lon=lon)
        for number, (code, lon, lat) in enumerate(places)
    ]


def _upload_venues(
    sessions: sessionmaker[Session],
    owner: Actor,
    units: Sequence[AreaUnit],
    places: Sequence[tuple[str, float, float]],
) -> None:
    record = upload(sessions, owner, workbook(HEADERS, _rows(places)))
    assert record.report["bad"] == 0, record.report["problems"][:3]
    assert record.report["rows"] == MOST_ROWS
    # In a small ward many stand at its middle, and may look alike: the person says they are not.
    stored = confirm(sessions, owner, record, mode="good", with_doubtful=True)
    assert stored.report["stored"] == MOST_ROWS
    expected = _recount(units, places, ["not_assessed"] * MOST_ROWS)
    assert {len(path) for path in paths(units).values()} == {1, 2, 3}
    with sessions() as session:
        assert _stored(session, today()) == expected


def _level_of(sessions: sessionmaker[Session]) -> dict[str, str]:
    with sessions() as session:
        rows = session.execute(
            text(
                "SELECT venue.external_id, result.level FROM venue"
                " JOIN assessment USING (venue_pk)"
                " JOIN assessment_result AS result USING (assessment_pk) ORDER BY 1"
            )
        )
        return {row.external_id: row.level for row in rows}


@pytest.mark.slow
def test_ten_thousand_venues_of_the_embedded_wards(sessions: sessionmaker[Session]) -> None:
    units = _embedded_units()
    _store(sessions, units)
    owner = make_account(sessions)
    places = _places(units)
    _upload_venues(sessions, owner, units, places)
    again = upload(sessions, owner, csv_file(HEADERS, _rows(places), ";"))
    assert again.report["unchanged"] == MOST_ROWS
    more = upload(sessions, owner, csv_file(HEADERS, [*_rows(places), venue_row("B")]))
    assert more.report["refused"] == "too_many_rows"


@pytest.mark.slow
@pytest.mark.shared
def test_ten_thousand_venues_and_their_assessments_in_real_wards(
    sessions: sessionmaker[Session], shared: Path
) -> None:
    units = _real_units(shared / "boundaries")
    _store(sessions, units)
    owner = make_account(sessions)
    places = _places(units)
    _upload_venues(sessions, owner, units, places)
    criteria = load_criteria_sets()[SET].criteria
    headers = ("Mã của bạn", "Ngày đánh giá", *(f"[{one.id}]" for one in criteria))
    draws = np.random.default_rng(11).random((MOST_ROWS, len(criteria)))
    # A third of the venues is assessed; half of those fail here and there.
    rows = [
        [
            f"A{number}",
            today().isoformat(),
            *("Không đạt" if number % 2 and draw < 0.3 else "Đạt" for draw in draws[number]),
        ]
        for number in range(MOST_ROWS)
        if number % 3 == 0
    ]
    record = upload(sessions, owner, workbook(headers, rows), kind="assessments", set_id=SET)
    assert (record.report["new"], record.report["problems"]) == (len(rows), [])
    assert confirm(sessions, owner, record).report["stored"] == len(rows)
    levels = _level_of(sessions)
    assert {VenueLevel.SAFE, VenueLevel.UNSAFE} <= set(levels.values())
    by_row = [levels.get(f"A{number}", "not_assessed") for number in range(MOST_ROWS)]
    with sessions() as session:
        assert _stored(session, today()) == _recount(units, places, by_row)
        yesterday = today() - timedelta(days=1)
        assert _stored(session, yesterday) == {}
