"""Problems as pages: whoever asks for HTML outside the API reads one, in their language.

The handlers of the API answer every error with a problem document. For a person's browser
the same answer becomes the page of one message, with the status and headers it had.
"""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api.problems import MEDIA_TYPE
from dashboard.auth.door import Door

# Answered to programs, whatever they say they accept.
MACHINE_PATHS: Final = re.compile(
    r"/(api|ogc|static|healthz|readyz|metrics)(/|$)|/_(dash|reload)", re.ASCII
)
KINDS: Final[Mapping[int, str]] = {
    403: "forged",
    404: "missing",
    405: "missing",
    413: "too_large",
    429: "too_often",
}
KEPT_QUERY: Final = ("lang", "next")
# Addresses of forms whose page is not the next one above them.
FORM_PAGES: Final[Sequence[tuple[re.Pattern[str], str]]] = (
    (re.compile(r"/password/again", re.ASCII), "/password/new"),
    (re.compile(r"/venue/([^/]+)/evidence(/.*)?", re.ASCII), r"/venue/\1/assess"),
)


class ProblemPages:
    """ASGI middleware that makes pages of problem documents.

    Args:
        app: What is inside.
        door: Knows the language and who is signed in.
    """

    def __init__(self, app: ASGIApp, *, door: Door) -> None:
        self.app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a problem document on its way to a person becomes a page."""
        if scope["type"] != "http" or not wants_page(request := Request(scope)):
            await self.app(scope, receive, send)
            return
        held: Message | None = None

        async def send_page(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                headers = Headers(raw=message["headers"])
                if headers.get("content-type", "").startswith(MEDIA_TYPE):
                    held = message
                    return
            if held is None:
                await send(message)
            elif not message.get("more_body", False):
                page = await problem_page(
                    self._door, request, held["status"], Headers(raw=held["headers"])
                )
                await page(scope, receive, send)

        await self.app(scope, receive, send_page)


def install_unknown_page(app: FastAPI, door: Door) -> None:
    """Make the page of what nobody foresaw: it is answered outside of every middleware."""
    answer_document: Any = app.exception_handlers[Exception]

    async def answer(request: Request, error: Exception) -> Response:
        document: Response = await answer_document(request, error)
        if not wants_page(request):
            return document
        return await problem_page(door, request, document.status_code, document.headers)

    app.add_exception_handler(Exception, answer)


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks: outside the API, and HTML before JSON."""
    if MACHINE_PATHS.match(request.url.path):
        return False
    weights = _weights(request.headers.get("accept", ""))
    html = weights.get("text/html", 0.0)
    return html > 0 and html >= max(
        weights.get("application/json", 0.0), weights.get(MEDIA_TYPE, 0.0)
    )


async def problem_page(
    door: Door, request: Request, status: int, headers: Mapping[str, str]
) -> Response:
    """The page for a status.

    Args:
        door: Of the site.
        request: What was asked.
        status: Of the problem document.
        headers: Of the problem document; those that do not describe its body are kept.

    Returns:
        The message; or the way to the page that a form's address belongs to, where such an
        address is opened with GET (a language link, a bookmark, a reloaded tab).
    """
    if status == HTTPStatus.METHOD_NOT_ALLOWED and request.method in ("GET", "HEAD"):
        asked = request.query_params
        kept = {name: asked[name] for name in KEPT_QUERY if name in asked}
        address = _page_above(request)
        return RedirectResponse(
            f"{address}?{urlencode(kept)}" if kept else address,
            status_code=303,
            headers={"Cache-Control": "no-store"},
        )
    kind = KINDS.get(status, "failed" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "refused")
    page = await run_in_threadpool(_message, door, request, kind, status)
    for name in ("allow", "retry-after"):
        if name in headers:
            page.headers[name] = headers[name]
    return page


def _message(door: Door, request: Request, kind: str, status: int) -> Response:
    person = None
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        try:
            person = door.find_person(request)
        except SQLAlchemyError:
            person = None  # the message needs no database
    return door.refusal(request, kind, status, person=person)


def _page_above(request: Request) -> str:
    """The nearest address above a form's that answers GET; the map, in the end."""
    path = request.url.path
    for pattern, page in FORM_PAGES:
        if pattern.fullmatch(path):
            return pattern.sub(page, path)
    while path := path.rpartition("/")[0]:
        if _answers_get(request.app.routes, request.scope, path):
            # One slash: two would be another site's address.
            return "/" + path.lstrip("/")
    return "/"


def _answers_get(routes: Sequence[BaseRoute], scope: Scope, path: str) -> bool:
    asked = {**scope, "method": "GET", "path": path, "raw_path": path.encode()}
    return any(route.matches(asked)[0] is Match.FULL for route in routes)


def _weights(accept: str) -> dict[str, float]:
    """How much each media type of an `Accept` header is wanted, 0 to 1."""
    found = {}
    for part in accept.split(","):
        name, *rest = (piece.strip().lower() for piece in part.split(";"))
        weight = next((piece[2:] for piece in rest if piece.startswith("q=")), "1")
        try:
            found[name] = float(weight)
        except ValueError:
            found[name] = 0.0
    return found
