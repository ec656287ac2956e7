"""Reads tables that people bring, in chunks of text cells with their line numbers.

CSV (with its encoding and delimiter found out), XLSX, Parquet, NDJSON, and
CSV on standard input as `-`.
"""

import csv
import io
import json
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.utils.exceptions import InvalidFileException

from data.errors import InputError
from data.ingest.text_cells import (
    Row,
    cell_text,
    clean_text,
    find_delimiter,
    find_encoding,
)

CHUNK_ROWS: Final = 50_000
MAX_XLSX_BYTES: Final = 1 << 30  # unpacked; a small file that grows beyond is a bomb


@dataclass(frozen=True, kw_only=True)
class TableChunk:
    """Some rows of a table.

    Attributes:
        rows: Cell by column name; every cell is stripped text, an empty cell is "".
        line_numbers: Line of each row in the file, the header being line 1.
        broken: Line number and reason of rows that could not be read as cells at all.
    """

    rows: list[Row]
    line_numbers: list[int]
    broken: list[tuple[int, str, str]]


@dataclass(frozen=True, kw_only=True)
class Table:
    """An open table: its columns, and its rows in chunks, to be read once."""

    name: str
    columns: tuple[str, ...]
    chunks: Iterator[TableChunk]
    encoding: str | None = None

    def require_columns(
        self, wanted: Iterable[str], *, options: Mapping[str, str] | None = None
    ) -> None:
        """Refuse a table in which a column is missing.

        Args:
            wanted: Names of columns.
            options: The option of the command that says which column it is, by name.

        Raises:
            InputError: Names each missing column with its option, and lists those that are there.
        """
        missing = [column for column in wanted if column not in self.columns]
        if not missing:
            return
        word = "column" if len(missing) == 1 else "columns"
        named = [option for column in missing if (option := (options or {}).get(column))]
        hint = f"; say which column it is with {', '.join(named)}" if named else ""
        raise InputError(
            f"{self.name} has no {word} {', '.join(map(repr, missing))}; "
            f"its columns are {', '.join(self.columns) or '(none)'}{hint}"
        )


@contextmanager
def open_table(path: Path | str, *, chunk_rows: int = CHUNK_ROWS) -> Iterator[Table]:
    """Open a table by the ending of its name; `-` is CSV on standard input.

    Args:
        path: `.csv`, `.tsv`, `.txt`, `.xlsx`, `.parquet`, `.ndjson`, `.jsonl`, or `-`.
        chunk_rows: Rows handed out at once.

    Raises:
        InputError: The file is not there, of another kind, not what its name says, has no
            header, or names a column twice.
    """
    if str(path) == "-":
        content = io.BytesIO(sys.stdin.buffer.read())
        with ExitStack() as stack:
            yield _open_csv(content, "standard input", chunk_rows, stack)
        return
    name = Path(path).name
    reader = READERS.get(Path(path).suffix.lower())
    if reader is None:
        raise InputError(
            f"{name} is of an unknown kind; give .csv, .tsv, .xlsx, .parquet or .ndjson, "
            "or - for CSV on standard input"
        )
    try:
        stream = Path(path).open("rb")  # noqa: SIM115, closed below
    except FileNotFoundError as error:
        raise InputError(f"there is no file {str(path)!r}") from error
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    with stream, ExitStack() as stack:
        yield reader(stream, name, chunk_rows, stack)


def _check_header(name: str, header: Sequence[str]) -> tuple[str, ...]:
    columns = tuple(column.strip() for column in header)
    if not any(columns):
        raise InputError(f"{name} has no header; its first line must name the columns")
    named = [column for column in columns if column]
    twice = sorted({column for column in named if named.count(column) > 1})
    if twice:
        raise InputError(f"{name} names a column twice: {', '.join(twice)}; rename one of them")
    return columns


def _chunked(
    rows: Iterable[tuple[int, Row | None, str, str]], chunk_rows: int
) -> Iterator[TableChunk]:
    """Group (line, row or None, reason, raw text)."""
    chunk = TableChunk(rows=[], line_numbers=[], broken=[])
    for line_number, row, reason, raw in rows:
        if row is None:
            chunk.broken.append((line_number, reason, raw))
        else:
            chunk.rows.append(row)
            chunk.line_numbers.append(line_number)
        if len(chunk.rows) + len(chunk.broken) >= chunk_rows:
            yield chunk
            chunk = TableChunk(rows=[], line_numbers=[], broken=[])
    if chunk.rows or chunk.broken:
        yield chunk


# CSV


def _open_csv(stream: BinaryIO, name: str, chunk_rows: int, stack: ExitStack) -> Table:
    encoding = find_encoding(stream, name)
    text = stack.enter_context(io.TextIOWrapper(stream, encoding=encoding, newline=""))
    delimiter = find_delimiter(text.readline())
    text.seek(0)
    lines = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        header = next(lines, [])
    except csv.Error as error:
        raise InputError(f"{name} cannot be read as CSV: {error}") from error
    columns = _check_header(name, header)
    return Table(
        name=name,
        columns=columns,
        chunks=_chunked(_csv_rows(lines, columns, name), chunk_rows),
        encoding=encoding,
    )


