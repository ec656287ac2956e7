"""What the page of one upload shows: numbers, problems by cell, the first rows."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from assessments.criteria import CriteriaSet, criteria_set_on, load_criteria_sets
from dashboard.pages.bulk.words import column_names, describe, with_numbers
from dashboard.texts.catalogue import Texts
from data.clock import day_of
from data.ingest.cell_problems import CellProblem
from data.services.bulk.uploads import UploadRecord

COUNTS: Final = ("rows", "new", "changed", "unchanged", "doubtful", "bad")
WORDS_OF: Final = ("keys",)


@dataclass(frozen=True, kw_only=True)
class ShownProblem:
    """One problem: its line, the column's header, the cell, and a sentence."""

    line: int
    column: str
    value: str
    text: str
    is_doubt: bool


@dataclass(frozen=True, kw_only=True)
class ShownChange:
    """What one row would change: its line, the stored venue, and label, old and new by field."""

    line: int
    venue_id: str
    name: str
    fields: list[tuple[str, str, str]]


@dataclass(frozen=True, kw_only=True)
class UploadView:
    """One upload as its page shows it.

    Attributes:
        title: What is uploaded, with the criteria set's title.
        refusal: Why the file was not taken at all; empty where it was.
        counts: Key and number, in order; numbers that are 0 are left out where they say nothing.
        good: Rows that would be stored now without a further word.
    """

    title: str
    refusal: str = ""
    notice: str = ""
    counts: list[tuple[str, int]] = field(default_factory=list)
    good: int = 0
    bad: int = 0
    doubtful: int = 0
    changed: int = 0
    changes: list[ShownChange] = field(default_factory=list)
    unchanged: int = 0
    stored: int = 0
    left: int = 0
    examples: int = 0
    ignored: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    more_columns: int = 0
    first: list[tuple[int, list[str]]] = field(default_factory=list)
    problems: list[ShownProblem] = field(default_factory=list)
    more_problems: int = 0
    has_cells: bool = False


def upload_view(t: Texts, record: UploadRecord) -> UploadView:
    """One upload in words."""
    title = t(f"bulk.kind.{record.kind}")
    if record.set_id is not None:
        criteria_set = _set_of(record.set_id, day_of(record.uploaded_at))
        name = criteria_set.title.of(t.language) if criteria_set else record.set_id
        title = f"{title}: {name}"
    report = record.report
    if "refused" in report:
        return UploadView(title=title, refusal=_refusal(t, report))
    if "rows" not in report:
        return UploadView(title=title)
    is_agreed = record.state == "stored" and bool(record.choices.get("with_doubtful"))
    always = {"rows", "new"} | ({"changed"} if record.kind == "venues" else set())
    return UploadView(
        title=title,
        notice=str(report.get("notice", "")),
        counts=[(key, report[key]) for key in COUNTS if report[key] or key in always],
        good=report["new"],
        bad=report["bad"],
        doubtful=report["doubtful"],
        changed=report["changed"],
        changes=[_change(t, one) for one in report.get("changes", [])],
        unchanged=report["unchanged"],
        stored=report.get("stored", 0),
        left=report.get("left", 0),
        examples=report["examples"],
        ignored=report["ignored"],
        columns=report["columns"],
        more_columns=report["more_columns"],
        first=[(line, cells) for line, cells in report.get("first", [])],
        problems=[
            _problem(t, one)
            for one in report.get("problems", [])
            # What the person said to store all the same is no problem any more.
            if not (is_agreed and one["is_doubt"])
        ],
        more_problems=report["more_problems"],
        has_cells="first" in report,
    )


def _set_of(set_id: str, day: date) -> CriteriaSet | None:
    """The set as it was on the day of the upload; one that was in force no more, as it is."""
    return criteria_set_on(set_id, day) or load_criteria_sets().get(set_id)


def _refusal(t: Texts, report: Any) -> str:
    values = dict(report["values"])
    for key in WORDS_OF:
        if key in values:
            values[key] = column_names(t, str(values[key]))
    return t(f"bulk.refused.{report['refused']}", **with_numbers(t, values))


def _change(t: Texts, one: dict[str, Any]) -> ShownChange:
    return ShownChange(
        line=one["line"],
        venue_id=one["venue_id"],
        name=one["name"],
        fields=[
            (
                t("bulk.changes.point")
                if change["field"] == "point"
                else t(f"bulk.column.{change['field']}"),
                _shown(t, change["old"]),
                _shown(t, change["new"]),
            )
            for change in one["fields"]
        ],
    )


def _shown(t: Texts, value: str | int | None) -> str:
    if value is None or value == "":
        return t("bulk.problems.empty")
    return str(with_numbers(t, {"value": value})["value"])


def _problem(t: Texts, one: dict[str, Any]) -> ShownProblem:
    problem = CellProblem(
        column=one["column"], value=one["value"], code=one["code"], values=one["values"]
    )
    return ShownProblem(
        line=one["line"],
        column=one["column"] or "",
        value=one["value"],
        text=describe(t, problem),
        is_doubt=one["is_doubt"],
    )
