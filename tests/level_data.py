"""Editions, areas, venues and spans for tests of counts and imports; defaults for all else."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import geopandas as gpd
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from data.clock import day_of
from data.venue_ids import make_venue_ids
from geo.names import fold

NO_SHAPE = None


def add_edition(session: Session, code: str = "e3", *, is_active: bool = False) -> str:
    session.execute(
        text(
            "INSERT INTO boundary_edition (code, title_vi, title_en, source, licence,"
            " is_approximate, is_active) VALUES (:code, :code, :code, 'test', 'test', false, :act)"
        ),
        {"code": code, "act": is_active},
    )
    return code


def add_area(
    session: Session,
    edition: str,
    code: str,
    level: int,
    *,
    parent: int | None = None,
    name: str | None = None,
    is_leaf: bool | None = None,
    box: tuple[float, float, float, float] | None = None,
) -> int:
    """Stores an area and gives its id; `box` is west, south, east, north."""
    shape = None
    if box is not None:
        west, south, east, north = box
        shape = (
            f"MULTIPOLYGON((({west} {south},{east} {south},{east} {north},"
            f"{west} {north},{west} {south})))"
        )
    area_id = session.execute(
        text(
            "INSERT INTO area (edition_code, code, admin_level, parent_id, path, is_leaf, name,"
            " name_ascii, geom) VALUES (:edition, :code, :level, :parent, '{}', :leaf, :name,"
            " :folded, ST_GeomFromText(:shape, 4326)) RETURNING area_id"
        ),
        {
            "edition": edition,
            "code": code,
            "level": level,
            "parent": parent,
            "leaf": level == 3 if is_leaf is None else is_leaf,
            "name": name or code,
            "folded": fold(name or code),
            "shape": shape,
        },
    ).scalar_one()
    session.execute(
        text(
            "UPDATE area SET path = coalesce((SELECT path FROM area AS up WHERE up.area_id ="
            " :parent), '{}') || area_id WHERE area_id = :area_id"
        ),
        {"parent": parent, "area_id": area_id},
    )
    return int(area_id)


def add_tree(session: Session, edition: str = "e3") -> dict[str, int]:
    """Two provinces; 01 has district 001 with three wards and the leaf district 498."""
    add_edition(session, edition)
    ids = {code: add_area(session, edition, code, 1) for code in ("01", "48")}
    ids["001"] = add_area(session, edition, "001", 2, parent=ids["01"])
    ids["498"] = add_area(session, edition, "498", 2, parent=ids["48"], is_leaf=True)
    for code in ("00001", "00004", "00006"):
        ids[code] = add_area(session, edition, code, 3, parent=ids["001"])
    return ids


def add_venue(
    session: Session,
    *areas: int,
    venue_type: str = "office",
    opened_on: date = date(2021, 1, 1),
    closed_on: date | None = None,
    footfall: int = 10,
    venue_id: str | None = None,
    source: str = "test",
    external_id: str | None = None,
) -> tuple[int, str]:
    """Stores a venue in one leaf area of each edition; gives its number and public id."""
    public_id = venue_id or make_venue_ids(1)[0]
    venue_pk = session.execute(
        text(
            "INSERT INTO venue (venue_id, venue_type, name, name_ascii, footfall_per_day,"
            " opened_on, closed_on, source, external_id) VALUES (:id, :type, 'Nơi', 'noi',"
            " :footfall, :opened, :closed, :source, :external) RETURNING venue_pk"
        ),
        {
            "id": public_id,
            "type": venue_type,
            "footfall": footfall,
            "opened": opened_on,
            "closed": closed_on,
            "source": source,
            "external": external_id,
        },
    ).scalar_one()
    for area_id in areas:
        session.execute(
            text(
                "INSERT INTO venue_area SELECT :venue, edition_code, area_id, NULL FROM area"
                " WHERE area_id = :area"
            ),
            {"venue": venue_pk, "area": area_id},
        )
    return int(venue_pk), public_id


def add_span(
    session: Session,
    venue_pk: int,
    first_day: date,
    last_day: date,
    level: str = "safe",
    *,
    safety_tenths: int = 900,
    footfall: int = 10,
) -> None:
    assessment_pk = session.execute(
        text(
            "INSERT INTO assessment (venue_pk, set_id, set_version, answers, submitted_at, source)"
            " VALUES (:venue, 'x', '1', '{}', :at, 'test') RETURNING assessment_pk"
        ),
        {"venue": venue_pk, "at": at_noon(first_day)},
    ).scalar_one()
    session.execute(
        text(
            "INSERT INTO venue_level_span VALUES (:venue, :first, :last, :level, :tenths,"
            " :footfall, :assessment)"
        ),
        {
            "venue": venue_pk,
            "first": first_day,
            "last": last_day,
            "level": level,
            "tenths": safety_tenths,
            "footfall": footfall,
            "assessment": assessment_pk,
        },
    )
    session.execute(
        text(
            "UPDATE venue SET first_assessed_on = least(first_assessed_on, :first)"
            " WHERE venue_pk = :venue"
        ),
        {"venue": venue_pk, "first": first_day},
    )


def at_noon(day: date) -> datetime:
    """Noon of a Vietnamese day."""
    moment = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    assert day_of(moment) == day
    return moment


def counts_of(
    sessions: sessionmaker[Session], *, first_day: date = date.min
) -> dict[tuple[date, int], tuple[int, ...]]:
    """Every stored count: (day, area) to venues, safe, at risk, unsafe, footfall, safety."""
    with sessions() as session:
        rows = session.execute(
            text("SELECT * FROM area_level_daily WHERE day >= :first ORDER BY day, area_id"),
            {"first": first_day},
        ).all()
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}


def days_between(first_day: date, last_day: date) -> Iterable[date]:
    return (first_day + timedelta(days=i) for i in range((last_day - first_day).days + 1))


def load_real_areas(session: Session, shared: Path, *, province: str, edition: str = "real") -> str:
    """The real wards of one province, with their district and province above them."""
    folder = shared / "boundaries"
    add_edition(session, edition)
    ids: dict[str, int] = {}
    for level, name in ((1, "provinces"), (2, "districts"), (3, "wards")):
        frame = gpd.read_parquet(
            folder / f"vn_{name}_2021-11-01.parquet",
            filters=[("province_code", "==", province)],
        )
        for row in frame.itertuples():
            ids[row.code] = add_area(
                session, edition, row.code, level, parent=ids.get(row.parent_code), name=row.name
            )
        session.execute(
            text(
                "UPDATE area SET geom = ST_Multi(ST_MakeValid(ST_GeomFromWKB(:wkb, 4326)))"
                " WHERE area_id = :area_id"
            ),
            [
                {"wkb": row.geometry.wkb, "area_id": ids[row.code]}
                for row in frame.itertuples()
                if row.geometry is not None
            ],
        )
    return edition


def write_ndjson(path: Path, rows: Iterable[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
