"""Storing, activating and removing boundary editions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import psycopg
import shapely
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from data.models import Area, BoundaryEdition
from data.queries.editions import require_edition
from data.services.boundaries.display import bounds_of
from geo.areas import AreaUnit, leaf_codes, paths, sort_units
from geo.crs import surface_km2
from geo.names import fold


@dataclass(frozen=True, kw_only=True)
class EditionFacts:
    """What is said of an edition besides its areas."""

    code: str
    title_vi: str
    title_en: str
    valid_from: date | None
    valid_to: date | None
    source: str
    licence: str
    is_approximate: bool


@dataclass(frozen=True, kw_only=True)
class StoredAreas:
    """Areas that storing an edition added, changed, left as they were and removed."""

    added: int
    changed: int
    unchanged: int
    removed: int


_COPIED = (
    ("area_id", "int4"),
    ("code", "text"),
    ("admin_level", "int2"),
    ("parent_id", "int4"),
    ("path", "int4[]"),
    ("is_leaf", "bool"),
    ("name", "text"),
    ("name_en", "text"),
    ("name_ascii", "text"),
    ("area_km2", "float8"),
    ("west", "float8"),
    ("south", "float8"),
    ("east", "float8"),
    ("north", "float8"),
    # PostGIS reads the bytes of EWKB in a binary COPY.
    ("geom", "bytea"),
)


def store_edition(
    session: Session, facts: EditionFacts, units: Sequence[AreaUnit], quality: dict[str, Any]
) -> StoredAreas:
    """Make an edition be exactly these units, in the caller's transaction.

    An area that was there under the same code keeps its id and its population,
    so that storing the same edition again changes nothing.

    Args:
        session: Not committed here.
        facts: The edition itself; replaces what was stored under its code.
        units: Every unit, each parent among them, codes unique.
        quality: Report to keep with it.
    """
    values = {
        "title_vi": facts.title_vi,
        "title_en": facts.title_en,
        "valid_from": facts.valid_from,
        "valid_to": facts.valid_to,
        "source": facts.source,
        "licence": facts.licence,
        "is_approximate": facts.is_approximate,
        "quality": quality,
    }
    session.execute(
        insert(BoundaryEdition)
        .values(code=facts.code, **values)
        .on_conflict_do_update(
            index_elements=["code"], set_={**values, "imported_at": func.clock_timestamp()}
        )
    )
    ordered = sort_units(units)
    known = _known_ids(session, facts.code)
    _copy_units(session, ordered, _area_ids(session, known, ordered))
    return _merge(session, facts.code, sorted(known.values()))


def _known_ids(session: Session, edition_code: str) -> dict[str, int]:
    rows = session.execute(
        select(Area.code, Area.area_id).where(Area.edition_code == edition_code).order_by(Area.code)
    )
    return {row.code: row.area_id for row in rows}


def _area_ids(session: Session, known: dict[str, int], units: Sequence[AreaUnit]) -> dict[str, int]:
    new = [unit.code for unit in units if unit.code not in known]
    numbers = session.scalars(
        text(
            "SELECT nextval(pg_get_serial_sequence('area', 'area_id'))"
            " FROM generate_series(1, :n) ORDER BY 1"
        ),
        {"n": len(new)},
    ).all()
    return known | dict(zip(new, numbers, strict=True))


def _copy_units(session: Session, units: Sequence[AreaUnit], ids: dict[str, int]) -> None:
    session.execute(text("DROP TABLE IF EXISTS new_area"))
    session.execute(
        text(
            "CREATE TEMPORARY TABLE new_area ON COMMIT DROP AS SELECT area_id, code, admin_level,"
            " parent_id, path, is_leaf, name, name_en, name_ascii, area_km2,"
            " west, south, east, north, geom FROM area WITH NO DATA"
        )
    )
    leaves, path_of = leaf_codes(units), paths(units)
    shapes = np.array([unit.geometry for unit in units], dtype=object)
    surfaces = surface_km2(shapes)
    driver = session.connection().connection.driver_connection
    if not isinstance(driver, psycopg.Connection):  # pragma: no cover - one driver only
        raise TypeError("storing an edition needs the psycopg 3 driver")
    with (
        driver.cursor() as cursor,
        cursor.copy(
            "COPY new_area (area_id, code, admin_level, parent_id, path, is_leaf, name, name_en,"
            " name_ascii, area_km2, west, south, east, north, geom) FROM STDIN (FORMAT BINARY)"
        ) as copy,
    ):
        copy.set_types([kind for _, kind in _COPIED])
        for unit, surface in zip(units, surfaces.tolist(), strict=True):
            is_measured = unit.geometry is not None and unit.has_true_surface
            copy.write_row(
                (
                    ids[unit.code],
                    unit.code,
                    int(unit.level),
                    None if unit.parent_code is None else ids[unit.parent_code],
                    [ids[code] for code in path_of[unit.code]],
                    unit.code in leaves,
                    unit.name,
                    unit.name_en,
                    fold(unit.name),
                    surface if is_measured else None,
                    *bounds_of(unit.geometry),
                    _ewkb(unit.geometry),
                )
            )
    # Without both the planner compares every old area with every new one.
    session.execute(text("ALTER TABLE new_area ADD PRIMARY KEY (area_id)"))
    session.execute(text("ANALYZE new_area"))


def _ewkb(geometry: shapely.Geometry | None) -> bytes | None:
    if geometry is None:
        return None
    multi = shapely.multipolygons(shapely.get_parts(geometry))
    content: Any = shapely.to_wkb(
        shapely.set_srid(shapely.force_2d(multi), 4326), include_srid=True
    )
    return bytes(content)


def _merge(session: Session, edition_code: str, known_ids: list[int]) -> StoredAreas:
    """Bring `area` in line with the copied rows."""
    code = {"code": edition_code}
    # What stays is brought up to date before anything goes: removing an area removes what still
    # lies below it. Parents may be new, so the new rows come first of all.
    added = session.execute(
        text(
            "INSERT INTO area (area_id, edition_code, code, admin_level, parent_id, path, is_leaf,"
            " name, name_en, name_ascii, area_km2, west, south, east, north, geom)"
            " OVERRIDING SYSTEM VALUE"
            " SELECT area_id, :code, code, admin_level, parent_id, path, is_leaf, name, name_en,"
            " name_ascii, area_km2, west, south, east, north, geom FROM new_area"
            " WHERE NOT EXISTS (SELECT FROM area WHERE area.area_id = new_area.area_id)"
            " ORDER BY area_id RETURNING 1"
        ),
        code,
    ).all()
    changed = session.execute(
        text(
            "UPDATE area SET admin_level = new.admin_level, parent_id = new.parent_id,"
            " path = new.path, is_leaf = new.is_leaf, name = new.name, name_en = new.name_en,"
            " name_ascii = new.name_ascii, area_km2 = new.area_km2, west = new.west,"
            " south = new.south, east = new.east, north = new.north, geom = new.geom"
            " FROM new_area AS new WHERE area.area_id = new.area_id AND area.edition_code = :code"
            " AND ((area.admin_level, area.parent_id, area.path, area.is_leaf, area.name,"
            " area.name_en) IS DISTINCT FROM (new.admin_level, new.parent_id, new.path,"
            " new.is_leaf, new.name, new.name_en)"
            " OR area.area_km2 IS DISTINCT FROM new.area_km2"
            " OR ST_AsBinary(area.geom) IS DISTINCT FROM ST_AsBinary(new.geom))"
            # The rows just added need no comparing.
            " AND area.area_id = ANY(CAST(:known AS integer[])) RETURNING 1"
        ),
        {**code, "known": known_ids},
    ).all()
    removed = session.execute(
        text(
            "DELETE FROM area WHERE edition_code = :code"
            " AND NOT EXISTS (SELECT FROM new_area WHERE new_area.area_id = area.area_id)"
            " RETURNING 1"
        ),
        code,
    ).all()
    total = session.scalar(text("SELECT count(*) FROM new_area")) or 0
    session.execute(text("ANALYZE area"))
    return StoredAreas(
        added=len(added),
        changed=len(changed),
        unchanged=total - len(added) - len(changed),
        removed=len(removed),
    )


def activate_edition(session: Session, edition_code: str) -> None:
    """Show an edition by default, in the caller's transaction.

    Raises:
        NotFoundError: There is no such edition.
    """
    require_edition(session, edition_code)
    session.execute(
        update(BoundaryEdition)
        .where(BoundaryEdition.is_active, BoundaryEdition.code != edition_code)
        .values(is_active=False)
    )
    session.execute(
        update(BoundaryEdition).where(BoundaryEdition.code == edition_code).values(is_active=True)
    )


def store_quality(session: Session, edition_code: str, quality: dict[str, Any]) -> None:
    """Keep the quality report of an edition, in the caller's transaction."""
    session.execute(
        update(BoundaryEdition).where(BoundaryEdition.code == edition_code).values(quality=quality)
    )
