"""A criteria set as far as it could be read, so that all its problems are found at once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from assessments.criteria_models import CriteriaSet
from assessments.criterion_models import Chapter, Criterion
from assessments.rule_models import Rule, SetLevel

LISTS: Final[Mapping[str, type]] = {
    "chapters": Chapter,
    "criteria": Criterion,
    "levels": SetLevel,
}


@dataclass(kw_only=True)
class SetDraft:
    """Parts of a set that have the right form; lists keep each part's place in the file.

    Attributes:
        incomplete: Names of the lists of which a part could not be read.
    """

    id: str | None = None
    chapters: list[tuple[int, Chapter]] = field(default_factory=list)
    criteria: list[tuple[int, Criterion]] = field(default_factory=list)
    levels: list[tuple[int, SetLevel]] = field(default_factory=list)
    rule: Rule | None = None
    version: str | None = None
    document: str | None = None
    territory: list[str] = field(default_factory=list)
    venue_types: list[str] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)
    replaces_documents: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    issued_on: date | None = None
    issued_in: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    version_from: date | None = None
    incomplete: set[str] = field(default_factory=set)

    def has_all(self, *names: str) -> bool:
        """Whether every part of these could be read."""
        if "rule" in names and self.rule is None:
            return False
        return not self.incomplete.intersection(names)


def draft_of(criteria_set: CriteriaSet) -> SetDraft:
    """A draft of a set that was read without a problem."""
    return SetDraft(
        id=criteria_set.id,
        chapters=list(enumerate(criteria_set.chapters)),
        criteria=list(enumerate(criteria_set.criteria)),
        levels=list(enumerate(criteria_set.levels)),
        rule=criteria_set.rule,
        version=criteria_set.version,
        document=criteria_set.document,
        territory=[] if criteria_set.territory == "national" else list(criteria_set.territory),
        venue_types=list(criteria_set.venue_types),
        replaces=list(criteria_set.replaces),
        replaces_documents=list(criteria_set.replaces_documents),
        sources=list(criteria_set.sources),
        issued_on=criteria_set.issued_on,
        first_day=criteria_set.first_day,
        last_day=criteria_set.last_day,
        version_from=criteria_set.version_from,
    )


def read_draft(document: object) -> SetDraft:
    """The parts of a document that have the right form."""
    if not isinstance(document, Mapping):
        return SetDraft(incomplete=set(LISTS))
    draft = SetDraft(rule=_read(Rule, document.get("rule")))
    for name, model in LISTS.items():
        given = document.get(name)
        parts = given if isinstance(given, list) else []
        read = [(place, _read(model, part)) for place, part in enumerate(parts)]
        getattr(draft, name).extend((place, part) for place, part in read if part is not None)
        if not parts or any(part is None for _, part in read):
            draft.incomplete.add(name)
    draft.id = _read(str, document.get("id"))
    draft.version = _read(str, document.get("version"))
    draft.issued_in = _read(int, document.get("issued_in"))
    draft.document = _read(str, document.get("document"))
    for name in ("territory", "venue_types", "replaces", "replaces_documents", "sources"):
        setattr(draft, name, _read(list[str], document.get(name)) or [])
    for name in ("issued_on", "first_day", "last_day", "version_from"):
        setattr(draft, name, _read(date, document.get(name)))
    return draft


def _read(form: Any, value: object) -> Any:
    try:
        return TypeAdapter(form).validate_json(json.dumps(value, default=str), strict=True)
    except ValidationError:
        return None
