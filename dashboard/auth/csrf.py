"""Tokens against forged requests, bound to the visitor's own cookie."""

import hmac
from hashlib import sha256
from typing import Final

from markupsafe import Markup

FIELD: Final = "csrf"
HEADER: Final = "x-csrf-token"


def make_csrf_token(secret: str, cookie: str) -> str:
    """The token that forms of one visitor carry; nothing is stored for it.

    Args:
        secret: The site's signing secret.
        cookie: The visitor's session token, or the token of a visitor not signed in.
    """
    return hmac.new(secret.encode(), b"antoan.csrf:" + cookie.encode(), sha256).hexdigest()


def is_csrf_token(secret: str, cookie: str, token: str) -> bool:
    """Whether a token is that of the visitor; takes the same time for every wrong one."""
    return bool(cookie) and hmac.compare_digest(
        make_csrf_token(secret, cookie).encode(), token.encode()
    )


def csrf_field(token: str) -> Markup:
    """The hidden field of a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token)
