"""Is it alive, is it ready, and how is it doing: for operators and their machines."""

from functools import cache

from alembic.runtime.migration import MigrationContext
from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.responses import PlainTextResponse, Response

from dashboard.api.audience import PUBLIC
from dashboard.api.context import Context
from data.errors import NotFoundError
from data.queries.editions import active_edition_code
from data.schema import newest_revision

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Alive", response_class=PlainTextResponse, openapi_extra=PUBLIC)
async def get_health() -> Response:
    """Answers as long as the process does; asks nothing of the database."""
    return PlainTextResponse("alive\n", headers={"cache-control": "no-store"})


@router.get(
    "/readyz",
    summary="Ready",
    response_class=PlainTextResponse,
    responses={503: {"description": "Not ready; the body says why"}},
    openapi_extra=PUBLIC,
)
async def get_readiness(context: Context) -> Response:
    """200 once the schema is current and an edition is active; else 503 and the reason."""
    try:
        reason = await context.run(find_hindrance)
    except SQLAlchemyError:
        reason = "the database does not answer"
    return PlainTextResponse(
        f"{reason or 'ready'}\n",
        status_code=503 if reason else 200,
        headers={"cache-control": "no-store"},
    )


@router.get(
    "/metrics", summary="Prometheus metrics", response_class=PlainTextResponse, openapi_extra=PUBLIC
)
async def get_metrics(context: Context) -> Response:
    """Requests and their durations by route template."""
    return Response(
        context.metrics.text(),
        media_type="text/plain; version=0.0.4; charset=utf-8",
        headers={"cache-control": "no-store"},
    )


def find_hindrance(session: Session) -> str | None:
    """Why the site cannot answer yet; None when it can."""
    found = MigrationContext.configure(session.connection()).get_current_revision()
    if found is None:
        return "the database has no schema yet; run 'antoan db upgrade'"
    if found != _newest_revision():
        return "the schema is not current; run 'antoan db upgrade'"
    try:
        active_edition_code(session)
    except NotFoundError as error:
        return str(error)
    return None


@cache
def _newest_revision() -> str:
    return newest_revision()
