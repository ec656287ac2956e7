"""Units of the library `vietnamadminunits`: names, codes, centres and boxes before July 2025."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import as_file, files

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import InputError

PACKAGE = "vietnamadminunits"

_COLUMNS = (
    "SELECT provinceCode, province, districtCode, district, districtLon, districtLat,"
    " districtBounds, wardCode, ward, wardLon, wardLat, wardBounds"
    " FROM admin_units_legacy ORDER BY provinceCode, districtCode, wardCode"
)


@dataclass(frozen=True, kw_only=True)
class LibraryUnits:
    """The library's table: a row for each ward, and one for each district without wards.

    Attributes:
        rows: Columns province_code, province, district_code, district, ward_code, ward
            (None in a district without wards), lon, lat (of the ward, or of that district).
        boxes: Shape (n, 4): west, south, east, north in degrees; NaN where not readable.
        library_version: As installed.
    """

    rows: pd.DataFrame
    boxes: NDArray[np.float64]
    library_version: str


def read_library_units() -> LibraryUnits:
    """Read the table of units in force before 1 July 2025.

    Raises:
        InputError: The library is of another form than the one known.
    """
    with as_file(files(PACKAGE) / "data" / "dataset.db") as path:
        try:
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
                table = pd.read_sql_query(_COLUMNS, connection)
        except (sqlite3.Error, pd.errors.DatabaseError) as error:
            raise InputError(
                f"the table of units in {PACKAGE} {version(PACKAGE)} cannot be read; "
                "install the version that the lock names"
            ) from error
    has_ward = table["wardCode"].notna()
    rows = pd.DataFrame(
        {
            "province_code": table["provinceCode"],
            "province": table["province"],
            "district_code": table["districtCode"],
            "district": table["district"],
            "ward_code": table["wardCode"].astype(object).where(has_ward, None),
            "ward": table["ward"].astype(object).where(has_ward, None),
            "lon": table["wardLon"].where(has_ward, table["districtLon"]).astype(float),
            "lat": table["wardLat"].where(has_ward, table["districtLat"]).astype(float),
        }
    )
    bounds = table["wardBounds"].where(has_ward, table["districtBounds"])
    return LibraryUnits(
        rows=rows,
        boxes=np.array([_box(text) for text in bounds], dtype=np.float64).reshape(-1, 4),
        library_version=version(PACKAGE),
    )


def _box(text: object) -> tuple[float, float, float, float]:
    """West, south, east, north of "south,west – north,east"."""
    try:
        low, high = str(text).split("–")
        south, west = (float(number) for number in low.split(","))
        north, east = (float(number) for number in high.split(","))
    except ValueError:
        return (np.nan, np.nan, np.nan, np.nan)
    return (west, south, east, north)
