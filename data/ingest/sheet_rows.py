"""The filled rows of one worksheet, straight from its XML: fast, and nothing but cells.

openpyxl's own reader takes five times as long once defusedxml stands under it,
and fills every gap in a sheet with empty rows and cells, as wide as the file asks.
"""

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat  # every declaration of an entity or document type is refused below

from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel

from data.ingest.shared_strings import refuse_declaration
from data.ingest.text_cells import cell_text
from data.ingest.upload_guard import UploadRefusedError

BLOCK_BYTES: Final = 1 << 18
MOST_MERGED: Final = 3
_TEXT_TAGS: Final = frozenset({"v", "t"})


@dataclass(frozen=True, kw_only=True)
class SheetContext:
    """What the cells of a sheet refer to.

    Attributes:
        strings: The workbook's shared strings.
        epoch: Day 0 of its dates.
        date_styles: Styles by which a number is a day or moment.
        span_styles: Those by which it is a length of time.
    """

    strings: list[str]
    epoch: Any
    date_styles: frozenset[int]
    span_styles: frozenset[int]


@dataclass(kw_only=True)
class SheetRow:
    """One row as it stands: texts, flaws, and which are numbers; the first place is 0."""

    line: int
    texts: dict[int, str] = field(default_factory=dict)
    flaws: dict[int, str] = field(default_factory=dict)
    numbers: set[int] = field(default_factory=set)


def read_sheet(
    archive: zipfile.ZipFile, path: str, context: SheetContext, take: Callable[[SheetRow], object]
) -> None:
    """Read one worksheet and hand over each row that has a filled cell.

    Args:
        archive: The workbook, checked by `check_workbook`.
        path: Of the worksheet in it.
        context: What its cells refer to.
        take: Called with each row in the file's order; may raise to end the reading.

    Raises:
        UploadRefusedError: Merged cells (`merged`), rows out of order (`broken`), or an entity
            or document type is declared (`entities`).
        Exception: Whatever else a damaged sheet leads to; the caller answers `broken`.
    """
    reader = _Reader(context, take)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = refuse_declaration
    parser.EntityDeclHandler = refuse_declaration
    parser.ExternalEntityRefHandler = refuse_declaration
    with archive.open(path) as stream:
        while block := stream.read(BLOCK_BYTES):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    if reader.merged:
        raise UploadRefusedError("merged", cells=", ".join(reader.merged))


class _Reader:
    """Handlers of the parser: what is open at the moment, and the row so far."""

    def __init__(self, context: SheetContext, take: Callable[[SheetRow], object]) -> None:
        self._context = context
        self._take = take
        self._columns: dict[str, int] = {}
        self._row: SheetRow | None = None
        self._line = 0
        self._place = -1
        self._kind = "n"
        self._style = 0
        self._has_formula = False
        self._phonetic = 0
        self._texts: list[str] | None = None
        self._parts: list[str] = []
        self.merged: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "c":
            self._begin_cell(attributes)
        elif tag in _TEXT_TAGS:
            if self._row is not None and not self._phonetic:
                self._texts = []
        elif tag == "row":
            line = int(attributes.get("r", self._line + 1))
            if line <= self._line:
                raise UploadRefusedError("broken")
            self._line = line
            self._place = -1
            self._row = SheetRow(line=line)
        elif tag == "f":
            self._has_formula = True
        elif tag == "rPh":
            self._phonetic += 1
        elif tag == "mergeCell" and len(self.merged) < MOST_MERGED:
            self.merged.append(attributes.get("ref", "")[:24])

    def data(self, text: str) -> None:
        if self._texts is not None:
            self._texts.append(text)

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag in _TEXT_TAGS:
            if self._texts is not None:
                self._parts.extend(self._texts)
                self._texts = None
        elif tag == "c":
            self._end_cell()
        elif tag == "row":
            row, self._row = self._row, None
            if row is not None and (row.flaws or any(row.texts.values())):
                self._take(row)
        elif tag == "rPh":
            self._phonetic -= 1

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._place += 1
        else:
            letters = reference.rstrip("0123456789")
            place = self._columns.get(letters)
            if place is None:
                place = self._columns[letters] = column_index_from_string(letters) - 1
            self._place = place
        self._kind = attributes.get("t", "n")
        self._style = int(attributes.get("s", 0))
        self._has_formula = False
        self._parts = []

    def _end_cell(self) -> None:
        if self._row is None:
            return
        text = "".join(self._parts)
        if self._has_formula:
            self._row.flaws[self._place] = "formula"
        elif self._kind == "e":
            self._row.flaws[self._place] = "cell_error"
        elif text:
            text = self._value(text)
        if text:
            self._row.texts[self._place] = text
            if self._kind == "n":
                self._row.numbers.add(self._place)

    def _value(self, text: str) -> str:
        """A cell's text as a person would have typed it."""
        kind = self._kind
        if kind == "s":
            return cell_text(self._context.strings[int(text)])
        if kind == "n":
            number = float(text)
            if self._style in self._context.date_styles:
                is_span = self._style in self._context.span_styles
                try:
                    return cell_text(from_excel(number, self._context.epoch, timedelta=is_span))
                except (OverflowError, ValueError):
                    return cell_text(number)
            return cell_text(number)
        if kind == "b":
            return "true" if text == "1" else "false"
        return cell_text(text)
