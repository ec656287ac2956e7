"""What venue files and assessment files that people upload have in common: columns and verdicts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from data.ingest.cell_problems import CellProblem
from data.ingest.text_cells import Row
from data.ingest.upload_guard import UploadRefusedError
from data.ingest.uploaded_tables import UploadedTable
from data.services.bulk.changes import VenueChange
from geo.names import fold

_GROUPS: Final = re.compile(r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?:[ \u00a0\u202f][0-9]{3})+)")
EXTERNAL_ID: Final = "external_id"
VENUE_ID: Final = "venue_id"


@dataclass(frozen=True, kw_only=True)
class BulkWords:
    """The words of people for our keys, in every language, folded to plain letters.

    Attributes:
        headers: Key of a column by its header.
        types: Code of a venue type by its name.
        example_codes: Own codes of the templates' example rows.
        example_words: Their names and days: what tells them from rows typed over them.
    """

    headers: Mapping[str, str]
    types: Mapping[str, str]
    example_codes: frozenset[str]
    example_words: frozenset[str]

    def has_example_code(self, own_code: str) -> bool:
        """Whether a row carries the code of a template's example."""
        return fold(own_code) in self.example_codes

    def is_example(self, own_code: str, word: str) -> bool:
        """Whether a row is a template's example: by its code, and its name or day.

        A row that was typed over the example, code left as it was, is somebody's row.
        """
        return self.has_example_code(own_code) and fold(word) in self.example_words


@dataclass(frozen=True, kw_only=True)
class ColumnPlan:
    """Which column of the file holds what.

    Attributes:
        headers: Header by key.
        ignored: Headers that mean nothing to us.
    """

    headers: Mapping[str, str]
    ignored: tuple[str, ...]


@dataclass(kw_only=True)
class BulkCheck:
    """What a file would do, row by row; a row stands in one of the first five.

    Attributes:
        new, changed, unchanged: Rows that can be taken.
        bad: What is wrong with each row that cannot be taken, by line.
        doubtful: Why a row should be looked at first, by line: it looks like another venue.
        changes: What each changed row would change of which stored venue.
        examples: Lines of example rows of the template, left out.
        ignored: Headers that mean nothing to us.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: dict[int, list[CellProblem]] = field(default_factory=dict)
    doubtful: dict[int, list[CellProblem]] = field(default_factory=dict)
    changes: list[VenueChange] = field(default_factory=list)
    examples: set[int] = field(default_factory=set)
    ignored: tuple[str, ...] = ()

    def add(self, line: int, problems: Iterable[CellProblem]) -> None:
        """Count a row among the bad ones, with these reasons."""
        self.bad.setdefault(line, []).extend(problems)


def plan_columns(
    table: UploadedTable, words: BulkWords, *, keys: Sequence[str], required: Iterable[str]
) -> ColumnPlan:
    """Find the columns of a file by their headers, in any language.

    Args:
        table: The file.
        words: What headers may be called.
        keys: Keys that this kind of file knows; a header may also be a key itself.
        required: Keys that must be there.

    Raises:
        UploadRefusedError: Columns are missing (`missing_columns`), or two mean the same
            (`column_twice`).
    """
    known = {fold(key): key for key in keys}
    headers: dict[str, str] = {}
    ignored: list[str] = []
    for header in filter(None, table.columns):
        key = known.get(fold(header)) or words.headers.get(fold(header))
        if key is None or key not in keys:
            ignored.append(header)
        elif key in headers:
            raise UploadRefusedError("column_twice", column=header[:100])
        else:
            headers[key] = header
    missing = [key for key in required if key not in headers]
    if missing:
        raise UploadRefusedError("missing_columns", keys=", ".join(missing))
    return ColumnPlan(headers=headers, ignored=tuple(ignored))


def decimal_point(text: str) -> str:
    """A number with the decimal comma of Vietnamese spreadsheets, with a point instead."""
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


def whole_number(text: str) -> str:
    """A whole number in groups of three as Vietnamese people write it, without its separators.

    Points or spaces part the groups; whatever else it is stays as it stands.
    """
    return re.sub(r"\D", "", text) if _GROUPS.fullmatch(text) else text


def cell(row: Row, plan: ColumnPlan, key: str) -> str:
    """A cell by key; empty where the file has no such column."""
    header = plan.headers.get(key)
    return row[header] if header is not None else ""


def problem_of(
    plan: ColumnPlan, key: str | None, code: str, value: str = "", **values: Any
) -> CellProblem:
    """A problem of the cell under a key."""
    return CellProblem(
        column=plan.headers.get(key) if key else None, value=value[:60], code=code, values=values
    )
