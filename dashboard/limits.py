"""How much one request may send: refused before or while it is read, never stored whole first."""

import re
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api.problems import problem_response

# The only addresses that take files, and those of them to which anybody may send one; who may
# send what is decided by dashboard/auth/upload_gate.py.
UPLOAD_PATHS: Final = re.compile(r"/evidence|/venue/bulk|/codes/batch|/report/[^/]+", re.ASCII)
PUBLIC_UPLOAD_PATHS: Final = re.compile(r"\A/report/[^/]+", re.ASCII)


class BodyLimit:
    """ASGI middleware that answers 413 to bodies longer than allowed, declared or not."""

    def __init__(self, app: ASGIApp, *, most_bytes: int, most_upload_bytes: int) -> None:
        self.app = app
        self._most_bytes = most_bytes
        self._most_upload_bytes = most_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count what it sends."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_upload = UPLOAD_PATHS.search(scope["path"]) is not None
        most_bytes = self._most_upload_bytes if is_upload else self._most_bytes
        refusal = problem_response(
            "body-too-large", 413, f"the body is longer than {most_bytes} bytes"
        )
        declared = next(
            (value for name, value in scope["headers"] if name == b"content-length"), b""
        )
        if declared.isdigit() and int(declared) > most_bytes:
            await refusal(scope, receive, send)
            return
        taken = 0
        is_too_long = has_started = False

        async def receive_counted() -> Message:
            nonlocal taken, is_too_long
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > most_bytes:
                    is_too_long = True
                    return {"type": "http.disconnect"}
            return message

        async def send_unless_refused(message: Message) -> None:
            nonlocal has_started
            # What the application says of a body that broke off is not the reason.
            if not is_too_long or has_started:
                has_started = True
                await send(message)

        try:
            await self.app(scope, receive_counted, send_unless_refused)
        except Exception:
            if not is_too_long or has_started:
                raise
        if is_too_long and not has_started:
            await refusal(scope, receive, send)
