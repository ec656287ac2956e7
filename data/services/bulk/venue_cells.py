"""The rows of a venue file by their cells: what can be read, and what is wrong with the rest."""

from dataclasses import dataclass
from typing import Final

from data.ingest.text_cells import Row
from data.ingest.uploaded_tables import UploadedRow, UploadedTable
from data.ingest.venue_rows import VenueColumns, VenueRow, VenueRowReader
from data.services.bulk.tables import (
    EXTERNAL_ID,
    VENUE_ID,
    BulkCheck,
    BulkWords,
    ColumnPlan,
    cell,
    decimal_point,
    problem_of,
    whole_number,
)
from geo.names import fold

VENUE_KEYS: Final = (
    EXTERNAL_ID,
    "name",
    "type",
    "address",
    "lat",
    "lon",
    "capacity",
    "footfall",
    VENUE_ID,
)
REQUIRED_KEYS: Final = (EXTERNAL_ID, "name", "type", "lat", "lon")
WHOLE_KEYS: Final = ("capacity", "footfall")
NUMBER_KEYS: Final = ("lat", "lon")
SAID_TWICE: Final = frozenset({"id_twice", "same_row"})
LATITUDES: Final = (8, 24)  # of Việt Nam, as the template says
LONGITUDES: Final = (102, 118)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadVenue:
    """A row that can be read.

    Attributes:
        row: As uploaded.
        found: What it says.
        venue_id: Public id of the venue that it names; None where it names none.
    """

    row: UploadedRow
    found: VenueRow
    venue_id: str | None


def read_venue_rows(
    table: UploadedTable, plan: ColumnPlan, words: BulkWords, check: BulkCheck
) -> list[ReadVenue]:
    """The rows of a file that can be read; the others are counted in `check` with their reasons.

    Args:
        table: The file.
        plan: Its columns.
        words: What types may be called, and what is an example.
        check: Takes the example rows and the bad ones.
    """
    headers = plan.headers
    reader = VenueRowReader(
        columns=VenueColumns(
            name=headers["name"],
            venue_type=headers["type"],
            lon=headers["lon"],
            lat=headers["lat"],
            external_id=headers[EXTERNAL_ID],
            address=headers.get("address"),
            capacity=headers.get("capacity"),
            footfall=headers.get("footfall"),
        ),
        type_map={},
    )
    rows: list[ReadVenue] = []
    first_lines: dict[str, int] = {}
    for row in table.rows:
        own_code = cell(row.cells, plan, EXTERNAL_ID)
        if words.is_example(own_code, cell(row.cells, plan, "name")):
            check.examples.add(row.line)
            continue
        cells = _prepare(row, plan, words)
        found, errors = reader.check(row.line, cells)
        flawed = {problem.column for problem in row.problems}
        # What is a formula or an error is said once: its text says nothing more.
        more = [error.problem for error in errors]
        problems = [*row.problems, *(one for one in more if one.column not in flawed)]
        if found is not None and found.lat is None and plan.headers["lat"] not in flawed:
            problems.append(problem_of(plan, "lat", "point_missing"))
        if words.has_example_code(own_code):
            problems.append(problem_of(plan, EXTERNAL_ID, "example_code", own_code))
        # The reader knows the codes of rows it took; a row with other faults repeats one as well.
        first = first_lines.setdefault(own_code, row.line) if own_code else row.line
        if first != row.line and not SAID_TWICE & {one.code for one in problems}:
            problems.append(problem_of(plan, EXTERNAL_ID, "id_twice", own_code, line=first))
        if found is None or problems:
            check.add(row.line, problems)
        else:
            venue_id = cell(cells, plan, VENUE_ID) or None
            rows.append(ReadVenue(row=row, found=found, venue_id=venue_id))
    return rows


def is_lon_wrong(found: VenueRow) -> bool:
    """Whether the longitude alone cannot be one in Việt Nam."""
    if found.lat is None or found.lon is None:
        return False
    is_lat_right = LATITUDES[0] <= found.lat <= LATITUDES[1]
    return is_lat_right and not LONGITUDES[0] <= found.lon <= LONGITUDES[1]


def _prepare(row: UploadedRow, plan: ColumnPlan, words: BulkWords) -> Row:
    """Cells in the form that imports by command know: type codes, decimal points, a code."""
    headers, cells = plan.headers, row.cells
    changed = {headers[key]: decimal_point(cells[headers[key]]) for key in NUMBER_KEYS}
    for header in filter(None, map(headers.get, WHOLE_KEYS)):
        # In a number cell the point parts decimals: 1.234 there is no whole number.
        if header not in row.numbers:
            changed[header] = whole_number(cells[header])
    word = cells[headers["type"]]
    changed[headers["type"]] = words.types.get(fold(word), word)
    venue_id = cell(cells, plan, VENUE_ID)
    if venue_id and not cells[headers[EXTERNAL_ID]]:
        changed[headers[EXTERNAL_ID]] = venue_id
    return cells | changed
