"""The file of rejected rows: each with its line number and the reason."""

import csv
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

FORMULA_SIGNS: Final = frozenset("=+-@\t\r\n＝＋－＠")
BYTE_ORDER_MARK: Final = "\ufeff"


def defuse(cell: str) -> str:
    """Text that a spreadsheet would take for a formula gets a `'` before it."""
    for sign in cell:
        if sign in FORMULA_SIGNS:
            return "'" + cell
        if sign != BYTE_ORDER_MARK and unicodedata.category(sign) not in {"Zs", "Cf", "Cc"}:
            break
    return cell


class RejectedRows:
    """Writes `FILE.rejected.csv` as rows come; with no rejected row there is no file.

    Another `kind` than `rejected` names a file of rows that were kept but need a look.

    A file that an earlier run left is removed, so that it never speaks of
    another run.

    Attributes:
        count: Rows rejected so far.
        reasons: How often each reason was given.
    """

    def __init__(
        self, source: Path | str, columns: tuple[str, ...], *, kind: str = "rejected"
    ) -> None:
        name = "stdin" if str(source) == "-" else str(source)
        self.path = Path(f"{name}.{kind}.csv")
        self.columns = columns
        self.count = 0
        self.reasons: Counter[str] = Counter()
        self._stream: TextIO | None = None

    def __enter__(self) -> Self:
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stream is not None:
            self._stream.close()

    def add(self, line_number: int, reason: str, row: Mapping[str, str]) -> None:
        """Write one row.

        Args:
            line_number: Line in the file, the header being line 1.
            reason: One sentence that says what is wrong and how to mend it.
            row: Cells by column name; absent ones are left empty.
        """
        if self._stream is None:
            self._stream = self.path.open("w", encoding="utf-8-sig", newline="")
            csv.writer(self._stream).writerow(
                ["line", "reason", *(defuse(column) for column in self.columns)]
            )
        cells = [defuse(row.get(column, "")) for column in self.columns]
        csv.writer(self._stream).writerow([line_number, defuse(reason), *cells])
        self.count += 1
        self.reasons[reason] += 1

    def add_broken(self, line_number: int, reason: str, raw: str) -> None:
        """Write one line that could not be read as cells; its text stands in the first column."""
        self.add(line_number, reason, {self.columns[0]: raw} if self.columns else {})
