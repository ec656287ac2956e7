"""Keys that open the rolling screen of one code on a device that nobody is signed in on.

The device at the door is in everybody's reach: it must not hold its owner's
session. A key opens the screen and nothing else, and ends when the code is renewed.
"""

from typing import Final

from itsdangerous import BadData, URLSafeSerializer

SALT: Final = "antoan.screen"


def make_screen_key(secret: str, code: str) -> str:
    """The key of a code's screen; safe in an address."""
    return str(URLSafeSerializer(secret, salt=SALT).dumps(code))


def read_screen_key(secret: str, key: str) -> str | None:
    """The code that a key opens the screen of; None where it is none of ours."""
    try:
        code = URLSafeSerializer(secret, salt=SALT).loads(key)
    except BadData:
        return None
    return code if isinstance(code, str) else None
