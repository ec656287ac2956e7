"""Display geometry by immutable address, and where the current one is."""

import asyncio
import gzip
import re
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from dashboard.api import PREFIX
from dashboard.api.answers import Answer, to_json
from dashboard.api.audience import PUBLIC
from dashboard.api.context import ApiContext, Context, Marks, respond
from dashboard.api.models import BoundaryAddress, problems
from dashboard.api.parameters import BoundaryParameters, Parameters, admin_level
from dashboard.api.problems import ProblemError
from data.errors import NotFoundError
from data.queries.boundary_files import read_boundary_file
from geo.levels import AdminLevel

ALL = "all"
IMMUTABLE = "public, max-age=31536000, immutable"
_FILE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,31})\.([0-9A-Za-z]{4,128})\.geojson")

router = APIRouter(prefix=PREFIX, tags=["boundaries"])


def boundary_href(edition_code: str, level: AdminLevel, parent_code: str, content_hash: str) -> str:
    """Address of a boundary file, from the root of the site."""
    return f"/api/v1/boundaries/{edition_code}/{level.word}/{parent_code}.{content_hash}.geojson"


@router.get(
    "/boundaries",
    summary="Where the current boundary file of some areas is",
    response_model=BoundaryAddress,
    responses=problems(404, 422),
    openapi_extra=PUBLIC,
)
async def read_boundary_address(
    request: Request, context: Context, query: Annotated[BoundaryParameters, Query()]
) -> Response:
    """Address of the display geometry of a level within a parent; it changes with its content."""
    marks = Marks.of(context)
    edition = await marks.edition(query.edition)
    level, parent = admin_level(query.level), query.parent or ALL
    content_hash = await marks.read(context.watched_boundary(edition, level, parent))
    if content_hash is None:
        # Reading it again words the right sentence: no such edition, or no such file.
        await context.run(lambda session: read_boundary_file(session, edition, level, parent))
        raise NotFoundError("the boundary file was just replaced; ask again")
    key = ("boundary address", edition, level, parent, content_hash)

    async def make() -> Answer:
        document = {
            "edition": edition,
            "level": level.word,
            "parent": query.parent,
            "href": boundary_href(edition, level, parent, content_hash),
        }
        return Answer(to_json(document), cache_control="public, max-age=60")

    answer = await context.cache.get_or_make(key, make)
    return await respond(request, context, marks.prepared(key, answer))


@router.get(
    "/boundaries/{edition}/{level}/{file}",
    summary="Display geometry of areas",
    response_class=Response,
    responses={
        200: {
            "content": {"application/geo+json": {"schema": {"type": "object"}}},
            "description": "GeoJSON; each feature's `id` is the area's code",
        },
        **problems(404, 422),
    },
    openapi_extra=PUBLIC,
)
async def read_boundaries(
    *,
    request: Request,
    context: Context,
    edition: Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")],
    level: Annotated[str, Path(pattern="^(province|district|ward)$")],
    file: Annotated[str, Path(max_length=200, examples=["79.0a1b2c3d.geojson"])],
    query: Annotated[Parameters, Query()],
) -> Response:
    """One file, `{parent or all}.{hash}.geojson`; what an address answers never changes."""
    match = _FILE.fullmatch(file)
    if match is None:
        raise NotFoundError("a boundary file is named {parent or all}.{hash}.geojson")
    parent, content_hash = match.groups()
    admin = admin_level(level)
    key = ("boundary", edition, admin, parent, content_hash)
    answer = await context.cache.get_or_make(
        key, lambda: _read_file(context, edition, admin, parent, content_hash)
    )
    return await respond(request, context, Marks.of(context).prepared(key, answer))


async def _read_file(
    context: ApiContext, edition: str, level: AdminLevel, parent: str, content_hash: str
) -> Answer:
    stored = await context.run(lambda session: read_boundary_file(session, edition, level, parent))
    if stored.content_hash != content_hash:
        raise ProblemError(
            "boundary-replaced",
            404,
            "this boundary file was replaced; `current` is its address now",
            current=boundary_href(edition, level, parent, stored.content_hash),
        )
    body = await asyncio.to_thread(gzip.decompress, stored.gzip)
    return Answer(
        body,
        media_type="application/geo+json",
        cache_control=IMMUTABLE,
        forms={"gzip": stored.gzip, "br": stored.brotli},
        tag=content_hash,
    )
