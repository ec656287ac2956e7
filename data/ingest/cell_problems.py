"""What is wrong with one cell of a table that somebody brought."""

from dataclasses import dataclass, field
from typing import Final

from data.errors import InputError

MOST_SHOWN_SIGNS: Final = 60


@dataclass(frozen=True, kw_only=True)
class CellProblem:
    """Why a row cannot be taken, and which cell says so.

    Attributes:
        column: Header of the column as the file has it; None for the row as a whole.
        value: Beginning of the cell's text.
        code: Names the reason; pages have a sentence for each, `bulk.problem.<code>`.
        values: What the sentence names.
    """

    column: str | None
    value: str
    code: str
    values: dict[str, str | int] = field(default_factory=dict)


class RowError(InputError):
    """A row that cannot be taken; the sentence goes beside it into the file of rejected rows.

    Attributes:
        code: Names the reason, as in `CellProblem`.
        column: Header of the cell's column; None for the row as a whole.
        value: The cell's text.
        values: What a sentence of the reason names.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "row",
        column: str | None = None,
        value: str = "",
        **values: str | int,
    ) -> None:
        self.code = code
        self.column = column
        self.value = value
        self.values = values
        super().__init__(message)

    @property
    def problem(self) -> CellProblem:
        """The same for a page."""
        return CellProblem(
            column=self.column,
            value=self.value[:MOST_SHOWN_SIGNS],
            code=self.code,
            values=self.values,
        )
