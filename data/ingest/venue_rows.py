"""One row of a venue file: which columns mean what, and whether its values can be taken."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Final, TypeVar

from assessments.errors import UnknownVenueTypeError
from assessments.venue_types import VenueType, require_venue_type
from data.errors import InputError
from data.ingest.cell_problems import RowError
from data.ingest.tables import open_table
from data.ingest.text_cells import Row
from geo.names import fold

DAY_FORMS: Final = ("%Y-%m-%d", "%d/%m/%Y")
MAX_PERSONS: Final = 10_000_000
Read = TypeVar("Read")
# Longer text is a mistake of the file, such as a lost quote; the indexes could not hold it either.
MOST_NAME_SIGNS: Final = 300
MOST_ADDRESS_SIGNS: Final = 1000
MOST_ID_SIGNS: Final = 200
# Control signs, and those that turn the direction of what follows: a name could read as another.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


OPTIONS: Final = {
    "venue_type": "type",
    "external_id": "id",
    "opened_on": "opened",
    "closed_on": "closed",
}


@dataclass(frozen=True, kw_only=True)
class VenueColumns:
    """Names of a file's columns; None where the file has none for it."""

    name: str = "name"
    venue_type: str = "type"
    lon: str = "lon"
    lat: str = "lat"
    external_id: str | None = None
    address: str | None = None
    capacity: str | None = None
    footfall: str | None = None
    opened_on: str | None = None
    closed_on: str | None = None

    def named(self) -> list[str]:
        """The columns that the file must have."""
        return [value for value in vars(self).values() if value is not None]

    def options(self) -> dict[str, str]:
        """The option of the command that names each of them, by column."""
        return {
            value: f"--{OPTIONS.get(key, key)}-column"
            for key, value in vars(self).items()
            if value is not None
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class VenueRow:
    """A venue as its row says; None where the row says nothing. Degrees in EPSG:4326."""

    external_id: str
    content: bytes
    venue_type: str
    name: str
    name_ascii: str
    address: str | None
    lon: float | None
    lat: float | None
    capacity: int | None
    footfall_per_day: int | None
    opened_on: date | None
    closed_on: date | None


@dataclass(kw_only=True)
class VenueRowReader:
    """Reads rows one by one and remembers them, so that duplicates are seen.

    Attributes:
        columns: Names of the file's columns.
        type_map: The file's words for types, by word as written.
    """

    columns: VenueColumns
    type_map: Mapping[str, VenueType]
    _types: dict[str, str | RowError] = field(default_factory=dict)
    _lines_by_content: dict[bytes, int] = field(default_factory=dict)
    _lines_by_id: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def read(self, line_number: int, row: Row) -> VenueRow:
        """Check one row.

        Raises:
            RowError: The first of what is wrong with it and how to mend it.
        """
        found, problems = self.check(line_number, row)
        if found is None:
            raise problems[0]
        return found

    def check(self, line_number: int, row: Row) -> tuple[VenueRow | None, list[RowError]]:
        """Check one row and name everything that is wrong with it; None if anything is."""
        columns = self.columns
        problems: list[RowError] = []

        def attempt(read: Callable[[], Read]) -> Read | None:
            try:
                return read()
            except RowError as error:
                problems.append(error)
                return None

        attempt(lambda: _require_name(row, columns.name))
        attempt(lambda: _refuse_text(row, columns.name, MOST_NAME_SIGNS))
        attempt(lambda: _refuse_text(row, columns.address, MOST_ADDRESS_SIGNS))
        attempt(lambda: _refuse_text(row, columns.external_id, MOST_ID_SIGNS))
        venue_type = attempt(lambda: self._read_type(row[columns.venue_type]))
        point = attempt(lambda: self._read_point(row))
        opened_on = attempt(lambda: read_day(row, columns.opened_on))
        closed_on = attempt(lambda: read_day(row, columns.closed_on))
        attempt(lambda: _require_order(opened_on, closed_on, columns.closed_on))
        capacity = attempt(lambda: _read_persons(row, columns.capacity))
        footfall = attempt(lambda: _read_persons(row, columns.footfall))
        if problems or venue_type is None or point is None:
            return None, problems
        name, address = row[columns.name], _optional(row, columns.address)
        content = blake2b(
            "\x1f".join((venue_type, name, address or "", repr(point[0]), repr(point[1]))).encode(),
            digest_size=16,
        ).digest()
        try:
            found = VenueRow(
                external_id=self._read_id(row, content),
                content=content,
                venue_type=venue_type,
                name=name,
                name_ascii=fold(name),
                address=address,
                lon=point[0],
                lat=point[1],
                capacity=capacity,
                footfall_per_day=footfall,
                opened_on=opened_on,
                closed_on=closed_on,
            )
            self._refuse_duplicate(line_number, found)
        except RowError as error:
            return None, [error]
        return found, []

    def _read_point(self, row: Row) -> tuple[float | None, float | None]:
        columns = self.columns
        return _read_point(row[columns.lon], row[columns.lat], columns)

    def _read_type(self, word: str) -> str:
        known = self._types.get(word)
        if known is None:
            try:
                known = str(self.type_map.get(word) or require_venue_type(word))
            except UnknownVenueTypeError:
                hint = f"add --type-map {word!r}=CODE" if word else "fill the column"
                known = RowError(
                    f"has the unknown type {word!r} in the column "
                    f"{self.columns.venue_type!r}; {hint}",
                    code="type_unknown" if word else "type_missing",
                    column=self.columns.venue_type,
                    value=word,
                )
            self._types[word] = known
        if isinstance(known, RowError):
            raise known
        return known

    def _read_id(self, row: Row, content: bytes) -> str:
        column = self.columns.external_id
        if column is None:
            return f"content:{content.hex()}"
        if not row[column]:
            raise RowError(
                f"has no id in the column {column!r}; give it one",
                code="id_missing",
                column=column,
            )
        return row[column]

    def _refuse_duplicate(self, line_number: int, found: VenueRow) -> None:
        if self.columns.external_id is not None:
            earlier = self._lines_by_id.get(found.external_id)
            if earlier is not None and earlier[1] != found.content:
                raise RowError(
                    f"has the id {found.external_id!r} of line {earlier[0]} with other values; "
                    "keep one of them",
                    code="id_twice",
                    column=self.columns.external_id,
                    value=found.external_id,
                    line=earlier[0],
                )
        first_line = self._lines_by_content.setdefault(found.content, line_number)
        if first_line != line_number:
            raise RowError(
                f"is the same venue as line {first_line}: type, name, address, point",
                code="same_row",
                line=first_line,
            )
        if self.columns.external_id is not None:
            self._lines_by_id[found.external_id] = (line_number, found.content)


def read_type_map(texts: Iterable[str]) -> dict[str, VenueType]:
    """Type words from `OLD=NEW` pairs and from files with the columns `old` and `new`.

    Raises:
        InputError: A pair has no `=`, a file is not there, or NEW is no venue type.
    """
    pairs: list[tuple[str, str]] = []
    for text in texts:
        if "=" in text:
            old, _, new = text.partition("=")
            pairs.append((old.strip(), new.strip()))
        elif Path(text).suffix:
            with open_table(text) as table:
                table.require_columns(["old", "new"])
                pairs += [(row["old"], row["new"]) for chunk in table.chunks for row in chunk.rows]
        else:
            raise InputError(f"--type-map {text!r} is neither OLD=NEW nor a file")
    try:
        return {old: require_venue_type(new) for old, new in pairs}
    except UnknownVenueTypeError as error:
        raise InputError(f"--type-map: {error}") from error


def read_day(row: Row, column: str | None) -> date | None:
    """A day written as 2021-11-20 or 20/11/2021; None where the cell is empty.

    Raises:
        RowError: It is written in another way.
    """
    text = _optional(row, column)
    if text is None:
        return None
    for form in DAY_FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007, a calendar day
        except ValueError:
            continue
    raise RowError(
        f"has {text!r} in the column {column!r}; write a day as 2021-11-20",
        code="day_number" if text.isascii() and text.isdigit() else "day_form",
        column=column,
        value=text,
    )


def _optional(row: Row, column: str | None) -> str | None:
    return (row[column] or None) if column is not None else None


def _require_name(row: Row, column: str) -> None:
    if not row[column]:
        raise RowError(
            f"has no name in the column {column!r}; give the venue a name",
            code="name_missing",
            column=column,
        )


def _require_order(opened_on: date | None, closed_on: date | None, column: str | None) -> None:
    if opened_on and closed_on and closed_on < opened_on:
        raise RowError(
            f"closes on {closed_on}, before it opens on {opened_on}",
            code="closes_before",
            column=column,
            value=closed_on.isoformat(),
        )


def _refuse_text(row: Row, column: str | None, most: int) -> None:
    _refuse_hidden(row, column)
    _refuse_long(row, column, most)


def _refuse_hidden(row: Row, column: str | None) -> None:
    found = _HIDDEN.search(row[column]) if column is not None else None
    if found:
        sign = f"U+{ord(found[0]):04X}"
        raise RowError(
            f"has the invisible sign {sign} in the column {column!r}; type the "
            "text again without it",
            code="hidden_sign",
            column=column,
            sign=sign,
        )


def _refuse_long(row: Row, column: str | None, most: int) -> None:
    length = len(row[column]) if column is not None else 0
    if length > most:
        raise RowError(
            f"has {length} signs in the column {column!r}; write at most {most}",
            code="too_long",
            column=column,
            most=most,
        )


def _read_persons(row: Row, column: str | None) -> int | None:
    text = _optional(row, column)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= MAX_PERSONS):
        raise RowError(
            f"has {text!r} in the column {column!r}; write a whole number from 1 to {MAX_PERSONS}",
            code="persons",
            column=column,
            value=text,
            most=MAX_PERSONS,
        )
    return int(text)


