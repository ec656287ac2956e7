"""What must hold of a criteria set's head: its days, its place, its lists, its two languages."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from assessments.criteria_drafts import SetDraft
from assessments.definition_files import Place
from assessments.provinces import PROVINCE_CODES

Found = tuple[Place, str, str, str]
"""Place in the file, path as shown, problem, remedy."""

VIETNAMESE: Final = re.compile(
    r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE
)
"""Letters that English never has, not even in loan words."""


def head_problems(draft: SetDraft) -> Iterator[Found]:
    """Every contradiction in the head of a set, one that is only listed included."""
    for at, code in enumerate(draft.territory):
        if code not in PROVINCE_CODES:
            yield (
                ("territory", at),
                "territory",
                f"there is no province {code!r}",
                "use the official two-digit codes, such as 01 Hà Nội or 79 TP. Hồ Chí Minh",
            )
    if draft.document is not None and draft.document in draft.replaces_documents:
        yield (
            ("replaces_documents",),
            "replaces_documents",
            "a document cannot replace itself",
            "remove it",
        )
    yield from _days(draft)


def _days(one: SetDraft) -> Iterator[Found]:
    remedy = "correct one of the two"
    version_day = _day_of_version(one.version)
    if one.version is not None and version_day is None:
        yield ("version",), "version", "does not begin with a day", "write the document's day"
    elif one.issued_on is not None and version_day is not None and version_day < one.issued_on:
        yield ("version",), "version", f"is of a day before issued_on {one.issued_on}", remedy
    if one.issued_on is not None and one.issued_in not in (None, one.issued_on.year):
        yield ("issued_in",), "issued_in", f"is not the year of {one.issued_on}", remedy
    if one.first_day is None:
        return
    if one.issued_on is not None and one.first_day < one.issued_on:
        yield (
            ("first_day",),
            "first_day",
            f"is before the document was issued on {one.issued_on}",
            remedy,
        )
    if one.last_day is not None and one.last_day < one.first_day:
        yield (
            ("last_day",),
            "last_day",
            "the set ends before it begins",
            "write a later day, or leave it out",
        )
    if one.version_from is not None and one.version_from < one.first_day:
        yield (
            ("version_from",),
            "version_from",
            "the version begins before the set",
            "write a later day, or leave it out",
        )
    if None not in (one.version_from, one.last_day) and one.version_from > one.last_day:  # type: ignore[operator]
        yield (
            ("version_from",),
            "version_from",
            "the version begins after the set has ended",
            "write an earlier day, or leave it out",
        )


def _day_of_version(version: str | None) -> date | None:
    try:
        return date.fromisoformat((version or "").partition(".")[0])
    except ValueError:
        return None


def text_problems(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[Found]:
    """What is wrong anywhere: an item twice in a list, Vietnamese where English should stand.

    Args:
        value: A document as read, or a part of it.
        place: Keys and positions that lead to it.
    """
    path = ".".join(str(part) for part in place)
    if isinstance(value, list):
        for at, one in enumerate(value):
            if one in value[:at]:
                shown = repr(one) if isinstance(one, str) else "an item"
                yield place, path, f"{shown} stands more than once", "keep one of them"
            yield from text_problems(one, (*place, at))
    elif isinstance(value, Mapping):
        english = value.get("en")
        if "vi" in value and isinstance(english, str) and _is_vietnamese(english):
            yield (*place, "en"), f"{path}.en", "is written in Vietnamese", "write it in English"
        for key, one in value.items():
            yield from text_problems(one, (*place, key))


def _is_vietnamese(text: str) -> bool:
    """Whether most words have letters that English has not; names in a sentence are few."""
    words = text.split()
    return 2 * sum(bool(VIETNAMESE.search(word)) for word in words) > len(words)
