"""Headers that browsers obey: where scripts may come from, who may frame us, what is told on."""

from collections.abc import Callable, Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.style_hashes import STYLE_HASHES

NO_PAGE = "default-src 'none'; frame-ancestors 'none'"


def page_policy(script_hashes: Sequence[str], *, is_https: bool) -> str:
    """Content-Security-Policy of a page.

    Scripts come from this site and from the inline scripts with these hashes,
    never from anywhere else. So do style sheets, those that Dash and Plotly carry
    with them by their hashes. Style attributes in markup are refused: what the page
    places by script it places through the CSSOM (ADR 13). MapLibre, inside Plotly,
    starts its worker from a blob.

    Args:
        script_hashes: CSP sources such as `'sha256-…'`.
        is_https: Whether people reach the site by HTTPS.
    """
    scripts = " ".join(["script-src", "'self'", *script_hashes])
    directives = [
        "default-src 'none'",
        scripts,
        " ".join(["style-src", "'self'", *STYLE_HASHES]),
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src blob:",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    if is_https:
        directives.append("upgrade-insecure-requests")
    return "; ".join(directives)


class SecurityHeaders:
    """ASGI middleware that adds the headers to every answer that has none of its own."""

    def __init__(
        self, app: ASGIApp, *, script_hashes: Callable[[], Sequence[str]], is_https: bool
    ) -> None:
        self.app = app
        self._script_hashes = script_hashes
        self._is_https = is_https
        self._page_policy: str | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _complete(self, headers: MutableHeaders) -> None:
        headers.setdefault("x-content-type-options", "nosniff")
        headers.setdefault("referrer-policy", "same-origin")
        headers.setdefault("cross-origin-opener-policy", "same-origin")
        headers.setdefault(
            "permissions-policy", "camera=(), microphone=(), geolocation=(), payment=()"
        )
        is_page = headers.get("content-type", "").startswith("text/html")
        headers.setdefault("content-security-policy", self._policy() if is_page else NO_PAGE)
        if is_page:
            headers.setdefault("cache-control", "no-cache")
        if self._is_https:
            headers.setdefault("strict-transport-security", "max-age=31536000")

    def _policy(self) -> str:
        # The hashes are complete only once every callback is registered: at the first page.
        if self._page_policy is None:
            self._page_policy = page_policy(self._script_hashes(), is_https=self._is_https)
        return self._page_policy
