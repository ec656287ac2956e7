"""Uploaded tables as rows of text cells: XLSX or CSV, at most 10,000 rows, all in memory."""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS

from data.errors import InputError
from data.ingest.cell_problems import MOST_SHOWN_SIGNS, CellProblem
from data.ingest.rejected import undo_defuse
from data.ingest.shared_strings import read_shared_strings
from data.ingest.sheet_rows import SheetContext, SheetRow, read_sheet
from data.ingest.text_cells import Row, clean_text, find_delimiter, find_encoding
from data.ingest.upload_guard import UploadKind, UploadRefusedError, check_workbook, find_kind

MOST_ROWS: Final = 10_000
MOST_LINES: Final = 30_000  # with blank ones between
MOST_COLUMNS: Final = 400
MOST_CELL_SIGNS: Final = 5_000
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class UploadedRow:
    """One row: its line in the file, its cells by header, and what is wrong with them already.

    `numbers` are the headers of cells that a workbook holds as numbers, not as text.
    """

    line: int
    cells: Row
    problems: tuple[CellProblem, ...] = ()
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class UploadedTable:
    """A whole table.

    Attributes:
        kind: What the bytes were.
        columns: Headers in the file's order.
        rows: Rows in which at least one cell is filled.
        encoding: Of a text file.
        delimiter: Of a text file.
    """

    kind: UploadKind
    columns: tuple[str, ...]
    rows: list[UploadedRow]
    encoding: str | None = None
    delimiter: str = ","


def read_upload(content: bytes) -> UploadedTable:
    """Read an uploaded file.

    Args:
        content: Its bytes; nothing is known of its name.

    Raises:
        UploadRefusedError: It is no table, is not safe, or is too long; see `find_kind`,
            `check_workbook`, and the codes `too_many_rows`, `too_many_lines`,
            `too_many_columns`, `merged`, `no_header`, `column_twice`, `no_rows`, `encoding`,
            `csv_line`.
    """
    kind = find_kind(content)
    table = _read_workbook(content) if kind == "xlsx" else _read_csv(content)
    if not table.rows:
        raise UploadRefusedError("no_rows")
    return table


# Both kinds


def _header(cells: Iterable[str]) -> tuple[str, ...]:
    columns = list(cells)
    while columns and not columns[-1]:
        columns.pop()
    if not any(columns):
        raise UploadRefusedError("no_header")
    if len(columns) > MOST_COLUMNS:
        raise UploadRefusedError("too_many_columns", most=MOST_COLUMNS)
    named = [column for column in columns if column]
    twice = sorted({column for column in named if named.count(column) > 1})
    if twice:
        raise UploadRefusedError("column_twice", column=twice[0][:100])
    return tuple(columns)


def _add(rows: list[UploadedRow], row: UploadedRow) -> None:
    if len(rows) == MOST_ROWS:
        raise UploadRefusedError("too_many_rows", most=MOST_ROWS)
    rows.append(row)


def _row(
    line: int,
    columns: Sequence[str],
    texts: Sequence[str],
    *,
    extra: str,
    flaws: Sequence[CellProblem] = (),
    numbers: frozenset[str] = frozenset(),
) -> UploadedRow:
    cells = {
        column: undo_defuse(text) for column, text in zip(columns, texts, strict=True) if column
    }
    problems = list(flaws)
    problems += [
        CellProblem(
            column=column,
            value=text[:MOST_SHOWN_SIGNS],
            code="cell_long",
            values={"most": MOST_CELL_SIGNS},
        )
        for column, text in cells.items()
        if len(text) > MOST_CELL_SIGNS
    ]
    if extra or any(text for column, text in zip(columns, texts, strict=True) if not column):
        problems.append(
            CellProblem(column=None, value=extra[:MOST_SHOWN_SIGNS], code="cell_beyond")
        )
    return UploadedRow(line=line, cells=cells, problems=tuple(problems), numbers=numbers)


# XLSX


class _Reader(ExcelReader):
    """openpyxl's, but for the texts: they are most of the work."""

    def read_strings(self) -> None:
        parts = self.package.Override
        part = next((one for one in parts if one.ContentType == SHARED_STRINGS), None)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as stream:
                self.shared_strings = read_shared_strings(stream)


