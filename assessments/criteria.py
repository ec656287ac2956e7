"""The criteria sets of this project: reading, checking, choosing."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from assessments.criteria_checks import find_problems
from assessments.criteria_models import (
    Chapter,
    Confidence,
    CriteriaSet,
    Criterion,
    LocalText,
    Rule,
    SetLevel,
    SubContent,
    Validity,
)
from assessments.definition_files import parse_definition, read_definition_texts
from assessments.errors import DefinitionError, DefinitionProblem

__all__ = [
    "Chapter",
    "Confidence",
    "CriteriaSet",
    "Criterion",
    "LocalText",
    "Rule",
    "SetLevel",
    "SubContent",
    "Validity",
    "build_criteria_sets",
    "criteria_set_for",
    "load_criteria_sets",
    "parse_criteria_set",
]

NOT_SETS = frozenset({"area_levels.yaml"})


def parse_criteria_set(file_name: str, text: str) -> CriteriaSet:
    """Read and check one criteria set.

    Args:
        file_name: Named in errors; must be the set's id with `.yaml`.
        text: YAML.

    Raises:
        DefinitionError: Not YAML, wrong form, or the set contradicts itself; every
            problem is named with its path and remedy.
    """
    criteria_set = parse_definition(CriteriaSet, file_name, text)
    problems = find_problems(criteria_set)
    if file_name != f"{criteria_set.id}.yaml":
        problems += (
            DefinitionProblem(
                path="id",
                problem=f"the file of {criteria_set.id!r} has another name",
                remedy=f"call it {criteria_set.id}.yaml",
            ),
        )
    if problems:
        raise DefinitionError(file_name, problems)
    return criteria_set


def build_criteria_sets(texts: Mapping[str, str]) -> Mapping[str, CriteriaSet]:
    """Criteria sets by id from YAML texts by file name.

    Raises:
        DefinitionError: A set is wrong, or two sets claim one venue type on one day.
    """
    sets = [parse_criteria_set(name, text) for name, text in texts.items()]
    for number, one in enumerate(sets):
        for other in sets[:number]:
            both = sorted(set(one.venue_types) & set(other.venue_types))
            if both and _days_overlap(one, other):
                problem = DefinitionProblem(
                    path="venue_types",
                    problem=f"{other.id} also claims {', '.join(both)} on the same days",
                    remedy="end one set with last_day before the other begins",
                )
                raise DefinitionError(f"{one.id}.yaml", (problem,))
    return MappingProxyType({one.id: one for one in sets})


def _days_overlap(one: CriteriaSet, other: CriteriaSet) -> bool:
    first = max(one.first_day, other.first_day)
    return one.holds_on(first) and other.holds_on(first)


@cache
def load_criteria_sets() -> Mapping[str, CriteriaSet]:
    """All criteria sets that come with the project, by id, checked, read once.

    Raises:
        DefinitionError: A file is wrong; the sentence names file, path, problem and remedy.
    """
    texts = read_definition_texts()
    return build_criteria_sets({name: text for name, text in texts.items() if name not in NOT_SETS})


def criteria_set_for(venue_type: str, day: date) -> CriteriaSet | None:
    """The set by which a type of venue is assessed on a day; None where there is none yet."""
    for criteria_set in load_criteria_sets().values():
        if venue_type in criteria_set.venue_types and criteria_set.holds_on(day):
            return criteria_set
    return None
