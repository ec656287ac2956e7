"""Vietnamese names without their tones, for searching; never as keys."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """Text in lower-case ASCII letters with single spaces: "Quận Ba Đình" gives "quan ba dinh".

    Folding is for searching only. Without tones 23 pairs of wards within one
    district become the same name, so two equal folds never mean equal names.
    """
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return _SPACES.sub(" ", plain.casefold()).strip()
