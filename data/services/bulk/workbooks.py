"""Tables that we hand out as XLSX or CSV: templates, and the rows that were not taken.

Every text is written as a string, never as a formula, and what a spreadsheet
would take for one is marked (see `data.ingest.rejected.defuse`).
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from data.ingest.rejected import defuse

TEMPLATE_ROWS: Final = 10_000
MOST_INPUT_SIGNS: Final = 250  # Excel shows no more beside a cell
MOST_TITLE_SIGNS: Final = 32
MOST_CELL_SIGNS: Final = 32_000
OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True, kw_only=True)
class TemplateColumn:
    """One column of a template.

    Attributes:
        header: As the file's first line has it.
        explanations: What belongs into it, in each language of the second sheet.
        example: Cell of the example row.
        choices: Words of its drop-down list; empty for free text.
        is_required: Whether every row must fill it.
        is_number: Whether its cells are numbers; all others are formatted as text, so
            that a spreadsheet keeps leading zeros.
        width: In signs.
    """

    header: str
    explanations: tuple[str, ...]
    example: str
    choices: tuple[str, ...] = ()
    is_required: bool = False
    is_number: bool = False
    width: int = 18


@dataclass(frozen=True, kw_only=True)
class TemplateTexts:
    """Words around the columns: names of the sheets, headers of the second, its first lines."""

    data_sheet: str
    help_sheet: str
    list_sheet: str
    help_headers: tuple[str, ...]
    notes: tuple[tuple[str, ...], ...]
    required: str


def write_template(columns: Sequence[TemplateColumn], texts: TemplateTexts) -> bytes:
    """A workbook: the table with an example row, an explanation of each column, the lists."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        data = book.add_worksheet(texts.data_sheet)
        help_sheet = book.add_worksheet(texts.help_sheet)
        lists = book.add_worksheet(texts.list_sheet)
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        required = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DCE9F7"}
        )
        text = book.add_format({"num_format": "@"})
        grey = book.add_format({"num_format": "@", "font_color": "#6B7780", "italic": True})
        data.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            is_text = not column.is_number
            data.set_column(place, place, column.width, text if is_text else None)
            data.write_string(0, place, column.header, required if column.is_required else bold)
            data.write_string(1, place, column.example, grey)
            _add_list(data, lists, place, column, texts)
        _explain(help_sheet, columns, texts, bold, wrap)
    return stream.getvalue()


def _add_list(
    data: Worksheet, lists: Worksheet, place: int, column: TemplateColumn, texts: TemplateTexts
) -> None:
    hint: dict[str, Any] = {
        "validate": "any",
        "input_title": column.header[:MOST_TITLE_SIGNS],
        "input_message": column.explanations[0][:MOST_INPUT_SIGNS],
    }
    if column.choices:
        lists.write_string(0, place, column.header)
        for line, choice in enumerate(column.choices, start=1):
            lists.write_string(line, place, choice)
        name = texts.list_sheet.replace("'", "''")
        letter = xlsxwriter.utility.xl_col_to_name(place)
        hint |= {
            "validate": "list",
            "source": f"='{name}'!${letter}$2:${letter}${len(column.choices) + 1}",
            "error_type": "warning",
        }
    data.data_validation(1, place, TEMPLATE_ROWS, place, hint)


def _explain(
    sheet: Worksheet,
    columns: Sequence[TemplateColumn],
    texts: TemplateTexts,
    bold: Format,
    wrap: Format,
) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, len(texts.help_headers), 60)
    line = 0
    for notes in texts.notes:
        for place, note in enumerate(notes, start=1):
            sheet.write_string(line, place, note, wrap)
        line += 1
    for place, header in enumerate(texts.help_headers):
        sheet.write_string(line, place, header, bold)
    for column in columns:
        line += 1
        mark = f" {texts.required}" if column.is_required else ""
        sheet.write_string(line, 0, column.header + mark, bold)
        for place, explanation in enumerate(column.explanations, start=1):
            sheet.write_string(line, place, explanation, wrap)


def write_csv(
    headers: Sequence[str], rows: Iterable[Sequence[str]], *, delimiter: str = ","
) -> bytes:
    """A text table in UTF-8 with a byte order mark, by which Excel knows the encoding."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow([defuse(header) for header in headers])
    writer.writerows([defuse(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def write_workbook(
    headers: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    sheet: str,
    marked: Mapping[int, frozenset[int]],
) -> bytes:
    """A workbook of text cells.

    Args:
        headers: First line.
        rows: Cells of each row.
        sheet: Name of the sheet.
        marked: Places of cells to point out, by place of the row; both from 0.
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        data = book.add_worksheet(sheet)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@"})
        wrong = book.add_format({"num_format": "@", "bg_color": "#FBD9D9"})
        data.freeze_panes(1, 1)
        data.set_column(0, len(headers) - 1, 18, text)
        for place, header in enumerate(headers):
            data.write_string(0, place, defuse(header), bold)
        nothing: frozenset[int] = frozenset()
        for line, row in enumerate(rows):
            places = marked.get(line, nothing)
            for place, cell in enumerate(row):
                if cell or place in places:
                    shown = defuse(cell)[:MOST_CELL_SIGNS]
                    data.write_string(line + 1, place, shown, wrong if place in places else text)
    return stream.getvalue()
