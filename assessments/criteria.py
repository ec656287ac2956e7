"""The criteria sets of this project: every version, which is in force where, and choosing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from types import MappingProxyType

from assessments.criteria_models import (
    Chapter,
    Confidence,
    CriteriaSet,
    Criterion,
    LocalText,
    ReferenceSet,
    Remedy,
    Rule,
    SetLevel,
    SubContent,
    Validity,
)
from assessments.criteria_reading import parse_any_set, parse_criteria_set
from assessments.definition_files import read_definition_texts
from assessments.errors import DefinitionError, DefinitionProblem

__all__ = [
    "Chapter",
    "Confidence",
    "CriteriaSet",
    "Criterion",
    "LocalText",
    "ReferenceSet",
    "Remedy",
    "Rule",
    "SetBook",
    "SetLevel",
    "SubContent",
    "Validity",
    "build_set_book",
    "criteria_set_for",
    "criteria_set_on",
    "criteria_set_version",
    "known_criterion_ids",
    "load_criteria_sets",
    "load_reference_sets",
    "load_set_book",
    "parse_criteria_set",
    "reference_sets_for",
]

NOT_SETS = frozenset({"area_levels.yaml"})
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class SetBook:
    """All sets: the newest version of each, every version, and those that are only listed.

    `last_day` of a set that another one replaces is the day before the other begins.
    """

    newest: Mapping[str, CriteriaSet]
    versions: Mapping[tuple[str, str], CriteriaSet]
    references: Mapping[str, ReferenceSet]

    @cached_property
    def criterion_ids(self) -> frozenset[str]:
        """Ids of the criteria of every set, in every version."""
        return frozenset(
            criterion.id for one in self.versions.values() for criterion in one.criteria
        )

    def on(self, set_id: str, day: date) -> CriteriaSet | None:
        """The version of a set that scores on a day; None where the set is not in force."""
        found = [
            one
            for (key, _), one in self.versions.items()
            if key == set_id and one.holds_on(day) and one.scores_from <= day
        ]
        return max(found, key=lambda one: one.scores_from, default=None)

    def choose(self, venue_type: str, day: date, province_code: str | None) -> CriteriaSet | None:
        """The set by which a venue is assessed; None where there is none.

        Of several the one is taken that is provincial before national, names the type
        before one for any type, began later, and last, comes first by its id.
        """
        found = [
            one
            for set_id in self.newest
            if (one := self.on(set_id, day)) is not None
            and venue_type in one.venue_types
            and one.covers_province(province_code)
        ]
        return min(
            found,
            key=lambda one: (
                one.is_national,
                one.is_for_any_type,
                -one.first_day.toordinal(),
                one.id,
            ),
            default=None,
        )


def build_set_book(texts: Mapping[str, str]) -> SetBook:
    """All sets from YAML texts by file name.

    Raises:
        DefinitionError: A set is wrong, replaces one that is not there, or cannot be told
            from another by the rule that chooses among sets.
    """
    sets: list[CriteriaSet] = []
    references: dict[str, ReferenceSet] = {}
    for name, text in texts.items():
        read = parse_any_set(name, text)
        if isinstance(read, CriteriaSet):
            sets.append(read)
        else:
            references[read.id] = read
    _require_known(sets, references)
    ends = _ends(sets)
    ended = [
        one if one.id not in ends else one.model_copy(update={"last_day": ends[one.id]})
        for one in sets
    ]
    versions = {(one.id, one.version): one for one in ended}
    newest: dict[str, CriteriaSet] = {}
    for one in sorted(ended, key=lambda item: item.scores_from):
        newest[one.id] = one
    _require_clear_choice(list(newest.values()))
    return SetBook(
        newest=MappingProxyType(dict(sorted(newest.items()))),
        versions=MappingProxyType(versions),
        references=MappingProxyType(references),
    )


def _require_known(sets: Iterable[CriteriaSet], references: Mapping[str, ReferenceSet]) -> None:
    """Refuse versions of one day, and replacements of sets that are not there."""
    sets = list(sets)
    ids = {one.id for one in sets} | set(references)
    for number, one in enumerate(sets):
        for other in sets[:number]:
            if other.id != one.id:
                continue
            if other.version == one.version:
                raise _error(
                    one, "version", "another file has the same version", "write a higher one"
                )
            if (other.scores_from < one.scores_from) != (_number(other) < _number(one)) or (
                other.scores_from == one.scores_from
            ):
                raise _error(
                    one,
                    "version_from",
                    f"{one.scores_from} does not follow the version {other.version}",
                    "write the first day on which this version scores; higher ones begin later",
                )
        for unknown in (key for key in one.replaces if key not in ids):
            raise _error(
                one, "replaces", f"there is no set {unknown!r}", "name sets, or documents instead"
            )
        for other in sets:
            if other.id in one.replaces and other.first_day >= one.first_day:
                raise _error(
                    one,
                    "replaces",
                    f"{other.id} begins only on {other.first_day} and would never be in force",
                    "name sets that begin earlier",
                )


def _number(one: CriteriaSet) -> tuple[str, int]:
    """Versions in their order: "2020-04-28.10" comes after "2020-04-28.9"."""
    day, number = one.version.split(".")
    return day, int(number)


def _ends(sets: Iterable[CriteriaSet]) -> dict[str, date]:
    """Last days of the sets that others replace, by id."""
    sets = list(sets)
    own = {one.id: one.last_day for one in sets if one.last_day is not None}
    ends: dict[str, date] = {}
    for one in sets:
        for replaced in one.replaces:
            before = one.first_day - ONE_DAY
            ends[replaced] = min(ends.get(replaced, before), own.get(replaced, before), before)
    return ends


def _require_clear_choice(sets: list[CriteriaSet]) -> None:
    """Refuse two sets that begin on one day for the same types in the same place."""
    for number, one in enumerate(sets):
        for other in sets[:number]:
            both = sorted(set(one.venue_types) & set(other.venue_types))
            if (
                both
                and one.first_day == other.first_day
                and one.is_for_any_type == other.is_for_any_type
                and _share_a_province(one, other)
                and (one.last_day is None or one.last_day >= one.first_day)
                and (other.last_day is None or other.last_day >= other.first_day)
            ):
                raise _error(
                    one,
                    "venue_types",
                    f"{other.id} also claims {', '.join(both)} from the same day",
                    "let one begin later, or say which replaces which",
                )


def _share_a_province(one: CriteriaSet, other: CriteriaSet) -> bool:
    if one.territory == "national" or other.territory == "national":
        return one.territory == other.territory
    return bool(set(one.territory) & set(other.territory))


def _error(one: CriteriaSet, path: str, problem: str, remedy: str) -> DefinitionError:
    found = DefinitionProblem(path=path, problem=problem, remedy=remedy)
    return DefinitionError(f"{one.id}.yaml", (found,))


@cache
def load_set_book() -> SetBook:
    """All sets that come with the project, checked, read once.

    Raises:
        DefinitionError: A file is wrong; the sentence names file, path, problem and remedy.
    """
    texts = read_definition_texts()
    return build_set_book({name: text for name, text in texts.items() if name not in NOT_SETS})


def load_criteria_sets() -> Mapping[str, CriteriaSet]:
    """The newest version of every set that can be filled, by id.

    Raises:
        DefinitionError: A file is wrong; the sentence names file, path, problem and remedy.
    """
    return load_set_book().newest


def load_reference_sets() -> Mapping[str, ReferenceSet]:
    """The sets whose criteria were not found, by id: listed, never filled."""
    return load_set_book().references


def known_criterion_ids() -> frozenset[str]:
    """Ids of the criteria of every set, in every version."""
    return load_set_book().criterion_ids


def criteria_set_version(set_id: str, version: str) -> CriteriaSet | None:
    """A set in one of its versions, however old; None where there is no such version."""
    return load_set_book().versions.get((set_id, version))


def criteria_set_on(set_id: str, day: date) -> CriteriaSet | None:
    """A set in the version that scores on a day; None where it is not in force then."""
    return load_set_book().on(set_id, day)


@lru_cache(maxsize=4096)
def criteria_set_for(
    venue_type: str, day: date, province_code: str | None = None
) -> CriteriaSet | None:
    """The set by which a type of venue is assessed on a day; None where there is none yet.

    Args:
        venue_type: Code of the type.
        day: Calendar day in Asia/Ho_Chi_Minh.
        province_code: Official code of the venue's province; where it is not known, only
            national sets are asked.
    """
    return load_set_book().choose(venue_type, day, province_code)


def reference_sets_for(
    venue_type: str, province_code: str | None = None
) -> tuple[ReferenceSet, ...]:
    """The listed sets that name a type of venue, provincial ones first, then by id."""
    found = [
        one
        for one in load_reference_sets().values()
        if venue_type in one.venue_types and one.covers_province(province_code)
    ]
    return tuple(sorted(found, key=lambda one: (one.is_national, one.id)))
