"""Files for browsers, packed once and kept in memory: scripts, styles, Dash's own bundles."""

import asyncio
import hashlib
import mimetypes
import pkgutil
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from dash import Dash
from dash.fingerprint import check_fingerprint
from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse, Response

from dashboard.api.answers import Answer

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "public, max-age=0, must-revalidate"
HASH_SIGNS = 16


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Several files as one, at an address that changes with the content."""

    href: str
    answer: Answer


def make_bundle(folder: Traversable, *, suffix: str, media_type: str, prefix: str) -> Bundle:
    """All files of a folder with one suffix, in the order of their names.

    Args:
        folder: Where the files are.
        suffix: Such as `.js`.
        media_type: Of the whole.
        prefix: Beginning of the address, such as `/map/`.
    """
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(suffix)),
        key=lambda entry: entry.name,
    )
    body = b"\n".join(file.read_bytes() for file in files)
    content_hash = hashlib.blake2b(body).hexdigest()[:HASH_SIGNS]
    return Bundle(
        href=f"{prefix}map.{content_hash}{suffix}",
        answer=Answer(body, media_type=media_type, cache_control=IMMUTABLE),
    )


def single_file(file: Traversable, *, href: str) -> Bundle:
    """One file at an address of its own, asked for again when it changes."""
    return Bundle(
        href=href,
        answer=Answer(
            file.read_bytes(),
            media_type=mimetypes.guess_type(file.name)[0] or "application/octet-stream",
            cache_control="public, max-age=86400",
        ),
    )


def serve_bundles(server: FastAPI, bundles: Sequence[Bundle]) -> None:
    """Add a route for each bundle."""
    for bundle in bundles:
        server.add_api_route(
            bundle.href, _bundle_route(bundle), methods=["GET"], include_in_schema=False
        )


def _bundle_route(bundle: Bundle) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        return await _respond(bundle.answer, request)

    return serve


class ComponentFiles:
    """Dash's component bundles, compressed once; Dash itself sends them as they are."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], Answer] = {}
        self._dash_app: Dash | None = None

    def add_route(self, server: FastAPI) -> None:
        """Add the route; before Dash adds its own, because the first that fits is taken."""
        server.add_api_route(
            "/_dash-component-suites/{package_name}/{fingerprinted_path:path}",
            self.serve,
            methods=["GET"],
            include_in_schema=False,
        )

    def attach(self, dash_app: Dash) -> None:
        """Name the application whose registered files may be given."""
        self._dash_app = dash_app

    async def serve(self, request: Request, package_name: str, fingerprinted_path: str) -> Response:
        """One file of a component package; 404 for anything that Dash did not register."""
        path, is_fingerprinted = check_fingerprint(fingerprinted_path)
        registered = self._dash_app.registered_paths if self._dash_app else {}
        if package_name not in registered or path not in registered[package_name]:
            return PlainTextResponse("no such file", status_code=404)
        key = (package_name, path)
        if key not in self._answers:
            data = await asyncio.to_thread(pkgutil.get_data, package_name, path)
            if data is None or package_name not in sys.modules:
                return PlainTextResponse("no such file", status_code=404)
            self._answers[key] = Answer(
                data,
                media_type=mimetypes.guess_type(path)[0] or "application/octet-stream",
                cache_control=IMMUTABLE if is_fingerprinted else REVALIDATED,
            )
        return await _respond(self._answers[key], request)


async def _respond(answer: Answer, request: Request) -> Response:
    # Compressing the longest takes a moment the first time: not on the event loop.
    return await asyncio.to_thread(
        answer.response,
        accept_encoding=request.headers.get("accept-encoding", ""),
        if_none_match=request.headers.get("if-none-match", ""),
    )
