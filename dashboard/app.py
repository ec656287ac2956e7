"""The composition root: routes, pages and middleware of one application."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from threading import Thread

from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker

from assessments.appeals import load_calendar
from dashboard import health
from dashboard.api import PREFIX
from dashboard.api.cache import AnswerCache
from dashboard.api.context import ApiContext
from dashboard.api.examples import add_examples
from dashboard.api.hot import HotPath
from dashboard.api.problems import install_problem_handlers
from dashboard.api.router import build_api_router, build_unknown_router
from dashboard.api.watch import Watches
from dashboard.auth.door import Door
from dashboard.auth.same_origin import SameOrigin
from dashboard.auth.turned_away import TurnedAway, answer_turned_away
from dashboard.auth.upload_gate import UploadGate
from dashboard.head import HeadAsGet
from dashboard.limits import BodyLimit
from dashboard.observe import Metrics, Observe
from dashboard.pages.context import PageContext
from dashboard.pages.map import mount_map
from dashboard.pages.problem_pages import ProblemPages, install_unknown_page
from dashboard.pages.routers import build_page_routers
from dashboard.security import SecurityHeaders
from dashboard.settings import SiteSettings
from dashboard.static_files import mount_static
from data.services.accounts.messages import Messenger, make_messenger
from data.settings import LinkSettings


def create_app(
    settings: SiteSettings,
    sessions: sessionmaker[Session],
    *,
    on_shutdown: Callable[[], None] | None = None,
    has_pages: bool = True,
    messenger: Messenger | None = None,
) -> FastAPI:
    """One application: the API, the pages and the map.

    Args:
        settings: Site settings, already checked.
        sessions: Sessions on a migrated database.
        on_shutdown: Called when the application ends, to close the engine.
        has_pages: Whether to add the pages beside the API.
        messenger: Sends mail and SMS; made by the settings of the environment if not given.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if has_pages:
            # Aside, so that neither the start nor the first reader of a page waits for it.
            Thread(target=load_calendar, name="calendar").start()
        yield
        if on_shutdown is not None:
            on_shutdown()

    context = ApiContext(
        settings=settings,
        sessions=sessions,
        cache=AnswerCache(most_bytes=settings.cache_bytes),
        watches=Watches(),
        metrics=Metrics(),
    )
    app = FastAPI(
        title="An Toàn Map",
        version=version("an-toan-map"),
        summary="Safety of areas and venues in Việt Nam, and the density of check-ins",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.context = context
    install_problem_handlers(app)
    app.include_router(health.router)
    app.include_router(build_api_router())
    app.include_router(build_unknown_router())
    add_examples(app)
    script_hashes = _mount_pages(app, settings, sessions, messenger) if has_pages else tuple
    secret = settings.secret_key.get_secret_value()
    # The last added stands outermost: ready answers leave before anything else runs.
    app.add_middleware(
        BodyLimit,
        most_bytes=settings.max_body_bytes,
        most_upload_bytes=settings.max_upload_bytes,
    )
    app.add_middleware(SameOrigin, public_url=settings.public_url, secret=secret)
    if has_pages:
        app.add_middleware(ProblemPages, door=app.state.door)
    app.add_middleware(SecurityHeaders, script_hashes=script_hashes, is_https=settings.is_https)
    app.add_middleware(Observe, metrics=context.metrics)
    app.add_middleware(HotPath, cache=context.cache, metrics=context.metrics)
    app.add_middleware(HeadAsGet)
    return app


def _mount_pages(
    app: FastAPI,
    settings: SiteSettings,
    sessions: sessionmaker[Session],
    messenger: Messenger | None,
) -> Callable[[], Sequence[str]]:
    """Add the server-rendered pages, then the map; gives the hashes of the map's inline scripts."""
    door = Door(
        sessions=sessions,
        secret=settings.secret_key.get_secret_value(),
        is_https=settings.is_https,
        proxies=settings.proxies,
    )
    app.state.door = door
    app.add_exception_handler(TurnedAway, answer_turned_away)
    install_unknown_page(app, door)
    links = LinkSettings(
        env=settings.env, secret_key=settings.secret_key, public_url=settings.public_url
    )
    pages = PageContext(
        settings=settings,
        sessions=sessions,
        door=door,
        messenger=messenger or make_messenger(sessions, links),
    )
    for router in build_page_routers(pages):
        app.include_router(router)
    app.add_middleware(UploadGate, door=door, attempts=pages.attempts)
    mount_static(app)
    dash_app = mount_map(app, settings=settings, sessions=sessions)
    return lambda: tuple(dash_app.csp_hashes())
