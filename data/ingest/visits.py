"""Reads files of visits into columns at once: a row at a time a million would take a minute."""

import io
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet as pq
from numpy.typing import NDArray

from data.errors import InputError
from data.ingest.tables import open_table
from data.ingest.text_cells import find_delimiter

ENDINGS: Final = (".csv", ".tsv", ".txt", ".parquet", ".ndjson", ".jsonl", ".xlsx")


@dataclass(frozen=True, kw_only=True)
class VisitColumns:
    """Which column of the file holds what; the last two need not be there."""

    venue: str = "venue_id"
    entered_at: str = "entered_at"
    left_at: str = "left_at"
    event_id: str = "event_id"

    @property
    def required(self) -> tuple[str, str]:
        """Columns without which nothing can be loaded."""
        return self.venue, self.entered_at

    @property
    def names(self) -> tuple[str, str, str, str]:
        """All four."""
        return self.venue, self.entered_at, self.left_at, self.event_id


@dataclass(frozen=True, kw_only=True)
class VisitTable:
    """Rows as they stand in the file: text columns, an empty cell being null.

    `line_numbers` is the line of each row, shape (n,), the header being line
    1; `broken` are lines that could not be read as cells.
    """

    name: str
    venue: Any
    entered_at: Any
    left_at: Any
    event_id: Any
    line_numbers: NDArray[np.int64]
    broken: list[tuple[int, str, str]]


def read_visits(path: Path | str, columns: VisitColumns) -> VisitTable:
    """Read a file of visits.

    Args:
        path: `.csv`, `.tsv`, `.xlsx`, `.parquet`, `.ndjson`, or `-` for standard input, whose
            kind is found out from its first bytes.
        columns: Names of the columns.

    Raises:
        InputError: The file is not there, of another kind, or lacks a column.
    """
    if str(path) == "-":
        return _read_bytes(sys.stdin.buffer.read(), columns)
    name, ending = Path(path).name, Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise InputError(
            f"{name} is of an unknown kind; give .csv, .xlsx, .parquet or .ndjson, "
            "or - for standard input"
        )
    if not Path(path).is_file():
        raise InputError(f"there is no file {str(path)!r}")
    if ending == ".xlsx":
        return _read_slowly(path, columns)
    try:
        found = _FAST[ending](str(path), name, columns)
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeDecodeError):
        return _read_slowly(path, columns)
    return _as_table(found, name, columns)


def _read_bytes(content: bytes, columns: VisitColumns) -> VisitTable:
    ending = ".parquet" if content[:4] == b"PAR1" else ".csv"
    if content.lstrip()[:1] == b"{":
        ending = ".ndjson"
    name = "standard input"
    try:
        found = _FAST[ending](io.BytesIO(content), name, columns)
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeDecodeError):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"visits{ending}"
            path.write_bytes(content)
            return _read_slowly(path, columns)
    return _as_table(found, name, columns)


def _read_csv(source: Any, name: str, columns: VisitColumns) -> pa.Table:
    """All cells as text, several threads; a line of another width raises."""
    if isinstance(source, str):
        with Path(source).open("rb") as stream:
            first = stream.readline()
    else:
        first = source.readline()
        source.seek(0)
    header = first.decode("utf-8-sig").strip()
    delimiter = find_delimiter(header)
    present = [cell.strip().strip('"') for cell in header.split(delimiter)]
    _require(name, present, columns)
    return pyarrow.csv.read_csv(
        source,
        # An empty line would shift the line numbers of all rows after it.
        parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(columns.names, pa.string()),
            include_columns=[one for one in columns.names if one in present],
            null_values=[""],
            strings_can_be_null=True,
        ),
    )


def _read_ndjson(source: Any, _name: str, columns: VisitColumns) -> pa.Table:
    if isinstance(source, str):
        source = io.BytesIO(Path(source).read_bytes())
    if b"\n\n" in source.getbuffer()[: 1 << 20].tobytes():
        raise pa.ArrowInvalid("empty lines shift the line numbers")
    fields = [pa.field(one, pa.string()) for one in columns.names]
    return pyarrow.json.read_json(
        source,
        parse_options=pyarrow.json.ParseOptions(
            explicit_schema=pa.schema(fields), unexpected_field_behavior="ignore"
        ),
    )


def _read_parquet(source: Any, name: str, columns: VisitColumns) -> pa.Table:
    present = pq.read_schema(source).names
    _require(name, present, columns)
    return pq.read_table(source, columns=[one for one in columns.names if one in present])


_FAST: Final[dict[str, Callable[[Any, str, VisitColumns], Any]]] = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".txt": _read_csv,
    ".parquet": _read_parquet,
    ".ndjson": _read_ndjson,
    ".jsonl": _read_ndjson,
}


def _read_slowly(path: Path | str, columns: VisitColumns) -> VisitTable:
    """Row by row, for files with broken lines: it can name each of them."""
    cells: dict[str, list[str]] = {one: [] for one in columns.names}
    numbers: list[int] = []
    broken: list[tuple[int, str, str]] = []
    with open_table(path) as table:
        table.require_columns(columns.required)
        for chunk in table.chunks:
            for one, column in cells.items():
                column += [row.get(one, "") for row in chunk.rows]
            numbers += chunk.line_numbers
            broken += chunk.broken
        name = table.name
    found = pa.table({one: pa.array(column, pa.string()) for one, column in cells.items()})
    return _as_table(found, name, columns, numbers, broken)


def _require(name: str, present: list[str], columns: VisitColumns) -> None:
    missing = [one for one in columns.required if one not in present]
    if missing:
        raise InputError(
            f"{name} has no column {', '.join(map(repr, missing))}; its columns are "
            f"{', '.join(present) or '(none)'}; name others with --venue-column, --entered-column"
        )


def _as_table(
    found: Any,
    name: str,
    columns: VisitColumns,
    line_numbers: list[int] | None = None,
    broken: list[tuple[int, str, str]] | None = None,
) -> VisitTable:
    def column(one: str) -> Any:
        if one not in found.column_names:
            return pa.nulls(len(found), pa.string())
        values = found[one].combine_chunks()
        if pa.types.is_timestamp(values.type) or pa.types.is_null(values.type):
            return values
        values = pc.utf8_trim_whitespace(values.cast(pa.string()))
        return pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)

    numbers = np.arange(2, len(found) + 2) if line_numbers is None else np.array(line_numbers)
    if name.endswith((".ndjson", ".jsonl")) and line_numbers is None:
        numbers = numbers - 1
    return VisitTable(
        name=name,
        venue=column(columns.venue),
        entered_at=column(columns.entered_at),
        left_at=column(columns.left_at),
        event_id=column(columns.event_id),
        line_numbers=numbers.astype(np.int64),
        broken=broken or [],
    )
