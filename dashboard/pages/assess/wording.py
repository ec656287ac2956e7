"""Criteria whose official wording is not known: which, and where the document can be read."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from assessments.criteria_models import CriteriaSet, SetHead

_ADDRESS: Final = re.compile(r"https?://[^\s()]+")
# A source that was noted in part ("https://vnexpress.net/...") leads nowhere.
_SHORTENED: Final = ("...", "…")


@dataclass(frozen=True, kw_only=True)
class SourceView:
    """Where a document was found.

    Attributes:
        text: As the set names it.
        address: A whole web address in it; empty where there is none.
        host: Of the address.
    """

    text: str
    address: str
    host: str


def read_sources(head: SetHead) -> tuple[SourceView, ...]:
    """The sources of a set, those first that can be opened."""
    views = []
    for text in head.sources:
        match = _ADDRESS.search(text)
        address = match[0].rstrip(".,;") if match else ""
        is_whole = address and not any(sign in text for sign in _SHORTENED)
        views.append(
            SourceView(
                text=text,
                address=address if is_whole else "",
                host=(urlsplit(address).hostname or "").removeprefix("www.") if is_whole else "",
            )
        )
    return tuple(sorted(views, key=lambda one: not one.address))


def unknown_criteria(criteria_set: CriteriaSet) -> tuple[str, ...]:
    """Ids of the criteria without a known wording, in the set's order."""
    return tuple(one.id for one in criteria_set.criteria if not one.is_text_known)
