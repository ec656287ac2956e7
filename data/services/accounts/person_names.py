"""Names that persons give themselves, as they may be shown, printed and mailed."""

import re
import unicodedata
from typing import Final

from data.errors import InputError

MOST_SIGNS: Final = 100
_SPACES: Final = re.compile(r"\s+")
# Control signs, those that turn the direction of text, and code points of no letter.
_REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def read_person_name(text: str) -> str:
    """A name in composed letters with single spaces.

    Raises:
        InputError: It is empty, too long, or holds signs that hide, turn or break text.
    """
    name = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    if not name or len(name) > MOST_SIGNS or not any(sign.isalpha() for sign in name):
        raise InputError(f"a name has 1 to {MOST_SIGNS} signs")
    if any(unicodedata.category(sign) in _REFUSED for sign in name):
        raise InputError("the name holds an invisible sign; type it again")
    return name
