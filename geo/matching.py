"""Units of a file matched by name with a list of official units, where codes are missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import shapely

from geo.levels import AdminLevel
from geo.names import fold, spelling_key, split_type


@dataclass(frozen=True, kw_only=True, slots=True)
class RawUnit:
    """One row of a file as it says it; texts trimmed, None where there is none.

    `number` counts the rows of the file from 1.
    """

    number: int
    level: AdminLevel
    code: str | None
    name: str | None
    type_word: str | None
    name_en: str | None
    parent_code: str | None
    parent_name: str | None
    province_code: str | None
    province_name: str | None
    geometry: shapely.Geometry | None

    @property
    def full_name(self) -> str:
        """The name with its type word, where the two stand in columns of their own."""
        name = self.name or ""
        if self.type_word and not split_type(name).type_word:
            return f"{self.type_word} {name}".strip()
        return name


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedUnit:
    """A unit of an official list."""

    code: str
    level: AdminLevel
    name: str
    parent_code: str | None
    name_en: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """The unit that a row is, or why none could be told."""

    unit: ListedUnit | None
    reason: str = ""


@dataclass(kw_only=True)
class UnitList:
    """Official units by code and by name within their parent."""

    units: dict[str, ListedUnit]
    _by_name: dict[tuple[AdminLevel, str], list[ListedUnit]] = field(default_factory=dict)
    _by_fold: dict[tuple[AdminLevel, str], list[ListedUnit]] = field(default_factory=dict)

    @classmethod
    def of(cls, units: Iterable[ListedUnit]) -> "UnitList":
        """The list of these units; of two with one code the first counts."""
        made = cls(units={})
        for unit in units:
            if unit.code in made.units:
                continue
            made.units[unit.code] = unit
            bare = split_type(unit.name).bare
            made._by_name.setdefault((unit.level, spelling_key(bare)), []).append(unit)
            made._by_fold.setdefault((unit.level, fold(bare)), []).append(unit)
        return made

    def named(self, level: AdminLevel, name: str, parents: set[str] | None) -> Match:
        """The one unit of that name within the parents; letters, tones and type must agree.

        A name without its type word fits every type, but then only one unit may bear it.

        Args:
            level: Level of the unit.
            name: As the file says it.
            parents: Codes of areas at any level above; None for the whole list.
        """
        type_word, bare = split_type(name)
        same = self._by_name.get((level, spelling_key(bare)), [])
        same = [unit for unit in same if self._is_within(unit, parents)]
        fitting = [u for u in same if not type_word or split_type(u.name).type_word == type_word]
        if len(fitting) == 1:
            return Match(unit=fitting[0])
        if fitting:
            return Match(unit=None, reason=f"fits several units: {_names(fitting)}")
        if same:
            return Match(unit=None, reason=f"only units of another type bear it: {_names(same)}")
        like = self._by_fold.get((level, fold(bare)), [])
        like = [unit for unit in like if self._is_within(unit, parents)]
        if like:
            return Match(unit=None, reason=f"differs in its tones from {_names(like)}")
        return Match(unit=None, reason="no unit of the list bears this name here")

    def _is_within(self, unit: ListedUnit, parents: set[str] | None) -> bool:
        if parents is None:
            return True
        code = unit.parent_code
        while code is not None:
            if code in parents:
                return True
            above = self.units.get(code)
            code = above.parent_code if above else None
        return False


def match_unit(raw: RawUnit, listed: UnitList) -> Match:
    """The listed unit that a row is: by its code where the list knows it, else by name.

    A code counts only when the list knows it at this level.
    """
    if raw.code is not None:
        unit = listed.units.get(raw.code)
        if unit is not None and unit.level == raw.level:
            return Match(unit=unit)
    if not raw.name:
        return Match(unit=None, reason="the list does not know its code and it has no name")
    parents: set[str] | None = None
    above: tuple[tuple[str | None, str | None, tuple[AdminLevel, ...]], ...] = (
        (raw.province_code, raw.province_name, (AdminLevel.PROVINCE,)),
        (raw.parent_code, raw.parent_name, _levels_above(raw.level)),
    )
    for code, name, levels in above:
        if code is not None and code in listed.units:
            parents = {code}
        elif name:
            found = [
                match.unit.code
                for level in levels
                if (match := listed.named(level, name, parents)).unit is not None
            ]
            if not found:
                return Match(unit=None, reason=f"its parent {name!r} is not in the list")
            parents = set(found[:1])
    return listed.named(raw.level, raw.full_name, parents)


def _levels_above(level: AdminLevel) -> tuple[AdminLevel, ...]:
    return tuple(sorted((above for above in AdminLevel if above < level), reverse=True))


def _names(units: Sequence[ListedUnit]) -> str:
    return ", ".join(f"{unit.name} ({unit.code})" for unit in units[:5])
