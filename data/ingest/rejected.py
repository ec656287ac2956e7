"""The file of rejected rows: each with its line number and the reason."""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

VISIBLE_SIGNS: Final = frozenset("=+-@＝＋－＠")
FORMULA_SIGNS: Final = VISIBLE_SIGNS | frozenset("\t\r\n")
# A spreadsheet with another list separator parts a cell at these, and ignores our quotes.
SEPARATORS: Final = frozenset(',;|"\t\r\n')
BYTE_ORDER_MARK: Final = "\ufeff"
_MARK: Final = re.compile(r"'(?=[^\S\r\n\t]*[=+\-@＝＋－＠\t\r\n])")
_SIGNS: Final = re.compile(r"[=+\-@＝＋－＠\t\r\n]")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def defuse(cell: str) -> str:
    """Text that a spreadsheet would take for a formula gets a `'` before it.

    So does what begins like a formula after a separator or quote within the
    cell; numbers stay numbers.
    """
    # Most cells hold none of the signs at all.
    if not _SIGNS.search(cell) or _NUMBER.fullmatch(cell):
        return cell
    marks = []
    start: int | None = 0
    for place, sign in enumerate(cell):
        if start is not None and sign in (VISIBLE_SIGNS if start else FORMULA_SIGNS):
            marks.append(start)
            start = None
        elif not _is_blank(sign):
            start = None
        if sign in SEPARATORS:
            start = place + 1
    edges = [0, *marks, len(cell)]
    return "'".join(cell[first:last] for first, last in pairwise(edges))


def undo_defuse(cell: str) -> str:
    """The text before `defuse`, where a cell comes from one of our own files; else the cell."""
    if "'" not in cell:
        return cell
    plain = _MARK.sub("", cell)
    return plain if plain != cell and defuse(plain) == cell else cell


def _is_blank(sign: str) -> bool:
    return sign == BYTE_ORDER_MARK or unicodedata.category(sign) in {"Zs", "Cf", "Cc"}


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
