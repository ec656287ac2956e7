"""All routes of `/api/v1`, and the answer to whatever else is asked below it."""

from fastapi import APIRouter
from starlette.responses import Response

from dashboard.api import areas, boundaries, criteria, density, docs, levels, search, venues
from dashboard.api.audience import PUBLIC
from dashboard.api.problems import problem_response


def build_api_router() -> APIRouter:
    """The JSON API."""
    router = APIRouter()
    for part in (areas, boundaries, levels, density, venues, search, criteria, docs):
        router.include_router(part.router)
    return router


def build_unknown_router() -> APIRouter:
    """What below `/api` is no route: a problem document, never the map page."""
    router = APIRouter()

    @router.api_route(
        "/api/{path:path}",
        methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        include_in_schema=False,
        openapi_extra=PUBLIC,
    )
    async def answer_unknown(path: str) -> Response:
        return problem_response("not-found", 404, "there is nothing at this address")

    return router
