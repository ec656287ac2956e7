"""Files of `dashboard/static` at `/static`: scripts and styles of the server-rendered pages."""

from importlib.resources import files
from typing import Final

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

YEAR_S: Final = 31_536_000


class HashedFiles(StaticFiles):
    """Static files, kept for a year under an address with their content's hash.

    `dashboard.pages.templates.static_url` writes that hash as `?v=`; without it a
    browser asks again each time.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file with its caching header."""
        response = await super().get_response(path, scope)
        is_hashed = scope.get("query_string", b"").startswith(b"v=")
        response.headers["Cache-Control"] = (
            f"public, max-age={YEAR_S}, immutable" if is_hashed else "no-cache"
        )
        return response


def mount_static(app: FastAPI) -> None:
    """Serve the static files of this package at `/static`."""
    folder = str(files("dashboard") / "static")
    app.mount("/static", HashedFiles(directory=folder), name="static")
