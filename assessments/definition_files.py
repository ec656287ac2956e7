"""Reading the YAML files of `assessments/definitions`, strictly."""

import json
from collections.abc import Hashable
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from assessments.errors import DefinitionError, DefinitionProblem

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

REMEDIES = {
    "missing": "add it",
    "extra_forbidden": "remove it, or correct its spelling",
    "string_type": "write it as text; a number needs quotes, or 1.10 becomes 1.1",
    "int_type": "write a whole number without quotes",
    "literal_error": "use one of the values named",
    "enum": "use one of the values named",
    "string_too_short": "write a text, or leave the key out where it is optional",
}


class DefinitionModel(BaseModel):
    """Base of everything read from a definitions file: frozen, no unknown keys, no coercion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Model = TypeVar("Model", bound=DefinitionModel)


class _StrictLoader(yaml.SafeLoader):
    """Refuses a key that stands twice; YAML readers otherwise keep the last silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def parse_definition(model: type[Model], file_name: str, text: str) -> Model:
    """Read one definition from YAML text.

    Raises:
        DefinitionError: The text is not YAML, a key stands twice, is missing or
            unknown, or a value has the wrong form.
    """
    try:
        document = yaml.load(text, Loader=_StrictLoader)  # noqa: S506  (subclass of SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = DefinitionProblem(
            path=f"line {mark.line + 1}" if mark else "",
            problem=str(getattr(error, "problem", None) or "not YAML"),
            remedy="correct the line",
        )
        raise DefinitionError(file_name, (problem,)) from error
    try:
        # By way of JSON: strict, and yet lists and words become tuples and members.
        return model.model_validate_json(json.dumps(document, default=str), strict=True)
    except ValidationError as error:
        problems = tuple(_problem_of(details) for details in error.errors())
        raise DefinitionError(file_name, problems) from error


def _problem_of(details: "ErrorDetails") -> DefinitionProblem:
    message = details["msg"]
    return DefinitionProblem(
        path=".".join(str(part) for part in details["loc"]),
        problem=message[:1].lower() + message[1:],
        remedy=REMEDIES.get(details["type"], "correct the value"),
    )


def read_definition_texts(prefix: str = "") -> dict[str, str]:
    """Texts of the definitions files of this package, by file name, in name order."""
    folder = files("assessments") / "definitions"
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda item: item.name)
        if entry.name.endswith(".yaml") and entry.name.startswith(prefix)
    }
