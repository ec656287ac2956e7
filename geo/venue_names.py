"""Names of venues compared as people mean them: by what is left without the words for their kind.

"Trường Tiểu học Nguyễn Du", "TH Nguyễn Du" and "Nguyen Du Primary School" are one name; "Cà phê
Sông Thu" and "Cà phê Mộc" are two, though most of their letters are the same.

The words are those of signs and letterheads. Of schools TH, THCS, THPT and MN as the Ministry of
Education writes them; BV, TTYT, TYT and PK as the Ministry of Health does; TNHH, CP and MTV as the
business register shortens forms of companies; Q. and P. as addresses do; KS, NH, CH, CTY and ST are
everyday usage.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from geo.names import fold

SIMILAR: Final = 0.6
"""Of the groups of three letters of two proper names: lets a slip of the pen pass."""

SCHOOL_LEVELS: Final = {
    "mam non": "preschool",
    "mau giao": "preschool",
    "mn": "preschool",
    "kindergarten": "preschool",
    "preschool": "preschool",
    "trung hoc co so": "lower",
    "thcs": "lower",
    "lower secondary": "lower",
    "middle": "lower",
    "trung hoc pho thong": "upper",
    "thpt": "upper",
    "upper secondary": "upper",
    "high": "upper",
    "tieu hoc": "primary",
    "th": "primary",
    "primary": "primary",
    "elementary": "primary",
}
"""Schools of two levels may share a name and a street; they are two schools."""

TYPE_WORDS: Final = (
    *("truong", "school", "secondary", "trung hoc"),
    *("benh vien", "bv", "hospital", "trung tam y te", "ttyt", "tram y te", "tyt"),
    *("medical center", "medical centre", "health center", "health centre", "health station"),
    *("phong kham da khoa", "phong kham", "pkdk", "pk", "clinic", "general", "da khoa"),
    *("khach san", "ks", "hotel", "nha nghi", "guesthouse", "guest house", "resort", "homestay"),
    *("nha hang", "nh", "restaurant", "quan an", "ca phe", "cafe", "cf", "coffee", "shop"),
    *("cua hang", "ch", "store", "sieu thi", "st", "supermarket", "cho", "market"),
    *("trung tam thuong mai", "tttm", "mall", "nha may", "xi nghiep", "factory", "plant"),
    *("cong ty", "cty", "company", "co", "trach nhiem huu han", "tnhh", "limited", "ltd"),
    *("co phan", "cp", "jsc", "joint stock", "mot thanh vien", "mtv"),
    *("van phong", "vp", "office", "khu cong nghiep", "kcn", "industrial park"),
    *("ben xe", "bus station", "station", "the", "of"),
)
PLACES: Final = re.compile(
    r"(?<=\w) (?:(?:quan|phuong|district|ward) ?\d+\b|"
    r"(?:quan|phuong|huyen|thanh pho|tp|tphcm|tinh|district|ward|city) \w).*$"
)
"""Where a name says behind it in which ward, district or city the venue is."""

_JOINED: Final = re.compile(
    r"\b(?:" + "|".join(sorted((*SCHOOL_LEVELS, *TYPE_WORDS), key=len, reverse=True)) + r")\b"
)
_SIGNS: Final = re.compile(r"[\W_]+")
_NUMBER: Final = re.compile(r"\d+")
_DISTRICT: Final = re.compile(r"\bq ?(?=\d)")
_WARD: Final = re.compile(r"\bp ?(?=\d)")
_SHOP: Final = re.compile(r"^quan (?=[a-z])")


@dataclass(frozen=True, kw_only=True)
class ProperName:
    """What is a venue's own in its name.

    Attributes:
        words: In lower-case ASCII letters; the whole name where nothing else is left.
        levels: Levels of schooling that it names.
        triples: Groups of three letters, each word with two blanks before and one behind it.
        numbers: In order: "Nguyễn Du 1" and "Nguyễn Du 2" are two.
    """

    words: str
    levels: frozenset[str]
    triples: frozenset[str]
    numbers: tuple[int, ...]


@lru_cache(maxsize=65_536)
def proper_name(name: str) -> ProperName:
    """A venue's own name, blind to marks, capitals, signs, and the words for its kind.

    Args:
        name: As typed, in Vietnamese or English.
    """
    plain = _SIGNS.sub(" ", fold(name)).strip()
    levels = frozenset(SCHOOL_LEVELS[one] for one in _JOINED.findall(plain) if one in SCHOOL_LEVELS)
    spelt = _WARD.sub("phuong ", _DISTRICT.sub("quan ", plain))
    bare = _SIGNS.sub(" ", _JOINED.sub(" ", _SHOP.sub("", spelt))).strip()
    bare = PLACES.sub("", bare)
    words = bare or spelt
    padded = [f"  {word} " for word in words.split()]
    triples = frozenset(one[at : at + 3] for one in padded for at in range(len(one) - 2))
    numbers = tuple(int(one) for one in _NUMBER.findall(words))
    return ProperName(words=words, levels=levels, triples=triples, numbers=numbers)


def name_likeness(one: str, other: str) -> float:
    """How likely two names of venues of one type at one place mean the same one, 0 … 1.

    1 for equal proper names; 0 where their numbers or levels of schooling differ.
    """
    left, right = proper_name(one), proper_name(other)
    if left.levels and right.levels and not left.levels & right.levels:
        return 0.0
    if left.numbers != right.numbers:
        return 0.0
    if left.words.replace(" ", "") == right.words.replace(" ", ""):
        return 1.0
    shared = len(left.triples & right.triples)
    return shared / max(len(left.triples) + len(right.triples) - shared, 1)


def is_like(one: str, other: str) -> bool:
    """Whether a person should be asked if two venues of one type at one place are the same."""
    return name_likeness(one, other) >= SIMILAR
