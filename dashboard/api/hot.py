"""The shortest way for answers that are ready: before routing, parsing and other middleware."""

import asyncio
import time

from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.api.answers import accepted_encoding
from dashboard.api.cache import AnswerCache, Mark
from dashboard.observe import Metrics

MOST_HEADERS_REMEMBERED = 256


class HotPath:
    """ASGI middleware that gives a kept answer while the facts behind it still hold.

    Anything else, every error included, goes on to the application.
    """

    def __init__(self, app: ASGIApp, *, cache: AnswerCache, metrics: Metrics) -> None:
        self.app = app
        self._cache = cache
        self._metrics = metrics
        self._encodings: dict[bytes, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory or pass the request on."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        target = self._cache.find_target(scope["path"], scope["query_string"])
        if target is None:
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        key, marks, route = target
        if not await self._still_true(marks) or (answer := self._cache.get(key)) is None:
            await self.app(scope, receive, send)
            return
        encoding, if_none_match = self._wishes(scope["headers"])
        if if_none_match and answer.is_known(if_none_match.decode("latin-1")):
            status, body, headers = 304, b"", answer.not_modified(encoding)
        else:
            status = 200
            ready = answer.ready(encoding)
            if ready is None:
                ready = await asyncio.to_thread(answer.make, encoding)
                self._cache.put(key, answer)
            body, headers = ready
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})
        self._metrics.count(
            method="GET", route=route, status=status, seconds=time.perf_counter() - started
        )

    async def _still_true(self, marks: tuple[Mark, ...]) -> bool:
        now = time.monotonic()
        for mark in marks:
            cell = mark.cell
            if cell.fresh_until < now:
                try:
                    await cell.get()
                except Exception:
                    return False
            if cell.value != mark.value:
                return False
        return True

    def _wishes(self, headers: list[tuple[bytes, bytes]]) -> tuple[str, bytes]:
        accept, known = b"", b""
        for name, value in headers:
            if name == b"accept-encoding":
                accept = value
            elif name == b"if-none-match":
                known = value
        encoding = self._encodings.get(accept)
        if encoding is None:
            encoding = accepted_encoding(accept.decode("latin-1"))
            if len(self._encodings) < MOST_HEADERS_REMEMBERED:
                self._encodings[accept] = encoding
        return encoding, known
