"""Editions, areas, and the panel of an area."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from dashboard.api import PREFIX
from dashboard.api.answers import Answer, to_json
from dashboard.api.audience import PUBLIC
from dashboard.api.context import Context, Marks, respond
from dashboard.api.cursors import make_cursor, read_cursor
from dashboard.api.layers import PAST, TODAY
from dashboard.api.models import AreaDetail, AreaList, EditionList, Summary, problems
from dashboard.api.parameters import (
    AreaListParameters,
    DayParameters,
    EditionParameters,
    Parameters,
    admin_level,
)
from dashboard.api.summaries import summary_document
from data.queries.areas import AreaRecord, list_areas, read_area
from data.queries.editions import list_editions, require_edition
from data.services.counting.levels import read_area_summary, read_trend
from geo.names import fold

TREND_DAYS = 30
REUSED_FOR_A_MINUTE = "public, max-age=60"

AreaCodePath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$", examples=["79"])]

router = APIRouter(prefix=PREFIX, tags=["areas"])


def area_document(area: AreaRecord) -> dict[str, Any]:
    """An area as JSON."""
    return {
        "code": area.code,
        "name": area.name,
        "name_en": area.name_en,
        "level": area.level.word,
        "parent": area.parent_code,
        "is_leaf": area.is_leaf,
        "population": area.population,
        "area_km2": area.area_km2,
        "bbox": area.bbox,
    }


@router.get(
    "/editions",
    summary="Boundary editions",
    response_model=EditionList,
    responses=problems(422),
    openapi_extra=PUBLIC,
)
async def get_editions(
    context: Context,
    query: Annotated[Parameters, Query()],
) -> Response:
    """All boundary editions, the newest first; `is_active` is the one shown by default."""
    editions = await context.run(list_editions)
    document = {
        "items": [
            {
                "code": edition.code,
                "title_vi": edition.title_vi,
                "title_en": edition.title_en,
                "valid_from": edition.valid_from,
                "valid_to": edition.valid_to,
                "source": edition.source,
                "licence": edition.licence,
                "is_approximate": edition.is_approximate,
                "is_active": edition.is_active,
                "levels": {level.word: edition.areas[level] for level in edition.levels},
            }
            for edition in editions
        ],
        "next": None,
    }
    return json_response(document, cache_control="public, max-age=5")


@router.get(
    "/areas",
    summary="Areas of an edition",
    response_model=AreaList,
    responses=problems(404, 422),
    openapi_extra=PUBLIC,
)
async def get_areas(context: Context, query: Annotated[AreaListParameters, Query()]) -> Response:
    """Areas in the order of their codes; `q` finds names without diacritics."""
    edition = await Marks.of(context).edition(query.edition)
    after = read_cursor("areas", query.cursor)
    areas = await context.run(
        lambda session: (
            require_edition(session, edition),
            list_areas(
                session,
                edition_code=edition,
                level=None if query.level is None else admin_level(query.level),
                parent_code=query.parent,
                folded=None if query.q is None else fold(query.q),
                after_code=after,
                limit=query.limit + 1,
            ),
        )[1]
    )
    page = areas[: query.limit]
    document = {
        "edition": edition,
        "items": [area_document(area) for area in page],
        "next": make_cursor("areas", page[-1].code) if len(areas) > len(page) else None,
    }
    return json_response(document, cache_control=REUSED_FOR_A_MINUTE)


@router.get(
    "/areas/{code}",
    summary="One area",
    response_model=AreaDetail,
    responses=problems(404, 422),
    openapi_extra=PUBLIC,
)
async def get_area(
    context: Context, code: AreaCodePath, query: Annotated[EditionParameters, Query()]
) -> Response:
    """One area and the areas above it, from the top down."""
    edition = await Marks.of(context).edition(query.edition)
    area, within = await context.run(
        lambda session: read_area(session, edition_code=edition, code=code)
    )
    document = {
        **area_document(area),
        "edition": edition,
        "within": [area_document(one) for one in within],
    }
    return json_response(document, cache_control=REUSED_FOR_A_MINUTE)


@router.get(
    "/summary",
    summary="The whole country on one day",
    response_model=Summary,
    responses=problems(404, 422),
    openapi_extra=PUBLIC,
)
async def get_country_summary(
    request: Request, context: Context, query: Annotated[DayParameters, Query()]
) -> Response:
    """Level, counts, trend, worst provinces and venues by type of the whole edition."""
    return await _summary(request, context, None, query)


@router.get(
    "/areas/{code}/summary",
    summary="One area on one day",
    response_model=Summary,
    responses=problems(404, 422),
    openapi_extra=PUBLIC,
)
async def get_area_summary(
    request: Request,
    context: Context,
    code: AreaCodePath,
    query: Annotated[DayParameters, Query()],
) -> Response:
    """Level, counts, 30-day trend, worst parts and venues by type: what the panel shows."""
    return await _summary(request, context, code, query)


async def _summary(
    request: Request, context: Context, code: str | None, query: DayParameters
) -> Response:
    marks = Marks.of(context)
    edition = await marks.edition(query.edition)
    day, is_today = await marks.day(query.day)
    cell = context.watched_level_mark(edition, day)
    mark = await marks.read(cell)
    key = ("summary", edition, code, day, is_today, mark)

    async def make() -> Answer:
        def read() -> dict[str, Any]:
            summary = read_area_summary(
                context.sessions, edition_code=edition, area_code=code, day=day
            )
            trend = read_trend(
                context.sessions,
                edition_code=edition,
                area_code=code,
                last_day=day,
                days=TREND_DAYS,
            )
            return summary_document(summary, trend)

        document = await asyncio.to_thread(read)
        if mark.generation is None:
            cell.expire()
        return Answer(to_json(document), cache_control=TODAY if is_today else PAST)

    answer = await context.cache.get_or_make(key, make)
    return await respond(request, context, marks.prepared(key, answer))


def json_response(document: object, *, cache_control: str) -> Response:
    """A document that is made for each request."""
    return Response(
        to_json(document),
        media_type="application/json",
        headers={"cache-control": cache_control},
    )
