"""Reading one criteria set: all that is wrong with it at once, each with its line."""

from collections.abc import Mapping
from dataclasses import replace

from assessments.criteria_checks import draft_problems
from assessments.criteria_drafts import draft_of, read_draft
from assessments.criteria_models import ANY_TYPE, CriteriaSet, ReferenceSet
from assessments.definition_files import Document, read_document, validate
from assessments.errors import DefinitionError, DefinitionProblem
from assessments.head_checks import head_problems, text_problems
from assessments.venue_types import VenueType


def parse_criteria_set(file_name: str, text: str) -> CriteriaSet:
    """Read and check one criteria set that can be filled.

    Args:
        file_name: Named in errors; `<id>.yaml`, or `<id>@<version>.yaml` of an older version.
        text: YAML.

    Raises:
        DefinitionError: Not YAML, wrong form, or the set contradicts itself; every
            problem is named with its path, line and remedy.
    """
    read = parse_any_set(file_name, text)
    if isinstance(read, ReferenceSet):
        raise DefinitionError(
            file_name, (DefinitionProblem("fillable", "the set cannot be filled", "add criteria"),)
        )
    return read


def parse_any_set(file_name: str, text: str) -> CriteriaSet | ReferenceSet:
    """Read and check one criteria set, one that is only listed included.

    Raises:
        DefinitionError: See `parse_criteria_set`.
    """
    document, problems = read_document(file_name, text)
    document = _with_every_type(document)
    value = document.value
    is_listed = isinstance(value, Mapping) and value.get("fillable") is False
    read: CriteriaSet | ReferenceSet | None
    if is_listed:
        read = validate(ReferenceSet, document, problems)
        found_problems = head_problems(read_draft(value))
    else:
        found = validate(CriteriaSet, document, problems)
        draft = read_draft(value) if found is None else draft_of(found)
        found_problems = draft_problems(draft)
        read = found
    problems += [
        DefinitionProblem(path, problem, remedy, document.line_of(place))
        for place, path, problem, remedy in (*found_problems, *text_problems(value))
    ]
    problems += _name_problems(file_name, document)
    if read is None or problems:
        raise DefinitionError(file_name, tuple(problems))
    return read


def with_lines(error: DefinitionError, file_name: str, text: str) -> list[DefinitionProblem]:
    """Problems of a set beside others, each with the line of what it names in the file.

    Args:
        error: What was raised.
        file_name: Name of the set's file.
        text: Its YAML, which can be read.
    """
    if all(one.line is not None for one in error.problems):
        return list(error.problems)
    document, _ = read_document(file_name, text)
    return [
        replace(one, line=one.line or document.line_of(one.path.split(".")))
        for one in error.problems
    ]


def _with_every_type(document: Document) -> Document:
    value = document.value
    if not isinstance(value, dict) or value.get("venue_types") != ANY_TYPE:
        return document
    return Document({**value, "venue_types": [one.value for one in VenueType]}, document.root)


def _name_problems(file_name: str, document: Document) -> list[DefinitionProblem]:
    value = document.value
    if not isinstance(value, Mapping) or not isinstance(value.get("id"), str):
        return []
    names = (f"{value['id']}.yaml", f"{value['id']}@{value.get('version')}.yaml")
    if file_name in names:
        return []
    return [
        DefinitionProblem(
            path="id",
            problem=f"the file of {value['id']!r} has another name",
            remedy=f"call it {names[0]}, or {names[1]} where a newer version has that name",
            line=document.line_of(["id"]),
        )
    ]
