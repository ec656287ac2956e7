"""Names of the cookies of signed-in browsers."""

from typing import Final

COOKIE: Final = "antoan_session"
"""The signed token of the session; HttpOnly."""

CSRF_COOKIE: Final = "antoan_csrf"
"""The token of the session's forms, for Dash's callbacks to read; worth nothing by itself."""

SALT: Final = "antoan.web-session"
