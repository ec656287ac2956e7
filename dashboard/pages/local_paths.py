"""Where to go after signing in: only to pages of this very site."""

from typing import Final
from urllib.parse import unquote, urlsplit

MOST_SIGNS: Final = 500
_PRINTABLE: Final = frozenset(map(chr, range(0x21, 0x7F)))
_NEVER: Final = ("/sign-in", "/sign-out", "/register", "/confirm", "/password", "/set-up")


def local_path(text: str | None) -> str | None:
    """The path, where it is one of this site; None for all else.

    Browsers read `//host`, backslashes and tabs in a path as addresses of other
    hosts, and some decode before they do: each of these is refused.

    Args:
        text: What stood in `next=`.
    """
    if not text or len(text) > MOST_SIGNS or not _PRINTABLE.issuperset(text):
        return None
    plain = unquote(text)
    for one in (text, plain):
        if not one.startswith("/") or one.startswith("//") or "\\" in one:
            return None
        if any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in one):
            return None
        try:
            parts = urlsplit(one)
        except ValueError:
            return None
        if parts.scheme or parts.netloc or parts.path.startswith("//"):
            return None
    return None if plain.startswith(_NEVER) else text
