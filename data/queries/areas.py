"""Reading areas of an edition: lists, one area with what lies above it, search without tones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, any_, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from data.errors import NotFoundError
from data.models import Area, BoundaryFile
from data.queries.level_units import is_unit_of
from geo.levels import AdminLevel

# The type words that official names begin with, folded, longest first.
TYPE_WORDS = "^(thanh pho|thi tran|thi xa|dac khu|tinh|quan|huyen|phuong|xa) "


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaRecord:
    """One area; missing figures are None, never zero.

    `bbox` is west, south, east, north in degrees, EPSG:4326.
    """

    code: str
    name: str
    name_en: str | None
    level: AdminLevel
    parent_code: str | None
    is_leaf: bool
    population: int | None
    area_km2: float | None
    bbox: tuple[float, float, float, float] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundArea:
    """An area that a search found, with the names of the areas above it, nearest first.

    `within_en` has their English names in the same order, None where there is none.
    """

    area: AreaRecord
    within: tuple[str, ...]
    within_en: tuple[str | None, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BoundaryIndex:
    """Which display file is current, and the areas in it in the order of its features."""

    content_hash: str
    codes: tuple[str, ...]


_PARENT = aliased(Area, name="parent")


def _select_areas() -> Select[*tuple[Any, ...]]:
    return select(
        Area.code,
        Area.name,
        Area.name_en,
        Area.admin_level,
        _PARENT.code.label("parent_code"),
        Area.is_leaf,
        Area.population,
        Area.area_km2,
        Area.west,
        Area.south,
        Area.east,
        Area.north,
        Area.path,
    ).outerjoin(_PARENT, _PARENT.area_id == Area.parent_id)


def _record(row: Row[Any]) -> AreaRecord:
    box = (row.west, row.south, row.east, row.north)
    return AreaRecord(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        level=AdminLevel(row.admin_level),
        parent_code=row.parent_code,
        is_leaf=row.is_leaf,
        population=row.population,
        area_km2=row.area_km2,
        bbox=None if None in box else box,
    )


def like_pattern(text: str) -> str:
    r"""Text with the signs that LIKE reads specially (`\`, `%`, `_`) taken literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def contains_words(column: ColumnElement[str] | Any, folded: str) -> list[ColumnElement[bool]]:
    """Conditions that a folded name holds every word of a folded query, in any order.

    One condition for each word, so that the trigram index serves each.
    """
    return [column.like(f"%{like_pattern(word)}%") for word in folded.split()[:8]]


def require_area_id(session: Session, *, edition_code: str, code: str) -> int:
    """Key of an area.

    Raises:
        NotFoundError: The edition has no area with this code.
    """
    area_id = session.scalar(
        select(Area.area_id).where(Area.edition_code == edition_code, Area.code == code)
    )
    if area_id is None:
        raise NotFoundError(f"edition {edition_code} has no area with code {code}")
    return area_id


def list_areas(
    session: Session,
    *,
    edition_code: str,
    level: AdminLevel | None,
    parent_code: str | None,
    folded: str | None,
    after_code: str | None,
    limit: int,
) -> list[AreaRecord]:
    """Areas in the order of their codes.

    Args:
        session: Open session.
        edition_code: Boundary edition.
        level: Only the units of this level (see `level_units`); None for all.
        parent_code: Only areas within this one, at any depth; None for the whole edition.
        folded: Words that the folded name must hold; None for all.
        after_code: Last code of the page before.
        limit: Most areas given.

    Raises:
        NotFoundError: The edition has no area with the parent's code.
    """
    query = _select_areas().where(Area.edition_code == edition_code)
    if level is not None:
        query = query.where(is_unit_of(level))
    if parent_code is not None:
        parent_id = require_area_id(session, edition_code=edition_code, code=parent_code)
        query = query.where(literal(parent_id) == any_(Area.path), Area.area_id != parent_id)
    if folded is not None:
        query = query.where(*contains_words(Area.name_ascii, folded))
    if after_code is not None:
        query = query.where(Area.code > after_code)
    return [_record(row) for row in session.execute(query.order_by(Area.code).limit(limit))]


def read_area(
    session: Session, *, edition_code: str, code: str
) -> tuple[AreaRecord, tuple[AreaRecord, ...]]:
    """One area and the areas above it, from the top down.

    Raises:
        NotFoundError: The edition has no area with this code.
    """
    path = (
        select(func.unnest(Area.path).label("area_id"))
        .where(Area.edition_code == edition_code, Area.code == code)
        .subquery()
    )
    rows = session.execute(
        _select_areas()
        .where(Area.area_id.in_(select(path.c.area_id)))
        .order_by(func.cardinality(Area.path))
    ).all()
    if not rows:
        raise NotFoundError(f"edition {edition_code} has no area with code {code}")
    records = tuple(_record(row) for row in rows)
    return records[-1], records[:-1]


def search_areas(
    session: Session, *, edition_code: str, folded: str, limit: int
) -> list[FoundArea]:
    """Areas whose folded name holds the words, the likeliest meant first.

    A name that without its type word is the query comes first ("ba dinh":
    Quận Ba Đình), then names that begin with it, then those with a word that
    does; within each, larger areas first, then by code.
    """
    bare = func.regexp_replace(Area.name_ascii, TYPE_WORDS, "")
    pattern = like_pattern(folded)
    rank = case(
        (or_(bare == folded, Area.name_ascii == folded), 0),
        (or_(bare.like(f"{pattern}%"), Area.name_ascii.like(f"{pattern}%")), 1),
        (bare.like(f"% {pattern}%"), 2),
        else_=3,
    )
    rows = session.execute(
        _select_areas()
        .where(
            and_(
                Area.edition_code == edition_code,
                *contains_words(Area.name_ascii, folded),
            )
        )
        .order_by(rank, Area.admin_level, Area.population.desc().nulls_last(), Area.code)
        .limit(limit)
    ).all()
    above = {area_id for row in rows for area_id in row.path[:-1]}
    names = _names(session, sorted(above))
    return [
        FoundArea(
            area=_record(row),
            within=tuple(names[area_id][0] for area_id in reversed(row.path[:-1])),
            within_en=tuple(names[area_id][1] for area_id in reversed(row.path[:-1])),
        )
        for row in rows
    ]


def _names(session: Session, area_ids: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    """Name, and English name where there is one, by area."""
    if not area_ids:
        return {}
    rows = session.execute(
        select(Area.area_id, Area.name, Area.name_en)
        .where(Area.area_id.in_(area_ids))
        .order_by(Area.area_id)
    )
    return {row.area_id: (row.name, row.name_en) for row in rows}


def read_boundary_hash(
    session: Session, *, edition_code: str, level: AdminLevel, parent_code: str
) -> str | None:
    """Content hash of the current display file; None where there is none."""
    return session.scalar(
        select(BoundaryFile.content_hash).where(
            BoundaryFile.edition_code == edition_code,
            BoundaryFile.admin_level == int(level),
            BoundaryFile.parent_code == parent_code,
        )
    )


def read_boundary_index(
    session: Session, *, edition_code: str, level: AdminLevel, parent_code: str
) -> BoundaryIndex | None:
    """Hash and codes of the current display file; None where there is none."""
    row = session.execute(
        select(BoundaryFile.content_hash, BoundaryFile.codes).where(
            BoundaryFile.edition_code == edition_code,
            BoundaryFile.admin_level == int(level),
            BoundaryFile.parent_code == parent_code,
        )
    ).one_or_none()
    return (
        None
        if row is None
        else BoundaryIndex(content_hash=row.content_hash, codes=tuple(row.codes))
    )
