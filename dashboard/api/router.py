"""All routes of `/api/v1`, and the answer to whatever else is asked below it."""

from collections import Counter

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from dashboard.api import areas, boundaries, criteria, density, docs, levels, search, venues
from dashboard.api.audience import PUBLIC
from dashboard.api.problems import invalid_parameter, problem_response


def build_api_router() -> APIRouter:
    """The JSON API."""
    router = APIRouter(dependencies=[Depends(_refuse_repeated)])
    for part in (areas, boundaries, levels, density, venues, search, criteria, docs):
        router.include_router(part.router)
    return router


def _refuse_repeated(request: Request) -> None:
    """Of two values for one parameter, one would be dropped in silence."""
    counts = Counter(name for name, _value in request.query_params.multi_items())
    for name, count in counts.items():
        if count > 1:
            raise invalid_parameter(name, f"stands {count} times in the address; give it once")


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
