"""Lists of official units: one row for each ward, with the district and province above it."""

from pathlib import Path
from typing import Final

import pandas as pd

from data.errors import InputError
from geo.levels import AdminLevel
from geo.matching import ListedUnit, UnitList

_LEVELS: Final = (
    ("province_code", "province", AdminLevel.PROVINCE),
    ("district_code", "district", AdminLevel.DISTRICT),
    ("ward_code", "ward", AdminLevel.WARD),
)


def read_unit_list(path: Path) -> UnitList:
    """Read a CSV with a code and a name column for each level: `ward_code`, `ward` and so on.

    The district or the ward columns may be absent. Codes are text: their
    leading zeros count. A row without a ward names a district without wards.

    Raises:
        InputError: There is no such file, or columns are missing.
    """
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}") from error
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(f"{path} is not readable as CSV in UTF-8") from error
    levels = [level for level in _LEVELS if level[0] in table.columns]
    for code, name, _ in levels:
        if name not in table.columns:
            raise InputError(f"{path} has a column {code!r} but none {name!r} for the names")
    if not levels or levels[0][2] is not AdminLevel.PROVINCE:
        raise InputError(
            f"{path} is no list of units; it needs the columns province_code, province and, where "
            "it has them, district_code, district, ward_code, ward"
        )
    units: list[ListedUnit] = []
    for row in table.drop_duplicates().to_dict("records"):
        parent: str | None = None
        for code_column, name_column, level in levels:
            code = str(row[code_column]).strip()
            if not code:
                continue
            units.append(
                ListedUnit(
                    code=code,
                    level=level,
                    name=" ".join(str(row[name_column]).split()),
                    parent_code=parent,
                )
            )
            parent = code
    return UnitList.of(units)
