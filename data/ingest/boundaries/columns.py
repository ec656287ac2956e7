"""Which column of a boundary file says what: presets of known publishers, and options."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from data.errors import InputError
from geo.levels import AdminLevel
from geo.matching import RawUnit

_CODE_DIGITS: Final = {AdminLevel.PROVINCE: 2, AdminLevel.DISTRICT: 3, AdminLevel.WARD: 5}


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Column names; None where the file has no such column.

    In a preset `{n}` stands for the number of the level and `{m}` for that of the level above.
    """

    code: str | None = None
    name: str | None = None
    type_word: str | None = None
    name_en: str | None = None
    parent_code: str | None = None
    parent_name: str | None = None
    province_code: str | None = None
    province_name: str | None = None


PRESETS: Final = {
    "antoan": Columns(
        code="code",
        name="name",
        name_en="name_en",
        parent_code="parent_code",
        parent_name="parent_name",
        province_code="province_code",
        province_name="province_name",
    ),
    "gadm": Columns(
        code="GID_{n}",
        name="NAME_{n}",
        type_word="TYPE_{n}",
        parent_code="GID_{m}",
        parent_name="NAME_{m}",
        province_code="GID_1",
        province_name="NAME_1",
    ),
    "geoboundaries": Columns(code="shapeID", name="shapeName"),
    "cod": Columns(
        code="ADM{n}_PCODE",
        name="ADM{n}_VI",
        name_en="ADM{n}_EN",
        parent_code="ADM{m}_PCODE",
        parent_name="ADM{m}_VI",
        province_code="ADM1_PCODE",
        province_name="ADM1_VI",
    ),
}
_FIELDS: Final = tuple(Columns.__dataclass_fields__)
_REQUIRED: Final = ("name",)


def choose_columns(preset: str, level: AdminLevel, options: Columns) -> tuple[Columns, set[str]]:
    """Columns of a preset with the options over them, and the fields that must be in the file.

    Raises:
        InputError: There is no such preset.
    """
    if preset not in PRESETS:
        raise InputError(f"there is no preset {preset!r}; there are: {', '.join(sorted(PRESETS))}")
    numbers = {"n": str(int(level)), "m": str(int(level) - 1)}
    chosen = PRESETS[preset]
    for field in _FIELDS:
        pattern = getattr(chosen, field)
        if pattern is not None:
            chosen = replace(chosen, **{field: pattern.format(**numbers)})
    if level is AdminLevel.PROVINCE:
        chosen = replace(
            chosen, parent_code=None, parent_name=None, province_code=None, province_name=None
        )
    named = {field for field in _FIELDS if getattr(options, field) is not None}
    chosen = replace(chosen, **{field: getattr(options, field) for field in named})
    return chosen, named | set(_REQUIRED)


def raw_units(
    frame: gpd.GeoDataFrame, columns: Columns, required: set[str], level: AdminLevel, source: str
) -> list[RawUnit]:
    """Rows as units with texts, in the order of the file.

    Raises:
        InputError: A required column is missing; the sentence lists those there are.
    """
    by_lower = {str(name).lower(): str(name) for name in frame.columns}
    values: dict[str, Sequence[str | None]] = {}
    for field in _FIELDS:
        wanted = getattr(columns, field)
        found = None if wanted is None else by_lower.get(wanted.lower())
        if found is None and field in required:
            there = ", ".join(str(name) for name in frame.columns if name != "geometry")
            raise InputError(
                f"{source} has no column {wanted!r} for the {field.replace('_', ' ')}; it has: "
                f"{there}; name it with --{field.replace('_', '-')}-column"
            )
        values[field] = [None] * len(frame) if found is None else _texts(frame[found])
    for field, code_level in (("code", level), ("province_code", AdminLevel.PROVINCE)):
        values[field] = [_padded(code, code_level) for code in values[field]]
    return [
        RawUnit(
            number=place + 1,
            level=level,
            geometry=shape,
            **{field: values[field][place] for field in _FIELDS},
        )
        for place, shape in enumerate(frame.geometry.to_numpy())
    ]


def _texts(column: "pd.Series[Any]") -> list[str | None]:
    """Values as trimmed text; whole numbers without ".0"; None where empty."""
    texts: list[str | None] = []
    for value in column.tolist():
        if value is None or (isinstance(value, float) and not np.isfinite(value)) or value is pd.NA:
            texts.append(None)
        elif isinstance(value, float) and value.is_integer():
            texts.append(str(int(value)))
        else:
            texts.append(" ".join(str(value).split()) or None)
    return texts


def _padded(code: str | None, level: AdminLevel) -> str | None:
    """An official code that lost its leading zeros as a number gets them back."""
    digits = _CODE_DIGITS[level]
    return code.zfill(digits) if code and code.isdigit() and len(code) < digits else code
