"""An uploaded table as plain values: between two processes, and kept until it is stored."""

import json
import zlib
from dataclasses import asdict
from typing import Any, Final

from data.ingest.cell_problems import CellProblem
from data.ingest.uploaded_tables import UploadedRow, UploadedTable

_LEVEL: Final = 1  # equal headers and answers shrink at once; more effort only takes longer


def pack_table(table: UploadedTable) -> bytes:
    """A table that was read, to be kept; a tenth of its cells' length."""
    return zlib.compress(json.dumps(table_values(table)).encode(), _LEVEL)


def unpack_table(packed: bytes) -> UploadedTable:
    """The table again; only of what `pack_table` made."""
    return table_of(json.loads(zlib.decompress(packed)))


def table_values(table: UploadedTable) -> dict[str, Any]:
    """A table as values that JSON can hold."""
    return {
        "kind": table.kind,
        "columns": table.columns,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "rows": [
            (
                row.line,
                list(row.cells.values()),
                [asdict(one) for one in row.problems],
                sorted(row.numbers),
            )
            for row in table.rows
        ],
    }


def table_of(values: dict[str, Any]) -> UploadedTable:
    """The table that `table_values` gave."""
    columns = tuple(values["columns"])
    named = [column for column in columns if column]
    return UploadedTable(
        kind=values["kind"],
        columns=columns,
        rows=[
            UploadedRow(
                line=line,
                cells=dict(zip(named, cells, strict=True)),
                problems=tuple(CellProblem(**problem) for problem in problems),
                numbers=frozenset(numbers),
            )
            for line, cells, problems, numbers in values["rows"]
        ],
        encoding=values["encoding"],
        delimiter=values["delimiter"],
    )