def _read_workbook(content: bytes) -> UploadedTable:
    check_workbook(content)
    try:
        with warnings.catch_warnings():
            # What openpyxl does not know of a workbook, such as its drop-down lists, is not read.
            warnings.simplefilter("ignore")
            reader = _Reader(io.BytesIO(content), read_only=True, keep_links=False)
            reader.read()
            book = reader.wb
            try:
                return _read_first_sheet(content, book)
            finally:
                book.close()
    except UploadRefusedError:
        raise
    # Whatever a damaged or hostile workbook makes the library raise, it is not readable.
    except Exception as error:
        raise UploadRefusedError("broken") from error


def _read_first_sheet(content: bytes, book: Any) -> UploadedTable:
    sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
    if sheet is None:
        raise UploadRefusedError("no_header")
    context = SheetContext(
        strings=sheet._shared_strings,
        epoch=book.epoch,
        date_styles=frozenset(book._date_formats),
        span_styles=frozenset(book._timedelta_formats),
    )
    columns: tuple[str, ...] = ()
    rows: list[UploadedRow] = []

    def take(row: SheetRow) -> None:
        nonlocal columns
        if not columns:
            if row.line != 1:
                raise UploadRefusedError("no_header")
            columns = _header(row.texts.get(place, "") for place in range(1 + max(row.texts)))
            return
        if row.line > MOST_LINES:
            raise UploadRefusedError("too_many_lines", most=MOST_LINES)
        _add(rows, _sheet_row(row, columns))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        read_sheet(archive, sheet._worksheet_path, context, take)
    if not columns:
        raise UploadRefusedError("no_header")
    return UploadedTable(kind="xlsx", columns=columns, rows=rows)


def _sheet_row(row: SheetRow, columns: Sequence[str]) -> UploadedRow:
    width = len(columns)
    texts = [row.texts.get(place, "") for place in range(width)]
    extra = next((text for place, text in sorted(row.texts.items()) if place >= width), "")
    flaws = [
        CellProblem(
            column=columns[place], value=texts[place][:MOST_SHOWN_SIGNS], code=code, values={}
        )
        for place, code in sorted(row.flaws.items())
        if place < width and columns[place]
    ]
    numbers = frozenset(columns[place] for place in row.numbers if place < width)
    return _row(row.line, columns, texts, extra=extra, flaws=flaws, numbers=numbers)


# CSV


def _read_csv(content: bytes) -> UploadedTable:
    stream = io.BytesIO(content)
    try:
        encoding = find_encoding(stream, "the file")
    except InputError as error:
        raise UploadRefusedError("encoding") from error
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    first = text.readline()
    said = _SEPARATOR_LINE.fullmatch(first)
    if said is None:
        text.seek(0)
    delimiter = said[1] if said else find_delimiter(first)
    lines = csv.reader(text, delimiter=delimiter, strict=True)
    offset = 1 if said else 0
    try:
        columns = _header(clean_text(cell) for cell in next(lines, []))
        rows = _read_csv_rows(lines, columns, offset)
    except csv.Error as error:
        raise UploadRefusedError("csv_line", line=lines.line_num + offset) from error
    return UploadedTable(
        kind="csv", columns=columns, rows=rows, encoding=encoding, delimiter=delimiter
    )


def _read_csv_rows(lines: Any, columns: Sequence[str], offset: int) -> list[UploadedRow]:
    width = len(columns)
    rows: list[UploadedRow] = []
    line = lines.line_num + 1 + offset
    for number, cells in enumerate(lines, start=1):
        if number > MOST_LINES:
            raise UploadRefusedError("too_many_lines", most=MOST_LINES)
        texts = [clean_text(cell) for cell in cells]
        if any(texts):
            # Excel leaves separators out at the end of a line: what is not there is empty.
            texts += [""] * (width - len(texts))
            extra = next((text for text in texts[width:] if text), "")
            _add(rows, _row(line, columns, texts[:width], extra=extra))
        line = lines.line_num + 1 + offset
    return rows
