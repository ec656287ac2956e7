"""What a venue file would change of stored venues: shown first, and stored only when agreed to."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy.orm import Session

from data.sql_files import read_sql

FIELDS: Final = ("name", "address", "point", "capacity", "footfall")
PLACES: Final = 6  # decimals of a degree; about 10 cm


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldChange:
    """One field of a stored venue before and after; None where nothing was stored.

    Attributes:
        field: One of `FIELDS`; a point is its latitude and longitude in EPSG:4326.
    """

    field: str
    old: str | int | None
    new: str | int


@dataclass(frozen=True, kw_only=True, slots=True)
class VenueChange:
    """What one row would change.

    Attributes:
        line: The row's line in the file.
        venue_id: The stored venue.
        name: Its name as stored.
        fields: What changes of it.
    """

    line: int
    venue_id: str
    name: str
    fields: tuple[FieldChange, ...]


def read_changes(session: Session) -> list[VenueChange]:
    """What the rows in `bulk_venue_input` would change, by line."""
    rows = [row._asdict() for row in session.execute(read_sql("bulk_venue_changes"))]
    return [
        VenueChange(
            line=row["line"],
            venue_id=row["venue_id"],
            name=row["old_name"],
            fields=tuple(_fields(row)),
        )
        for row in rows
    ]


def changes_digest(changes: list[VenueChange]) -> str:
    """Names a list of changes: what was agreed to is what is stored."""
    content = json.dumps([asdict(one) for one in changes], ensure_ascii=False)
    return blake2b(content.encode(), digest_size=16).hexdigest()


def _fields(row: Mapping[str, Any]) -> list[FieldChange]:
    values = dict(row)
    for age in ("old", "new"):
        values[f"{age}_point"] = _point(values[f"{age}_lat"], values[f"{age}_lon"])
    return [
        FieldChange(field=field, old=values[f"old_{field}"], new=values[f"new_{field}"])
        for field in FIELDS
        if values[f"new_{field}"] is not None
    ]


def _point(lat: float | None, lon: float | None) -> str | None:
    if lat is None or lon is None:
        return None
    return f"{round(lat, PLACES)}, {round(lon, PLACES)}"
