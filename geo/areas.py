"""Units of an edition before they are stored: who is part of whom, and what is shown together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.levels import AdminLevel


class Origin(StrEnum):
    """Where the shape of a unit comes from."""

    FILE = "file"
    UNION = "union"
    APPROXIMATE = "approximate"
    LISTED = "listed"
    """Named by a unit list; no shape is known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaUnit:
    """One administrative unit.

    `geometry` is a polygon or multi-polygon in EPSG:4326, or None where the
    unit is only listed. `parent_code` is None at the top. `surface_km2` is
    given where the drawn shape does not say it (an islet drawn large).
    """

    code: str
    level: AdminLevel
    parent_code: str | None
    name: str
    name_en: str | None = None
    geometry: shapely.Geometry | None = None
    origin: Origin = Origin.FILE
    has_true_surface: bool = True


def sort_units(units: Sequence[AreaUnit]) -> list[AreaUnit]:
    """Units from the top level down, by code within each."""
    return sorted(units, key=lambda unit: (unit.level, unit.code))


def leaf_codes(units: Sequence[AreaUnit]) -> set[str]:
    """Codes of the units that have no parts: wards, and districts without wards."""
    parents = {unit.parent_code for unit in units}
    return {unit.code for unit in units if unit.code not in parents}


def paths(units: Sequence[AreaUnit]) -> dict[str, tuple[str, ...]]:
    """Codes from the top down to each unit, itself last.

    Raises:
        ValueError: Units are each other's parents.
    """
    parent_of = {unit.code: unit.parent_code for unit in units}
    found: dict[str, tuple[str, ...]] = {}
    for unit in units:
        path: list[str] = []
        code: str | None = unit.code
        while code is not None and code in parent_of:
            if code in path:
                raise ValueError(f"unit {code} is above itself")
            path.append(code)
            code = parent_of[code]
        found[unit.code] = tuple(reversed(path))
    return found


def shown_at(units: Sequence[AreaUnit], level: AdminLevel) -> list[AreaUnit]:
    """What a map of one level shows, by code.

    Units of that level, and units above it that have no parts: a district
    without wards keeps its place on the map of wards.
    """
    leaves = leaf_codes(units)
    shown = [
        unit
        for unit in units
        if unit.level == level or (unit.level < level and unit.code in leaves)
    ]
    return sorted(shown, key=lambda unit: unit.code)


def with_unions(units: Sequence[AreaUnit]) -> list[AreaUnit]:
    """Units in which those without a shape get the union of their parts, from the bottom up.

    The parts must share their borders (a coverage); a unit whose parts have no shape stays so.
    """
    by_code = {unit.code: unit for unit in units}
    for level in sorted({unit.level for unit in units}, reverse=True):
        shapes: dict[str, list[shapely.Geometry]] = {}
        for unit in by_code.values():
            if unit.level == level and unit.geometry is not None and unit.parent_code:
                shapes.setdefault(unit.parent_code, []).append(unit.geometry)
        for code, parts in shapes.items():
            parent = by_code.get(code)
            if parent is not None and parent.geometry is None:
                by_code[code] = replace(
                    parent, geometry=join_parts(np.array(parts, dtype=object)), origin=Origin.UNION
                )
    return sort_units(list(by_code.values()))


def join_parts(parts: NDArray[np.object_]) -> shapely.Geometry:
    """One shape of parts that share their borders; slow but right where they do not."""
    try:
        joined = shapely.coverage_union_all(parts)
    except shapely.errors.GEOSException:
        # Newer GEOS refuses parts that do not meet point by point; older ones drop surface.
        return shapely.union_all(parts)
    if not shapely.is_valid(joined) or shapely.area(joined) < shapely.area(parts).sum() * 0.999999:
        joined = shapely.union_all(parts)
    return joined
