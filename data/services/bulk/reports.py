"""What is said of a checked file: the report of its page, and the file of rows not taken."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Final

from data.ingest.cell_problems import CellProblem
from data.ingest.uploaded_tables import UploadedTable
from data.services.bulk.assessment_cells import AnswerWords
from data.services.bulk.changes import changes_digest
from data.services.bulk.tables import BulkCheck, BulkWords
from data.services.bulk.workbooks import write_csv, write_workbook

FIRST_ROWS: Final = 8
MOST_PROBLEMS: Final = 200
MOST_SHOWN_COLUMNS: Final = 12
MOST_SHOWN_SIGNS: Final = 60


@dataclass(frozen=True, kw_only=True)
class BulkTexts:
    """Words that the work needs, from the catalogues.

    Attributes:
        words: What headers and types may be called.
        answers: What answers may be called.
        describe: Sentence of a problem for the file of the rest.
        problem_header: Header of the column that says why a row was not taken.
        problem_headers: The same in every language: an earlier one is not given back.
        sheet: Name of that file's sheet.
    """

    words: BulkWords
    answers: AnswerWords
    describe: Callable[[CellProblem], str]
    problem_header: str
    problem_headers: frozenset[str]
    sheet: str


def held_changes(check: BulkCheck) -> dict[int, list[CellProblem]]:
    """Why rows that would change stored venues wait for a word of the person, by line."""
    return {
        one.line: [
            CellProblem(column=None, value="", code="changes_stored", values={"name": one.name})
        ]
        for one in check.changes
    }


def make_report(table: UploadedTable, check: BulkCheck, texts: BulkTexts) -> dict[str, Any]:
    """What the page shows: counts, the first rows, and problems by cell."""
    problems = [
        {"line": line, "is_doubt": is_doubt, **asdict(problem)}
        for reasons, is_doubt in ((check.bad, False), (check.doubtful, True))
        for line, found in sorted(reasons.items())
        for problem in found
    ]
    return {
        "kind": table.kind,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "rows": len(table.rows) - len(check.examples),
        "new": check.new,
        "changed": check.changed,
        "unchanged": check.unchanged,
        "bad": len(check.bad),
        "doubtful": len(check.doubtful),
        "examples": len(check.examples),
        "ignored": [
            header[:MOST_SHOWN_SIGNS]
            for header in check.ignored[:20]
            if header not in texts.problem_headers
        ],
        "columns": list(table.columns[:MOST_SHOWN_COLUMNS]),
        "more_columns": max(len(table.columns) - MOST_SHOWN_COLUMNS, 0),
        "first": [
            [
                row.line,
                [
                    row.cells.get(column, "")[:MOST_SHOWN_SIGNS]
                    for column in table.columns[:MOST_SHOWN_COLUMNS]
                ],
            ]
            for row in islice(
                (one for one in table.rows if one.line not in check.examples), FIRST_ROWS
            )
        ],
        "changes": [asdict(one) for one in check.changes[:MOST_PROBLEMS]],
        "changes_digest": changes_digest(check.changes),
        "problems": problems[:MOST_PROBLEMS],
        "more_problems": max(len(problems) - MOST_PROBLEMS, 0),
    }


def make_rest(
    table: UploadedTable, left: dict[int, list[CellProblem]], texts: BulkTexts
) -> bytes | None:
    """The rows that are not taken, as uploaded, with a column that says why."""
    if not left:
        return None
    columns = [column for column in table.columns if column and column not in texts.problem_headers]
    rows = [row for row in table.rows if row.line in left]
    lines = [
        [*(row.cells[column] for column in columns), _reasons(left[row.line], texts)]
        for row in rows
    ]
    headers = [*columns, texts.problem_header]
    if table.kind == "csv":
        return write_csv(headers, lines, delimiter=table.delimiter)
    place_of = {column: place for place, column in enumerate(columns)}
    marked = {
        place: frozenset(
            place_of[problem.column] for problem in left[row.line] if problem.column in place_of
        )
        for place, row in enumerate(rows)
    }
    return write_workbook(headers, lines, sheet=texts.sheet, marked=marked)


def _reasons(problems: Iterable[CellProblem], texts: BulkTexts) -> str:
    return " · ".join(
        f"{problem.column}: {texts.describe(problem)}"
        if problem.column
        else texts.describe(problem)
        for problem in problems
    )
