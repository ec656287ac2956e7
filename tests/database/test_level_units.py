"""What counts as a unit of a level is the same for shapes, lists, levels and densities."""

from datetime import date, timedelta

import numpy as np
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from data.models import Area
from data.queries.areas import list_areas
from data.queries.boundary_files import list_boundary_files, read_boundary_file
from data.services.boundaries.display import make_boundary_files
from data.services.boundaries.editions import EditionFacts, store_edition
from data.services.counting.levels import read_levels
from data.services.visits.density import read_density
from geo.areas import AreaUnit, with_unions
from geo.levels import AdminLevel
from tests.boundary_data import square
from tests.level_data import add_span, add_venue

P, D, W = AdminLevel.PROVINCE, AdminLevel.DISTRICT, AdminLevel.WARD
Sessions = sessionmaker[Session]
DAY = date(2021, 11, 20)

DA_NANG = [
    ("48", P, None),
    ("490", D, "48"),
    ("20194", W, "490"),
    ("20195", W, "490"),
    # Without wards, as Hoàng Sa.
    ("498", D, "48"),
    # Another province, without districts, as all are since July 2025.
    ("01", P, None),
    ("00001", W, "01"),
]


def random_tree(seed: int) -> list[tuple[str, AdminLevel, str | None]]:
    """Provinces with and without districts, districts with and without wards."""
    rng = np.random.default_rng(seed)
    tree: list[tuple[str, AdminLevel, str | None]] = []
    wards = 0
    for p in range(1, 5):
        province = f"{p:02}"
        tree.append((province, P, None))
        kind = rng.integers(4)
        above = [province] if kind == 0 else []
        if kind in (1, 2):
            above = [f"{p}{d:02}" for d in range(int(rng.integers(1, 4)))]
            tree += [(code, D, province) for code in above]
        for code in above:
            for _ in range(int(rng.integers(0, 3))):
                wards += 1
                tree.append((f"{wards:05}", W, code))
    return tree


def store(sessions: Sessions, tree: list[tuple[str, AdminLevel, str | None]]) -> None:
    parents = {parent for _, _, parent in tree}
    units = [
        AreaUnit(
            code=code,
            level=level,
            parent_code=parent,
            name=code,
            geometry=None if code in parents else square(place, 0),
        )
        for place, (code, level, parent) in enumerate(tree)
    ]
    with sessions.begin() as session:
        facts = EditionFacts(
            code="t",
            title_vi="-",
            title_en="-",
            valid_from=None,
            valid_to=None,
            source="-",
            licence="-",
            is_approximate=False,
        )
        shaped = with_unions(units)
        store_edition(session, facts, shaped, {})
        make_boundary_files(session, "t", shaped)
        session.execute(text("UPDATE boundary_edition SET is_active = true"))


def area_ids(sessions: Sessions) -> dict[str, int]:
    with sessions() as session:
        rows = session.execute(select(Area.code, Area.area_id).order_by(Area.code)).all()
        return {row.code: row.area_id for row in rows}


def listed(sessions: Sessions, level: AdminLevel, parent: str | None) -> list[str]:
    with sessions() as session:
        found = list_areas(
            session,
            edition_code="t",
            level=level,
            parent_code=parent,
            folded=None,
            after_code=None,
            limit=1_000,
        )
    return [area.code for area in found]


@pytest.mark.parametrize("tree", [DA_NANG, *(random_tree(seed) for seed in range(6))])
def test_four_readers_agree(
    sessions: Sessions, tree: list[tuple[str, AdminLevel, str | None]]
) -> None:
    store(sessions, tree)
    with sessions() as session:
        files = {
            (key.level, key.parent_code): read_boundary_file(
                session, "t", key.level, key.parent_code
            ).codes
            for key in list_boundary_files(session, "t")
        }
    there = {level for _, level, _ in tree}
    for level in sorted(there):
        for parent in [None, *(code for code, _, _ in tree)]:
            codes = listed(sessions, level, parent)
            levels = read_levels(
                sessions, edition_code="t", level=level, parent_code=parent, day=DAY
            )
            densities = read_density(
                sessions, edition_code="t", level=level, parent_code=parent, day=DAY
            )
            assert list(levels.codes) == codes, (level, parent)
            assert list(densities.codes) == codes, (level, parent)
            assert files.get((level, parent or "all"), []) == codes, (level, parent)


def test_leaf_district_stands_among_the_wards(sessions: Sessions) -> None:
    store(sessions, DA_NANG)
    assert listed(sessions, W, None) == ["00001", "20194", "20195", "498"]
    assert listed(sessions, W, "48") == ["20194", "20195", "498"]
    assert listed(sessions, W, "498") == []
    assert listed(sessions, D, None) == ["490", "498"]
    assert listed(sessions, P, None) == ["01", "48"]


def test_every_level_sums_up_to_the_same(sessions: Sessions) -> None:
    store(sessions, DA_NANG)
    ids = area_ids(sessions)
    with sessions.begin() as session:
        for number, code in enumerate(("20194", "20195", "20195", "498", "498", "498")):
            venue, _ = add_venue(session, ids[code], external_id=str(number))
            if number % 2:
                add_span(session, venue, DAY, DAY, "safe")

    def total(level: AdminLevel, parent: str | None) -> tuple[int, int]:
        table = read_levels(sessions, edition_code="t", level=level, parent_code=parent, day=DAY)
        return int(table.counts.venues.sum()), int(table.counts.safe.sum())

    assert total(W, None) == total(D, None) == total(P, None) == (6, 3)
    assert total(W, "48") == total(D, "48") == (6, 3)
    assert total(W, "490") == (3, 1)


def test_small_count_of_a_leaf_district_cannot_be_computed(sessions: Sessions) -> None:
    store(sessions, DA_NANG)
    ids = area_ids(sessions)
    visits = {"20194": 400, "20195": 300, "498": 3, "00001": 50}
    with sessions.begin() as session:
        for code, number in visits.items():
            venue, _ = add_venue(session, ids[code], external_id=code)
            session.execute(
                text(
                    "INSERT INTO visit_hourly (venue_pk, day, hour, visits)"
                    " VALUES (:venue, :day, 8, :number)"
                ),
                {"venue": venue, "day": DAY, "number": number},
            )
    seen: dict[str, set[int | None]] = {}
    for level in AdminLevel:
        for parent in (None, "48", "490"):
            table = read_density(
                sessions,
                edition_code="t",
                level=level,
                parent_code=parent,
                day=DAY,
                today=DAY + timedelta(days=1),
            )
            for code, published in zip(table.codes, table.visits, strict=True):
                seen.setdefault(code, set()).add(published)
    # One figure for each area, at whichever level it is listed.
    assert all(len(numbers) == 1 for numbers in seen.values())
    shown = {code: next(iter(numbers)) for code, numbers in seen.items()}
    assert shown["498"] is None
    # The province less its other district, or less that district's wards, would be the count.
    assert None in (shown["48"], shown["490"])
    assert None in (shown["48"], shown["20194"], shown["20195"])
    assert shown["00001"] == 50
