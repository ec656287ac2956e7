"""The second wall against forged requests: browsers say where a request comes from.

Every unsafe request outside the API is refused that a browser marks as another
site's. The first wall is the token of each form; this one also stands where a
page forgot it. Requests of Dash's callbacks must prove that they are the
site's own: by the browser's mark, and by the session's token where the
visitor is signed in (Dash reads it from the cookie `antoan_csrf`, and sends it
in the header).
"""

from typing import Final
from urllib.parse import urlsplit

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.api import PREFIX
from dashboard.api.problems import problem_response
from dashboard.auth.csrf import HEADER, is_csrf_token
from dashboard.auth.session_cookie import COOKIE, SALT

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
DASH_PREFIX: Final = "/_dash"


class SameOrigin:
    """ASGI middleware that answers 403 to unsafe requests of other sites."""

    def __init__(self, app: ASGIApp, *, public_url: str, secret: str) -> None:
        self.app = app
        self._origin = _origin(public_url)
        self._serializer = URLSafeSerializer(secret, salt=SALT)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on where it is the site's own."""
        if scope["type"] == "http" and self._is_forged(Request(scope)):
            refusal = problem_response(
                "forged", 403, "this request was not sent by a page of this site"
            )
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_forged(self, request: Request) -> bool:
        path = request.url.path
        if path.startswith(f"{PREFIX}/") or request.method in SAFE_METHODS:
            # The API takes no cookie: there is nothing that another site could use.
            return False
        is_own = self._is_own(request)
        if path.startswith(DASH_PREFIX):
            return is_own is not True or not self._has_token(request)
        return is_own is False

    def _is_own(self, request: Request) -> bool | None:
        """What the browser says; None where it says nothing, as programs do."""
        site = request.headers.get("sec-fetch-site")
        if site not in (None, "same-origin", "none"):
            return False
        origin = request.headers.get("origin")
        if origin is None:
            return None if site is None else True
        # A site may have more names than its public one; the scheme is always that one's.
        host = request.headers.get("host", "").lower()
        return _origin(origin) in (self._origin, (self._origin[0], host or "unknown"))

    def _has_token(self, request: Request) -> bool:
        cookie = request.cookies.get(COOKIE)
        if cookie is None:
            return True
        try:
            token = self._serializer.loads(cookie)
        except BadData:
            return True  # nobody is signed in by it
        secret = self._serializer.secret_key.decode()
        return is_csrf_token(secret, str(token), request.headers.get(HEADER, ""))


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme.lower(), parts.netloc.lower()
