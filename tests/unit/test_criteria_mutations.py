"""Sound sets with one value made wrong: each is named with its line, and none breaks the reader."""

import copy
from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml

from assessments.criteria_reading import parse_any_set
from assessments.definition_files import read_definition_texts
from assessments.errors import DefinitionError

SETS: Final = ("workplace-hcm-1203", "food-hcm-1369", "service-hue-2020")
LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TEXTS: Final = frozenset({"vi", "en"})

Place = tuple[str | int, ...]


def places(document: Any) -> Iterator[tuple[Place, Any]]:
    """Every kind of value once, with the way to its first: one `title.vi` speaks for all."""
    seen: set[Place] = set()
    for place, value in walk(document, ()):
        kind = tuple("" if isinstance(part, int) else part for part in place[-2:])
        if kind not in seen:
            seen.add(kind)
            yield place, value


def walk(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if place:
        yield place, value
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for key in keys:
        yield from walk(value[key], (*place, key))


def changed(document: Any, place: Place, value: Any) -> Any:
    result = copy.deepcopy(document)
    held = result
    for part in place[:-1]:
        held = held[part]
    held[place[-1]] = value
    return result


def nonsense(value: Any) -> Iterator[tuple[str, Any]]:
    """Other values for one, none of which can be meant."""
    if isinstance(value, list):
        yield "an item twice", [*value, copy.deepcopy(value[0])]
        yield "a number", 7
        yield "a map", {"x": 1}
    elif isinstance(value, dict):
        yield "an unknown key", {**value, "unheard_of": 1}
        yield "a list", [value]
    elif isinstance(value, bool | int):
        yield from (
            ("text", "many"),
            ("negative", -1),
            ("no number", float("nan")),
            ("huge", 10**9),
        )
    else:
        yield from (("blank", " "), ("a number", 7), ("a list", [value]), ("nothing", ""))


def read(name: str, document: Any) -> DefinitionError | None:
    text = yaml.dump(document, Dumper=NoReferences, allow_unicode=True, sort_keys=False)
    try:
        parse_any_set(f"{name}.yaml", text)
    except DefinitionError as error:
        for one in error.problems:
            assert one.line in range(1, text.count("\n") + 2), str(one)
        return error
    return None


class NoReferences(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


@pytest.mark.parametrize("name", SETS)
def test_what_cannot_be_meant_is_named(name: str) -> None:
    document = yaml.load(read_definition_texts()[f"{name}.yaml"], Loader=LOADER)  # noqa: S506
    assert read(name, document) is None
    passed = [
        f"{'.'.join(map(str, place))}: {what}"
        for place, value in places(document)
        for what, wrong in nonsense(value)
        if read(name, changed(document, place, wrong)) is None
    ]
    assert passed == []


@pytest.mark.parametrize("name", SETS)
def test_no_removal_and_no_exchange_breaks_the_reader(name: str) -> None:
    """Some are sound (what is optional, the order of chapters); none may end in a traceback."""
    document = yaml.load(read_definition_texts()[f"{name}.yaml"], Loader=LOADER)  # noqa: S506
    for place, value in places(document):
        if isinstance(value, list) and len(value) > 1:
            read(name, changed(document, place, value[::-1]))
        if isinstance(place[-1], str) and place[-1] not in TEXTS:
            without = changed(document, place, None)
            held = without
            for part in place[:-1]:
                held = held[part]
            del held[place[-1]]
            read(name, without)
