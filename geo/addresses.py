"""Whether a typed address names the area in which the venue's point lies."""

import re
from collections.abc import Iterable
from typing import Final

from geo.names import fold, has_tones, spelling_key, split_type

# Commas and spaced or trailing hyphens part an address; "Bà Rịa - Vũng Tàu" is one name.
_BREAK = re.compile(r"\s*(?:,|;|\||(?<=\S)-\s|\n)\s*")
_ALIASES: Final = {"hcm": "Hồ Chí Minh", "hn": "Hà Nội", "brvt": "Bà Rịa - Vũng Tàu"}
_JOINED_NAMES: Final = ("Bà Rịa - Vũng Tàu", "Phan Rang - Tháp Chàm", "Phan Rang-Tháp Chàm")


def named_areas(address: str) -> dict[str, list[str]]:
    """Areas that an address names with their type word, by type.

    "12 Phố Huế, P. Ngô Thì Nhậm, Quận Hai Bà Trưng" gives
    `{"phường": ["Ngô Thì Nhậm"], "quận": ["Hai Bà Trưng"]}`. A bare name is left
    out, because it may as well be a street's.
    """
    for name in _JOINED_NAMES:
        address = address.replace(name, name.replace(" - ", " – ").replace("-", "–"))
    named: dict[str, list[str]] = {}
    for piece in _BREAK.split(address):
        type_word, bare = split_type(piece)
        if type_word:
            named.setdefault(type_word, []).append(bare)
    return named


def address_agrees(address: str | None, area_names: Iterable[str]) -> bool | None:
    """Whether an address names the areas given; None where it names no area of their types.

    Only areas of the same type are compared: an address written before a
    district became a city names another type and contradicts nothing. An
    address without any tone marks is compared without tones.

    Args:
        address: As typed.
        area_names: Full official names of the area and all areas above it.

    Returns:
        False as soon as one type is named and none of its names agrees.
    """
    named = named_areas(address) if address else {}
    if not named:
        return None
    key = spelling_key if address and has_tones(address) else fold
    by_type: dict[str, set[str]] = {}
    for full in area_names:
        type_word, bare = split_type(full)
        by_type.setdefault(type_word, set()).add(key(bare))
    compared = False
    for type_word, keys in by_type.items():
        written = {key(_ALIASES.get(fold(name), name)) for name in named.get(type_word, [])}
        if not written:
            continue
        compared = True
        # "Thành phố" may be the province or the district: one agreement is enough.
        if not written & keys:
            return False
    return True if compared else None
