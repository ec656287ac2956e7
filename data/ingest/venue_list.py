"""A list of venues as a CSV file with one id to a line."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from data.ingest.rejected import defuse, undo_defuse
from data.ingest.text_cells import find_delimiter
from data.queries.place_codes import OwnVenue

MOST_LINES: Final = 1_000
COLUMNS: Final = ("venue_id", "external_id")
_MOST_SIGNS: Final = 200

ListProblem = Literal["not_text", "empty", "large"]
LineReason = Literal["unknown", "several", "empty", "twice", "no_header"]


class VenueListError(ValueError):
    """The file cannot be read; `problem` says why in a word."""

    def __init__(self, problem: ListProblem) -> None:
        self.problem = problem
        super().__init__(problem)


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedVenue:
    """One line: the id that stands in it.

    Attributes:
        column: Name of the column that it stands in; empty in a file without a heading.
        is_first: Whether it is the first line of such a file, which may be a heading.
    """

    line: int
    value: str
    column: str = ""
    is_first: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class LineProblem:
    """What is wrong with a line.

    Attributes:
        column: As in `ListedVenue`.
        first: The earlier line of the same venue.
    """

    line: int
    reason: LineReason
    value: str
    column: str = ""
    first: int = 0


def read_venue_list(content: bytes) -> list[ListedVenue]:
    """The ids of a file, in its order.

    Where the first line names a column `venue_id` or `external_id`, that column is
    read, and of both the second where the first is empty; else the first column of every line.

    Raises:
        VenueListError: The file is no text, has no line, or more than `MOST_LINES`.
    """
    text = _decode(content)
    rows = [(line, cells) for line, cells in _rows(text) if any(cell.strip() for cell in cells)]
    if not rows:
        raise VenueListError("empty")
    header = [cell.strip().lower() for cell in rows[0][1]]
    columns = [(name, header.index(name)) for name in COLUMNS if name in header]
    if columns:
        rows = rows[1:]
    if not rows:
        raise VenueListError("empty")
    if len(rows) > MOST_LINES:
        raise VenueListError("large")
    first_line = rows[0][0]
    listed = []
    for line, cells in rows:
        found: list[tuple[str, str]] = [(name, _cell(cells, place)) for name, place in columns]
        found = found or [("", _cell(cells, 0))]
        column, value = next(((name, cell) for name, cell in found if cell), found[0])
        is_first = not columns and line == first_line
        listed.append(ListedVenue(line=line, value=value, column=column, is_first=is_first))
    return listed


def write_venue_list(venues: Sequence[OwnVenue]) -> bytes:
    """A person's venues as a file that `read_venue_list` takes, for lines to be deleted from."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([*COLUMNS, "name"])
    for venue in venues:
        cells = (venue.venue_id, venue.external_id or "", venue.name)
        writer.writerow([defuse(cell) for cell in cells])
    return ("\ufeff" + stream.getvalue()).encode()


def match_venues(
    listed: Sequence[ListedVenue], found: Mapping[str, Sequence[OwnVenue]]
) -> tuple[list[OwnVenue], list[LineProblem]]:
    """The venues of a list in its order, and what is wrong with its lines.

    Args:
        listed: From `read_venue_list`.
        found: The person's venues by public id or own key.
    """
    venues: dict[int, int] = {}
    chosen: list[OwnVenue] = []
    problems: list[LineProblem] = []
    for one in listed:
        candidates = found.get(one.value, ())
        reason: LineReason | None = None
        if not one.value:
            reason = "empty"
        elif not candidates:
            reason = "no_header" if one.is_first else "unknown"
        elif len(candidates) > 1:
            reason = "several"
        elif candidates[0].venue_pk in venues:
            reason = "twice"
        if reason is not None:
            first = venues.get(candidates[0].venue_pk, 0) if candidates else 0
            problems.append(
                LineProblem(
                    line=one.line,
                    reason=reason,
                    value=one.value[:_MOST_SIGNS],
                    column=one.column,
                    first=first,
                )
            )
            continue
        venues[candidates[0].venue_pk] = one.line
        chosen.append(candidates[0])
    return chosen, problems


def _cell(cells: Sequence[str], place: int) -> str:
    return undo_defuse(cells[place]).strip() if place < len(cells) else ""


def _decode(content: bytes) -> str:
    # Excel's "Unicode text" is UTF-16 with a mark.
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise VenueListError("not_text") from None
    if "\0" in text:
        raise VenueListError("not_text")
    return text


def _rows(text: str) -> list[tuple[int, list[str]]]:
    first_line = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(first_line))
    rows = []
    try:
        for cells in reader:
            rows.append((reader.line_num, cells))
            if len(rows) > 3 * MOST_LINES:
                raise VenueListError("large")
    except csv.Error:
        raise VenueListError("not_text") from None
    return rows
