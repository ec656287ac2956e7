"""Who may send a file at all: decided before the first byte of it is read.

A form with a file is read before its route runs, at up to some megabytes each.
This wall stands in front: without a session nothing is read of an upload that
needs one, and without having opened the form nothing of a report's photo.
"""

from datetime import timedelta
from math import ceil
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.auth.door import SAFE_METHODS, Door
from dashboard.auth.turned_away import TurnedAway
from dashboard.limits import PUBLIC_UPLOAD_PATHS, UPLOAD_PATHS
from data.services.accounts.attempts import Attempts, Limit

# Looser than the limits on reports themselves, which are counted once one was read.
REPORT_BODIES: Final = Limit(name="report_bodies", most=120, window=timedelta(hours=1))


class UploadGate:
    """ASGI middleware that turns senders of files away before their body is read.

    Args:
        app: What is inside.
        door: Knows who is signed in, and which browser opened a form.
        attempts: Counts what the public sends.
    """

    def __init__(self, app: ASGIApp, *, door: Door, attempts: Attempts) -> None:
        self.app = app
        self._door = door
        self._attempts = attempts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on where its sender may send files there."""
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            refusal = await self._find_refusal(Request(scope))
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)

    async def _find_refusal(self, request: Request) -> Response | None:
        path = request.url.path
        if PUBLIC_UPLOAD_PATHS.search(path):
            return await run_in_threadpool(self._refuse_public, request)
        if UPLOAD_PATHS.search(path):
            return await run_in_threadpool(self._refuse_unknown, request)
        return None

    def _refuse_unknown(self, request: Request) -> Response | None:
        try:
            self._door.require_signed_in(request)
        except TurnedAway as turned:
            return turned.response
        return None

    def _refuse_public(self, request: Request) -> Response | None:
        if self._door.visitor(request).cookie and self._door.find_signed_in(request) is None:
            # No page of ours was opened in this browser: its form cannot be one of ours.
            return self._door.refusal(request, "forged", 403)
        wait = self._attempts.take((REPORT_BODIES, self._door.address_of(request)))
        if wait is None:
            return None
        refusal = self._door.refusal(request, "too_often", 429)
        refusal.headers["Retry-After"] = str(ceil(wait.total_seconds()))
        return refusal
