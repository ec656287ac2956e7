"""The columns of an assessment file that hold answers, by the versions of its criteria set."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from assessments.answers import allowed_answers
from assessments.criteria import CriteriaSet, criteria_set_on, load_criteria_sets
from data.clock import day_of
from data.ingest.upload_guard import UploadRefusedError
from data.services.bulk.moments import MOST_LATE
from data.services.bulk.tables import ColumnPlan
from geo.names import fold

MOST_LISTED: Final = 12
_NAMED: Final = re.compile(r"\[([^\]]{1,40})\].*", re.DOTALL)


def criterion_of(header: str) -> str:
    """The criterion id in a header such as `[1.1] Hands are washed`; else the header itself.

    In brackets, since a spreadsheet takes a bare `1.10` for a number and drops its zero.
    """
    named = _NAMED.fullmatch(header)
    return (named[1] if named else header).strip()


def versions_of(set_id: str, now: datetime) -> list[CriteriaSet]:
    """The versions of a set that score on the days which a file may name; the newest first."""
    days = (day_of(now) - timedelta(days=count) for count in range(MOST_LATE.days + 1))
    found = {one.version: one for day in days if (one := criteria_set_on(set_id, day))}
    # In force on none of them: each row is told so.
    return list(found.values()) or [load_criteria_sets()[set_id]]


def criteria_columns(versions: Sequence[CriteriaSet], plan: ColumnPlan) -> dict[str, str]:
    """Header by criterion id; what every version asks must have its column.

    What only some of them ask is missed, or one too many, row by row: the day decides.

    Raises:
        UploadRefusedError: A criterion stands in two columns, or in none.
    """
    known = {fold(one.id): one.id for version in versions for one in version.criteria}
    found: dict[str, str] = {}
    for header in plan.ignored:
        criterion_id = known.get(fold(criterion_of(header)))
        if criterion_id is None:
            continue
        if criterion_id in found:
            raise UploadRefusedError("column_twice", column=header[:100])
        found[criterion_id] = header
    asked_by_all = frozenset.intersection(
        *(frozenset(version.criteria_by_id) for version in versions)
    )
    missing = [
        one.id for one in versions[0].criteria if one.id in asked_by_all and one.id not in found
    ]
    if missing:
        raise UploadRefusedError("missing_criteria", ids=", ".join(missing[:10]))
    return found


def allowed_text(criteria_set: CriteriaSet | None, criterion_id: str | None) -> str:
    """Allowed answers of a criterion, parted by bars; many points as their range."""
    criterion = criteria_set.criteria_by_id.get(criterion_id or "") if criteria_set else None
    if criterion is None:
        return ""
    answers = [str(answer) for answer in allowed_answers(criterion)]
    points = [answer for answer in answers if answer.isdigit()]
    if len(points) > MOST_LISTED:
        answers = [f"{points[0]}–{points[-1]}", *(one for one in answers if one not in points)]
    return "|".join(answers)
