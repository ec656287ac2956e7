"""An edition put together from the rows of files and, where there is one, a list of units."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from geo.areas import AreaUnit, Origin, with_unions
from geo.errors import AnToanError
from geo.levels import AdminLevel
from geo.matching import ListedUnit, RawUnit, UnitList, match_unit
from geo.names import english_name
from geo.repair import repair_polygons


class DuplicateCodeError(AnToanError):
    """Several rows of one level bear the same code."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedRow:
    """A row that is not part of the edition, and why."""

    level: AdminLevel
    number: int
    name: str
    reason: str


@dataclass(kw_only=True)
class Assembly:
    """The units of an edition and what was found on the way."""

    units: list[AreaUnit] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    repaired: Counter[str] = field(default_factory=Counter)
    joined: Counter[str] = field(default_factory=Counter)
    matched_by_name: Counter[str] = field(default_factory=Counter)
    orphans: list[str] = field(default_factory=list)
    made_parents: list[str] = field(default_factory=list)
    without_polygon: list[str] = field(default_factory=list)


def assemble(
    rows: Sequence[RawUnit], listed: UnitList | None, *, join_duplicates: bool = False
) -> Assembly:
    """Units with codes, parents and shapes.

    Rows get their code from the list where the file's is missing or unknown
    there; units above the file's levels are made as unions of their parts;
    listed units of the provinces in the file come along without a shape.

    Args:
        rows: Of one or several levels.
        listed: Official units; None to trust the codes of the file.
        join_duplicates: Join rows with the same code into one unit instead of refusing.

    Raises:
        DuplicateCodeError: Two rows bear one code and are not to be joined.
    """
    made = Assembly()
    sound = _with_sound_shapes(rows, made)
    coded = _with_codes(sound, listed, made)
    units = _joined(coded, made, join_duplicates=join_duplicates)
    units = _with_parents(units, {row.code: row for row in coded if row.code}, listed, made)
    if listed is not None:
        units = _with_listed(units, listed, made)
    placed = _under_parents(with_unions(list(units.values())), made)
    made.units = [
        unit if unit.name_en else replace(unit, name_en=english_name(unit.name)) for unit in placed
    ]
    return made


def _with_sound_shapes(rows: Sequence[RawUnit], made: Assembly) -> list[RawUnit]:
    shapes = np.array([row.geometry for row in rows], dtype=object)
    repaired, was_broken = repair_polygons(shapes)
    kept: list[RawUnit] = []
    for row, shape, broken in zip(rows, repaired, was_broken, strict=True):
        if shape is None:
            made.refused.append(_refused(row, "it has no polygon"))
            continue
        if broken:
            made.repaired[row.level.word] += 1
        kept.append(replace(row, geometry=shape))
    return kept


def _with_codes(rows: Sequence[RawUnit], listed: UnitList | None, made: Assembly) -> list[RawUnit]:
    coded: list[RawUnit] = []
    for row in rows:
        if listed is None:
            if row.code is None or not row.name:
                what = "no code, and there is no list of units to find it in"
                made.refused.append(_refused(row, what if row.code is None else "no name"))
            else:
                coded.append(replace(row, name=_capital(row.full_name)))
            continue
        match = match_unit(row, listed)
        if match.unit is None:
            made.refused.append(_refused(row, match.reason))
            continue
        unit = match.unit
        if row.code != unit.code:
            made.matched_by_name[row.level.word] += 1
        coded.append(
            replace(
                row,
                code=unit.code,
                name=unit.name,
                name_en=row.name_en or unit.name_en,
                parent_code=unit.parent_code,
            )
        )
    return coded


def _joined(
    rows: Sequence[RawUnit], made: Assembly, *, join_duplicates: bool
) -> dict[str, AreaUnit]:
    times = Counter(str(row.code) for row in rows)
    doubled = sorted(code for code, number in times.items() if number > 1)
    if doubled and not join_duplicates:
        raise DuplicateCodeError(
            f"{len(doubled)} codes stand in several rows ({', '.join(doubled[:5])}); join such "
            "rows into one area with --join-duplicates, or mend the file"
        )
    units: dict[str, AreaUnit] = {}
    shapes: dict[str, list[shapely.Geometry]] = {}
    for row in rows:
        code = str(row.code)
        if row.geometry is not None:
            shapes.setdefault(code, []).append(row.geometry)
        units.setdefault(
            code,
            AreaUnit(
                code=code,
                level=row.level,
                parent_code=_parent_code(row),
                name=str(row.name),
                name_en=row.name_en,
            ),
        )
    for code, parts in shapes.items():
        shape = parts[0] if len(parts) == 1 else shapely.union_all(parts)
        units[code] = replace(units[code], geometry=shape)
        if len(parts) > 1:
            made.joined[units[code].level.word] += 1
    return units


