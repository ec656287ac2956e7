"""The public map at `/`: the Dash application, its page and what the page brings along."""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from html import escape
from importlib.resources import files
from typing import Any, Final

import orjson
from dash import Dash
from fastapi import FastAPI, Request
from sqlalchemy.orm import Session, sessionmaker
from starlette.responses import Response

import dashboard
from dashboard.api.answers import Answer
from dashboard.auth.csrf import HEADER
from dashboard.auth.session_cookie import CSRF_COOKIE
from dashboard.callbacks.map import register_map_callbacks
from dashboard.density_classes import DENSITY_BREAKS
from dashboard.figures.area_map import build_area_map
from dashboard.figures.looks import LayerClass, map_classes, map_looks
from dashboard.layout.map_page import build_map_page
from dashboard.pages.packed import (
    Bundle,
    ComponentFiles,
    make_bundle,
    serve_bundles,
    single_file,
)
from dashboard.settings import SiteSettings
from dashboard.texts.catalogue import LANGUAGES, Texts, language_of, texts
from data.queries.demo_notice import has_demo_venues

# Texts that the page's code uses; the rest of the catalogue stays on the server.
TEXT_PREFIXES: Final = ("app.", "level.", "map.", "set_level.", "trust.", "venue_type.")
MARK_HREF: Final = "/map/mark.svg"
UNUSED_DASH_PATHS: Final = (
    "/_dash-update-component",
    "/_dash-ws-callback",
    "/_reload-hash",
    "/_favicon.ico",
)
NOTICE_SECONDS: Final = 60.0


class MapDash(Dash):
    """Dash with the map's own page: in the visitor's language, and drawn before any script."""

    bundles: tuple[Bundle, Bundle]
    classes: Sequence[LayerClass]
    suppress_below: int
    is_demo: Callable[[], bool]

    def interpolate_index(self, *_: str, **parts: str) -> str:
        """The HTML of the page, with texts and looks as data blocks beside Dash's scripts."""
        language = language_of(self.backend.request_adapter().args.get("lang"))
        words = texts(language)
        script, style = self.bundles
        # Dash always adds its table, which is never used here.
        scripts = "\n".join(
            line for line in parts["scripts"].splitlines() if "/dash_table/" not in line
        )
        template = (files("dashboard") / "templates" / "map.html").read_text("utf-8")
        return _fill(
            template,
            language=language,
            title=escape(words("map.title")),
            description=escape(words("map.description")),
            name=escape(words("app.name")),
            loading=escape(words("map.loading")),
            noscript=escape(words("map.noscript")),
            style=style.href,
            script=script.href,
            texts=_data_block({one: _page_texts(texts(one)) for one in LANGUAGES}),
            looks=_data_block(
                map_looks(self.classes, suppress_below=self.suppress_below, is_demo=self.is_demo())
            ),
            css=parts["css"],
            config=parts["config"],
            scripts=scripts,
            renderer=parts["renderer"],
        )


def mount_map(server: FastAPI, *, settings: SiteSettings, sessions: sessionmaker[Session]) -> Dash:
    """Add the map page to an application.

    Args:
        server: The application; its other routes must already be there.
        settings: Site settings.
        sessions: Where to ask whether demo venues are shown.

    Returns:
        The Dash application, for the hashes of its inline scripts.
    """
    folder = files(dashboard) / "assets" / "map"
    bundles = (
        make_bundle(folder, suffix=".js", media_type="text/javascript", prefix="/map/"),
        make_bundle(folder, suffix=".css", media_type="text/css", prefix="/map/"),
    )
    serve_bundles(server, (*bundles, single_file(folder / "mark.svg", href=MARK_HREF)))
    components = ComponentFiles()
    components.add_route(server)

    async def page(request: Request) -> Response:
        # Dash's own route would build the page on the event loop, and send it uncompressed.
        def answer() -> Response:
            page_of: Any = app.index  # untyped in Dash
            body = page_of().encode()
            made = Answer(body, media_type="text/html; charset=utf-8", cache_control="no-cache")
            return made.response(
                accept_encoding=request.headers.get("accept-encoding", ""), if_none_match=""
            )

        return await asyncio.to_thread(answer)

    server.add_api_route("/", page, methods=["GET"], include_in_schema=False)
    backend: Any = server  # Dash's own annotation forgets that it takes an application
    app = MapDash(
        "dashboard",
        server=backend,
        title=texts("vi")("map.title"),
        update_title="",
        serve_locally=True,
        include_assets_files=False,
        pages_folder="",
        use_pages=False,
        enable_mcp=False,
        csrf_token_name=CSRF_COOKIE,
        csrf_header_name=HEADER,
        add_log_handler=False,
        external_scripts=[bundles[0].href],
    )
    _keep_needed_routes(server, app)
    app.bundles = bundles
    app.classes = map_classes(DENSITY_BREAKS)
    app.suppress_below = settings.suppress_below
    app.is_demo = _kept(lambda: _ask_demo(sessions))
    app.layout = build_map_page(build_area_map(app.classes))
    register_map_callbacks(app)
    components.attach(app)
    return app


def _keep_needed_routes(server: FastAPI, app: MapDash) -> None:
    """Take away what the map never uses: server callbacks, the websocket, reloading.

    Dash would also answer every unknown address with the map: unknown stays 404.
    """
    backend: Any = app.backend
    backend._setup_catchall = lambda: None
    backend.websocket_capability = False
    server.router.routes[:] = [
        route
        for route in server.router.routes
        if getattr(route, "path", None) not in UNUSED_DASH_PATHS
    ]


def _ask_demo(sessions: sessionmaker[Session]) -> bool:
    with sessions() as session:
        return has_demo_venues(session)


def _kept(ask: Callable[[], bool]) -> Callable[[], bool]:
    """The answer of `ask`, asked again at most every `NOTICE_SECONDS`."""
    known: list[tuple[float, bool]] = []

    def answer() -> bool:
        now = time.monotonic()
        if not known or now - known[0][0] > NOTICE_SECONDS:
            known[:] = [(now, ask())]
        return known[0][1]

    return answer


def _page_texts(words: Texts) -> dict[str, str]:
    return {key: text for key, text in words.messages.items() if key.startswith(TEXT_PREFIXES)}


def _data_block(value: Any) -> str:
    # "<" could end the script element that holds the block.
    return orjson.dumps(value).decode().replace("<", "\\u003c")


def _fill(template: str, **places: str) -> str:
    """The template with each `%(name)` replaced once; what is put in is never read again."""
    return re.sub(r"%\((\w+)\)", lambda match: places[match[1]], template)
