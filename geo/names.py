"""Vietnamese names of areas: folded for searching, keyed for comparing, split from their type."""

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_APOSTROPHES = re.compile(r"['’ʼ`´]")
_TONES: Final = {"\u0300": "2", "\u0301": "3", "\u0303": "4", "\u0309": "5", "\u0323": "6"}

TYPE_WORDS: Final = (
    "thành phố",
    "thị trấn",
    "thị xã",
    "đặc khu",
    "phường",
    "huyện",
    "quận",
    "tỉnh",
    "xã",
)
"""The type words with which official names begin, longest first."""

_ABBREVIATIONS: Final = {
    "tp": "thành phố",
    "t.p": "thành phố",
    "tt": "thị trấn",
    "tx": "thị xã",
    "p": "phường",
    "h": "huyện",
    "q": "quận",
    "x": "xã",
}
_ABBREVIATED = re.compile(r"^(t\.p|tp|tt|tx|p|h|q|x)(?:\.\s*|\s+(?=\d)|(?=\d))", re.IGNORECASE)


class TypedName(NamedTuple):
    """A name without its type word, and the type; "" where the text names none."""

    type_word: str
    bare: str


def fold(text: str) -> str:
    """Text in lower-case ASCII letters with single spaces: "Quận Ba Đình" gives "quan ba dinh".

    Folding is for searching only. Without tones 23 pairs of wards within one
    district become the same name, so two equal folds never mean equal names.
    """
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return _SPACES.sub(" ", plain.casefold()).strip()


@lru_cache(maxsize=65_536)
def spelling_key(text: str) -> str:
    """A key that is equal for two spellings of one name, and only for those.

    Letters and tones all count; what does not is where the tone mark stands
    ("Hòa" and "Hoà" are one name by two conventions), capitals, composed or
    decomposed letters, kinds of hyphen, apostrophe and space, and leading
    zeros of a number ("Phường 01", "Phường 1").
    """
    joined = _APOSTROPHES.sub("", unicodedata.normalize("NFC", text)).casefold()
    return " ".join(_word_key(word) for word in _WORD.findall(joined))


def _word_key(word: str) -> str:
    if word.isdigit():
        return str(int(word))
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(sorted(_TONES[sign] for sign in letters if sign in _TONES))
    return unicodedata.normalize("NFC", "".join(s for s in letters if s not in _TONES)) + tones


@lru_cache(maxsize=65_536)
def split_type(text: str) -> TypedName:
    """Type word and bare name: "Quận Ba Đình" and "Q. Ba Đình" give ("quận", "Ba Đình").

    The type word is in lower case with its tones; a name without one, or that
    is nothing but one, comes back whole with the type "".
    """
    tidy = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    lower = tidy.lower()
    for word in TYPE_WORDS:
        if lower.startswith(word + " "):
            return TypedName(word, tidy[len(word) + 1 :].lstrip(" ."))
    short = _ABBREVIATED.match(tidy)
    if short and tidy[short.end() :].strip():
        return TypedName(_ABBREVIATIONS[short.group(1).lower()], tidy[short.end() :].strip())
    return TypedName("", tidy)


def has_tones(text: str) -> bool:
    """Whether any letter carries a Vietnamese mark; a text without one may have lost them."""
    return fold(text) != _SPACES.sub(" ", unicodedata.normalize("NFC", text).casefold()).strip()


_ENGLISH_TYPES: Final = {
    "thành phố": "City",
    "thị trấn": "Township",
    "thị xã": "Town",
    "đặc khu": "Special Zone",
    "phường": "Ward",
    "huyện": "District",
    "quận": "District",
    "tỉnh": "Province",
    "xã": "Commune",
}
_ENGLISH_CAPITAL: Final = {"Ha Noi": "Hanoi", "Ho Chi Minh": "Ho Chi Minh"}


def english_name(text: str) -> str:
    """An English form of an official name: "Quận Ba Đình" gives "Ba Dinh District".

    For sources that have none: marks taken off, the type word behind the name,
    or before a number ("Quận 1" gives "District 1").
    """
    type_word, bare = split_type(text)
    decomposed = unicodedata.normalize("NFD", bare.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    plain = _ENGLISH_CAPITAL.get(plain, plain)
    word = _ENGLISH_TYPES.get(type_word)
    if word is None:
        return plain
    return f"{word} {int(plain)}" if plain.isdigit() else f"{plain} {word}"
