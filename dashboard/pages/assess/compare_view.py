"""Two submissions of a venue side by side, criterion by criterion."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments.criteria import CriteriaSet, criteria_set_version
from dashboard.pages.assess.view import answer_word
from dashboard.texts.catalogue import Texts
from data.queries.submission_history import StoredSubmission


@dataclass(frozen=True, kw_only=True)
class Side:
    """One submission's answer to a criterion; empty texts where it was not asked."""

    answer: str
    points: str


@dataclass(frozen=True, kw_only=True)
class CompareLine:
    """One criterion in both.

    Attributes:
        change: `better`, `worse`, `same`, `changed` where neither is said, `first_only`
            or `second_only`.
    """

    id: str
    title: str
    first: Side
    second: Side
    change: str


def build_comparison(
    first: StoredSubmission, second: StoredSubmission, text: Texts
) -> tuple[CompareLine, ...]:
    """Every criterion of either submission, in the order of the second one's set.

    Criteria are the same where set and id are, or, between two sets, where the wording is
    the same under the same id. What only one of them asks stands by itself: it became
    neither better nor worse.
    """
    sets = [criteria_set_version(one.set_id, one.set_version) for one in (first, second)]
    lines = [
        _line(key, first if _is_same(key, first, second, sets) else None, second, sets, text)
        for key in second.answers
    ]
    lines += [
        _line(key, first, None, sets, text)
        for key in first.answers
        if not _is_same(key, first, second, sets)
    ]
    return tuple(lines)


def _is_same(
    key: str,
    first: StoredSubmission,
    second: StoredSubmission,
    sets: list[CriteriaSet | None],
) -> bool:
    if key not in first.answers or key not in second.answers:
        return False
    if first.set_id == second.set_id:
        return True
    titles = {_title(one, key, "vi") for one in sets}
    return len(titles) == 1 and "" not in titles


def _line(
    key: str,
    first: StoredSubmission | None,
    second: StoredSubmission | None,
    sets: list[CriteriaSet | None],
    text: Texts,
) -> CompareLine:
    shown = sets[1] if second is not None else sets[0]
    return CompareLine(
        id=key,
        title=_title(shown, key, text.language),
        first=_side(first, key, text),
        second=_side(second, key, text),
        change=_change(key, first, second, shown),
    )


def _change(
    key: str,
    first: StoredSubmission | None,
    second: StoredSubmission | None,
    criteria_set: CriteriaSet | None,
) -> str:
    if first is None or second is None:
        return "first_only" if second is None else "second_only"
    if first.answers[key] == second.answers[key]:
        return "same"
    before, after = _points(first, key), _points(second, key)
    if before is None or after is None or before == after or criteria_set is None:
        return "changed"
    is_up = after > before
    return "better" if is_up != criteria_set.rule.is_lower_safer else "worse"


def _side(stored: StoredSubmission | None, key: str, text: Texts) -> Side:
    if stored is None:
        return Side(answer="", points="")
    points = _points(stored, key)
    entry: Mapping[str, Any] = stored.points.get(key, {})
    return Side(
        answer=answer_word(stored.answers[key], text),
        points="–" if points is None else f"{points}/{entry.get('max_points', '')}",
    )


def _points(stored: StoredSubmission, key: str) -> int | None:
    """Points as they were scored then; None where the criterion did not apply."""
    points = stored.points.get(key, {}).get("points")
    return points if isinstance(points, int) else None


def _title(criteria_set: CriteriaSet | None, key: str, language: str) -> str:
    known = criteria_set.criteria_by_id.get(key) if criteria_set else None
    return known.title.of(language) if known else ""