def _csv_rows(
    lines: Any, columns: tuple[str, ...], name: str
) -> Iterator[tuple[int, Row | None, str, str]]:
    width = len(columns)
    line_number = lines.line_num + 1
    while True:
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(
                f"{name}, line {line_number}: cannot be read as CSV: {error}"
            ) from error
        if len(cells) == width:
            yield line_number, dict(zip(columns, map(clean_text, cells), strict=True)), "", ""
        elif any(cells):
            reason = f"has {len(cells)} cells where the header has {width}"
            yield line_number, None, reason, ",".join(cells)
        line_number = lines.line_num + 1


# XLSX


def _open_xlsx(stream: BinaryIO, name: str, chunk_rows: int, stack: ExitStack) -> Table:
    try:
        with zipfile.ZipFile(stream) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_XLSX_BYTES:
                raise InputError(f"{name} unpacks to more than 1 GiB; save it as CSV")
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError) as error:
        raise InputError(f"{name} is not an XLSX file") from error
    stack.callback(book.close)
    sheet = book.worksheets[0]
    lines = sheet.iter_rows(values_only=True)
    header = [cell_text(value) for value in next(lines, ())]
    while header and not header[-1]:
        header.pop()
    columns = _check_header(name, header)

    def rows() -> Iterator[tuple[int, Row | None, str, str]]:
        width = len(columns)
        for line_number, cells in enumerate(lines, start=2):
            texts = [cell_text(value) for value in cells]
            if not any(texts):
                continue
            if any(texts[width:]):
                yield line_number, None, "has cells beyond the header", ",".join(texts)
                continue
            texts += [""] * (width - len(texts))
            yield line_number, dict(zip(columns, texts[:width], strict=True)), "", ""

    return Table(name=name, columns=columns, chunks=_chunked(rows(), chunk_rows))


# Parquet


def _open_parquet(stream: BinaryIO, name: str, chunk_rows: int, stack: ExitStack) -> Table:
    try:
        file = stack.enter_context(pq.ParquetFile(stream))
    except pa.ArrowInvalid as error:
        raise InputError(f"{name} is not a Parquet file") from error
    columns = _check_header(name, file.schema_arrow.names)

    def chunks() -> Iterator[TableChunk]:
        line_number = 2
        for batch in file.iter_batches(batch_size=chunk_rows):
            lists = [[cell_text(value) for value in column.to_pylist()] for column in batch]
            rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*lists, strict=True)]
            numbers = list(range(line_number, line_number + len(rows)))
            line_number += len(rows)
            yield TableChunk(rows=rows, line_numbers=numbers, broken=[])

    return Table(name=name, columns=columns, chunks=chunks())


# NDJSON


def _open_ndjson(stream: BinaryIO, name: str, chunk_rows: int, stack: ExitStack) -> Table:
    """Columns are the keys of the first object; later objects may lack some, not add any."""
    encoding = find_encoding(stream, name)
    lines = stack.enter_context(io.TextIOWrapper(stream, encoding=encoding))
    first = next(((i, line) for i, line in enumerate(lines, start=1) if line.strip()), None)
    if first is None:
        raise InputError(f"{name} is empty")
    parsed, reason = _parse_object(first[1])
    if parsed is None:
        raise InputError(f"{name}, line {first[0]}: {reason}")
    columns = _check_header(name, list(parsed))

    def rows() -> Iterator[tuple[int, Row | None, str, str]]:
        yield first[0], _object_row(parsed, columns), "", ""
        for line_number, line in enumerate(lines, start=first[0] + 1):
            if not line.strip():
                continue
            found, reason = _parse_object(line)
            if found is not None and (extra := [key for key in found if key not in columns]):
                found, reason = None, f"has keys that the first line has not: {', '.join(extra)}"
            row = None if found is None else _object_row(found, columns)
            yield line_number, row, reason, "" if row is not None else line.strip()

    return Table(name=name, columns=columns, chunks=_chunked(rows(), chunk_rows))


def _parse_object(line: str) -> tuple[dict[str, Any] | None, str]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        return None, f"is not JSON: {error.msg} at column {error.colno}"
    if not isinstance(found, dict):
        return None, "is not a JSON object"
    return found, ""


def _object_row(found: Mapping[str, Any], columns: tuple[str, ...]) -> Row:
    return {column: cell_text(found.get(column)) for column in columns}


READERS: Final[dict[str, Callable[[BinaryIO, str, int, ExitStack], Table]]] = {
    ".csv": _open_csv,
    ".tsv": _open_csv,
    ".txt": _open_csv,
    ".xlsx": _open_xlsx,
    ".parquet": _open_parquet,
    ".ndjson": _open_ndjson,
    ".jsonl": _open_ndjson,
}
