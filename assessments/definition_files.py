"""Reading the YAML files of `assessments/definitions`, strictly, with the line of every problem."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from assessments.errors import DefinitionError, DefinitionProblem

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

REMEDIES: Final = {
    "missing": "add it",
    "extra_forbidden": "remove it, or correct its spelling",
    "string_type": "write it as text; a number needs quotes, or 1.10 becomes 1.1",
    "int_type": "write a whole number without quotes",
    "literal_error": "use one of the values named",
    "enum": "use one of the values named",
    "string_too_short": "write a text, or leave the key out where it is optional",
    "string_pattern_mismatch": "write it in the form of the other sets",
    "date_type": "write a day without quotes, such as 2020-04-28",
    "date_parsing": "write a day that exists, such as 2020-04-28",
    "date_from_datetime_parsing": "write a day that exists, such as 2020-04-28",
    "date_from_datetime_inexact": "write a day without a time, such as 2020-04-28",
}
DAY: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
EITHER_OR: Final = {
    "territory": (
        "neither 'national' nor a list of province codes",
        'write national, or codes in quotes: ["79"]',
    ),
    "rule.veto": (
        "neither 'all' nor a list of criteria",
        'write all, or ids in quotes: ["4", "5"]',
    ),
}
"""Values of two forms; their reader names what is wrong by both of them, we by neither."""

LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Safe, and ten times as fast where the C library is there."""

TEXT_TAG: Final = "tag:yaml.org,2002:str"

Place = Sequence[str | int]
"""Keys and positions that lead to a value, from the top of the document."""


class DefinitionModel(BaseModel):
    """Base of everything read from a definitions file: frozen, no unknown keys, no coercion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Model = TypeVar("Model", bound=DefinitionModel)


@dataclass(frozen=True)
class Document:
    """A YAML text as read: its values, and where each of them stands."""

    value: Any
    root: yaml.Node | None

    def line_of(self, place: Place) -> int:
        """Line of a value, from 1; of what holds it where the value is not there."""
        node, line = self.root, 1
        for part in place:
            found = _step(node, part)
            if found is None:
                break
            mark, node = found
            line = mark.line + 1
        return line

    def has(self, place: Place) -> bool:
        """Whether there is a value at a place."""
        node = self.root
        for part in place:
            found = _step(node, part)
            if found is None:
                return False
            node = found[1]
        return True


def _step(node: yaml.Node | None, part: str | int) -> tuple[yaml.Mark, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark, node.value[part]
    return None


def read_document(file_name: str, text: str) -> tuple[Document, list[DefinitionProblem]]:
    """Read YAML and name every key that stands twice; readers otherwise keep the last silently.

    Raises:
        DefinitionError: The text is not YAML.
    """
    loader = LOADER(text)
    try:
        root = loader.get_single_node()
        refused = tuple(_unreadable(root, set()))
        if refused:
            raise DefinitionError(file_name, refused)
        _keep_as_text(loader, root)
        value = None if root is None else loader.construct_document(root)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = DefinitionProblem(
            path=f"line {line}",
            problem=str(getattr(error, "problem", None) or "not YAML"),
            remedy="correct the line",
            line=line,
        )
        raise DefinitionError(file_name, (problem,)) from error
    finally:
        loader.dispose()
    return Document(value, root), list(_keys_twice(root))


def _unreadable(node: yaml.Node | None, seen: set[int]) -> Iterator[DefinitionProblem]:
    """What YAML allows and no definition needs: values by reference, keys that are no words."""
    if node is None or isinstance(node, yaml.ScalarNode):
        return
    line = node.start_mark.line + 1
    if id(node) in seen:
        yield DefinitionProblem(
            path=f"line {line}",
            problem="another place refers to this value",
            remedy="write it out there, without & and *",
            line=line,
        )
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from _unreadable(one, seen)
        return
    for key, value in node.value:
        if key.tag != TEXT_TAG:
            line = key.start_mark.line + 1
            yield DefinitionProblem(
                path=f"line {line}",
                problem="a key that is not a word",
                remedy="write one of the keys of the other sets",
                line=line,
            )
        yield from _unreadable(value, seen)


def _keep_as_text(loader: Any, node: yaml.Node | None) -> None:
    """Let values that only look like a day or a number be text, to be named by their keys."""
    if isinstance(node, yaml.ScalarNode):
        try:
            loader.construct_object(node)
        except ValueError:
            loader.recursive_objects.pop(node, None)  # else it counts as being under way for ever
            node.tag = TEXT_TAG
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            _keep_as_text(loader, one)
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            _keep_as_text(loader, value)


def _keys_twice(node: yaml.Node | None) -> Iterator[DefinitionProblem]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                yield DefinitionProblem(
                    path=f"line {line}",
                    problem=f"the key {key.value!r} stands twice",
                    remedy="keep one of them",
                    line=line,
                )
            seen.add(str(key.value))
            yield from _keys_twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _keys_twice(value)


def parse_definition(model: type[Model], file_name: str, text: str) -> Model:
    """Read one definition from YAML text.

    Raises:
        DefinitionError: The text is not YAML, a key stands twice, is missing or
            unknown, or a value has the wrong form.
    """
    document, problems = read_document(file_name, text)
    found = validate(model, document, problems)
    if found is None or problems:
        raise DefinitionError(file_name, tuple(problems))
    return found


def validate(
    model: type[Model], document: Document, problems: list[DefinitionProblem]
) -> Model | None:
    """A document as a model; None where its form is wrong, every problem then being added."""
    try:
        return validate_value(model, document.value)
    except ValidationError as error:
        seen: set[str] = set()
        for details in error.errors():
            problem = _problem_of(details, document)
            if problem.path not in seen or problem.path not in EITHER_OR:
                problems.append(problem)
            seen.add(problem.path)
        return None


def validate_value(model: type[Model], value: object) -> Model:
    """A value read from YAML as a model.

    Raises:
        ValidationError: Its form is wrong.
    """
    # By way of JSON: strict, and yet lists and words become tuples and members.
    return model.model_validate_json(json.dumps(value, default=str), strict=True)


def _problem_of(details: "ErrorDetails", document: Document) -> DefinitionProblem:
    place = list(details["loc"])
    path = ".".join(str(part) for part in place)
    line = document.line_of(place)
    for either, (problem, remedy) in EITHER_OR.items():
        if path.startswith(f"{either}."):
            return DefinitionProblem(path=either, problem=problem, remedy=remedy, line=line)
    message = details["msg"]
    if details["type"].startswith("date_") and DAY.fullmatch(str(details["input"])):
        message = f"there is no such day as {details['input']}"
    return DefinitionProblem(
        path=path,
        problem=message[:1].lower() + message[1:],
        remedy=REMEDIES.get(details["type"], "correct the value"),
        line=line,
    )


def read_definition_texts(prefix: str = "") -> dict[str, str]:
    """Texts of the definitions files of this package, by file name, in name order."""
    folder = files("assessments") / "definitions"
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda item: item.name)
        if entry.name.endswith(".yaml") and entry.name.startswith(prefix)
    }