def _parent_code(row: RawUnit) -> str | None:
    """A province has no parent, whatever word its file has for the country."""
    return None if row.level is AdminLevel.PROVINCE else (row.parent_code or row.province_code)


def _with_parents(
    units: dict[str, AreaUnit], rows: dict[str, RawUnit], listed: UnitList | None, made: Assembly
) -> dict[str, AreaUnit]:
    """Units above the levels of the file, from the list or from the columns that name them."""
    known = dict(units)
    levels = {unit.level for unit in units.values()}
    for unit in units.values():
        child, row = unit, rows[unit.code]
        while child.parent_code is not None and child.parent_code not in known:
            parent = _missing_parent(child, row, levels, listed)
            if parent is None:
                break
            known[parent.code] = parent
            made.made_parents.append(parent.code)
            child = parent
    return known


def _missing_parent(
    child: AreaUnit, row: RawUnit, levels: set[AdminLevel], listed: UnitList | None
) -> AreaUnit | None:
    code = str(child.parent_code)
    if listed is not None and code in listed.units:
        return _from_list(listed.units[code])
    is_province = code == row.province_code or child.level == AdminLevel.DISTRICT
    level = AdminLevel.PROVINCE if is_province else AdminLevel.DISTRICT
    # A level that is in the files is complete there: a parent that it lacks is an orphan's.
    if level in levels or listed is not None:
        return None
    name = row.province_name if is_province else row.parent_name
    return AreaUnit(
        code=code,
        level=level,
        parent_code=None if is_province else row.province_code,
        name=_capital(name or code),
        origin=Origin.UNION,
    )


def _with_listed(
    units: dict[str, AreaUnit], listed: UnitList, made: Assembly
) -> dict[str, AreaUnit]:
    """Listed units of the provinces that the file is about, which no row was."""
    known = dict(units)
    levels = {unit.level for unit in units.values()}
    tops = {_top(code, listed) for code in units}
    for unit in listed.units.values():
        if unit.code in known or unit.level not in levels or _top(unit.code, listed) not in tops:
            continue
        known[unit.code] = replace(_from_list(unit), origin=Origin.LISTED)
    return known


def _top(code: str, listed: UnitList) -> str:
    while (unit := listed.units.get(code)) is not None and unit.parent_code is not None:
        code = unit.parent_code
    return code


def _from_list(unit: ListedUnit) -> AreaUnit:
    return AreaUnit(
        code=unit.code,
        level=unit.level,
        parent_code=unit.parent_code,
        name=unit.name,
        name_en=unit.name_en,
        origin=Origin.UNION,
    )


def _under_parents(units: Sequence[AreaUnit], made: Assembly) -> list[AreaUnit]:
    """Orphans put under the area that holds them, or at the top, and named either way."""
    codes = {unit.code for unit in units}
    above = [unit for unit in units if unit.geometry is not None]
    tree = shapely.STRtree(np.array([unit.geometry for unit in above], dtype=object))
    placed: list[AreaUnit] = []
    has_upper = min((unit.level for unit in units), default=AdminLevel.PROVINCE)
    for unit in units:
        if unit.geometry is None:
            made.without_polygon.append(unit.code)
        is_top = unit.level == has_upper and unit.parent_code is None
        if is_top or unit.parent_code in codes:
            placed.append(unit)
            continue
        made.orphans.append(unit.code)
        holder: str | None = None
        if unit.geometry is not None:
            inside = tree.query(shapely.point_on_surface(unit.geometry), predicate="intersects")
            holders = [above[place] for place in inside if above[place].level < unit.level]
            if holders:
                holder = max(holders, key=lambda held: (held.level, held.code)).code
        placed.append(replace(unit, parent_code=holder))
    return placed


def _refused(row: RawUnit, reason: str) -> RefusedRow:
    return RefusedRow(
        level=row.level, number=row.number, name=row.full_name or (row.code or ""), reason=reason
    )


def _capital(name: str) -> str:
    """A name whose first letter is small in the source gets its capital."""
    return name[:1].upper() + name[1:]