def _read_point(
    lon_text: str, lat_text: str, columns: VenueColumns
) -> tuple[float | None, float | None]:
    if not lon_text and not lat_text:
        return None, None
    if not lon_text or not lat_text:
        raise RowError(
            "has only one of longitude and latitude; give both or none",
            code="half_point",
            column=columns.lat if lon_text else columns.lon,
        )
    try:
        lon, lat = float(lon_text), float(lat_text)
    except ValueError:
        raise RowError(
            f"has the point {lon_text!r}, {lat_text!r}, which is not two numbers in degrees",
            code="point_form",
            column=columns.lat if _is_number(lon_text) else columns.lon,
            value=lat_text if _is_number(lon_text) else lon_text,
        ) from None
    if math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90:
        return lon, lat
    is_swapped = abs(lon) <= 90 and abs(lat) <= 180
    is_lon_wrong = not is_swapped and abs(lat) <= 90
    hint = "longitude and latitude seem swapped" if is_swapped else "write degrees as 105.85, 21.03"
    raise RowError(
        f"has the impossible point longitude {lon_text}, latitude {lat_text}; {hint}",
        code="point_swapped" if is_swapped else "point_range",
        column=columns.lon if is_lon_wrong else columns.lat,
        value=lon_text if is_lon_wrong else lat_text,
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
