"""`GET /api/v1/levels`: safety of areas, as items or as one letter per boundary feature."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dashboard.api import PREFIX
from dashboard.api.answers import Answer, to_json
from dashboard.api.audience import PUBLIC
from dashboard.api.boundaries import ALL, boundary_href
from dashboard.api.context import ApiContext, Context, Marks, respond
from dashboard.api.figures import area_figures
from dashboard.api.models import CompactLevels, LevelList, problems
from dashboard.api.parameters import LevelParameters, admin_level
from dashboard.api.trust import trust_document
from data.errors import NotFoundError
from data.queries.area_trust import NO_TRUST, AreaTrust, read_area_trust
from data.queries.areas import read_boundary_index
from data.services.levels import LevelTable, read_levels
from geo.levels import AdminLevel

TODAY = "public, max-age=0, s-maxage=1, must-revalidate"
PAST = "public, max-age=60"
NO_DATA_LETTER = "n"

router = APIRouter(prefix=PREFIX, tags=["levels"])


@router.get(
    "/levels",
    summary="Safety of areas on one day",
    response_model=LevelList | CompactLevels,
    responses=problems(404, 422),
    openapi_extra=PUBLIC,
)
async def get_levels(
    request: Request, context: Context, query: Annotated[LevelParameters, Query()]
) -> Response:
    """Level, index, safe rate, coverage and counts of every area of a level."""
    marks = Marks.of(context)
    edition = await marks.edition(query.edition)
    day, is_today = await marks.day(query.day)
    level = admin_level(query.level)
    content_hash = await marks.read(context.watched_boundary(edition, level, query.parent or ALL))
    cell = context.watched_level_mark(edition, day)
    mark = await marks.read(cell)
    key = ("levels", edition, level, query.parent, day, is_today, query.form, content_hash, mark)

    async def make() -> Answer:
        table = await asyncio.to_thread(
            read_levels,
            context.sessions,
            edition_code=edition,
            level=level,
            parent_code=query.parent,
            day=day,
        )
        if mark.generation is None and table.generation:
            # Reading counted the day; the next request shall know without waiting.
            cell.expire()
        if query.form == "compact":
            document = await _compact(context, table)
        else:
            trust = await context.run(
                lambda session: read_area_trust(
                    session, edition_code=edition, codes=table.codes, day=day
                )
            )
            document = _items(table, trust, content_hash)
        return Answer(to_json(document), cache_control=TODAY if is_today else PAST)

    answer = await context.cache.get_or_make(key, make)
    return await respond(request, context, marks.prepared(key, answer))


def head(edition: str, level: AdminLevel, parent: str | None, day: date) -> dict[str, Any]:
    """What both layers say first."""
    return {"edition": edition, "level": level.word, "parent": parent, "day": day}


async def boundary_codes(
    context: ApiContext, edition: str, level: AdminLevel, parent: str | None
) -> tuple[str, tuple[str, ...]]:
    """Address and area codes of the current boundary file.

    Raises:
        NotFoundError: There is no boundary file for these areas.
    """
    parent_code = parent or ALL
    index = await context.run(
        lambda session: read_boundary_index(
            session, edition_code=edition, level=level, parent_code=parent_code
        )
    )
    if index is None:
        raise NotFoundError(
            f"edition {edition} has no {level.word} boundaries within {parent_code}; "
            "form=compact needs them"
        )
    return boundary_href(edition, level, parent_code, index.content_hash), index.codes


def _items(
    table: LevelTable, trust: Mapping[str, AreaTrust], content_hash: str | None
) -> dict[str, Any]:
    figures = area_figures(table.counts, table.classes)
    return {
        **head(table.edition_code, table.level, table.parent_code, table.day),
        "computed_at": table.computed_at,
        "boundary": None
        if content_hash is None
        else boundary_href(table.edition_code, table.level, table.parent_code or ALL, content_hash),
        "items": [
            {"code": code, **item, "trust": trust_document(trust.get(code, NO_TRUST))}
            for code, item in zip(table.codes, figures, strict=True)
        ],
        "next": None,
    }


async def _compact(context: ApiContext, table: LevelTable) -> dict[str, Any]:
    href, codes = await boundary_codes(context, table.edition_code, table.level, table.parent_code)
    letters = dict(zip(table.codes, table.classes.letters(), strict=True))
    return {
        **head(table.edition_code, table.level, table.parent_code, table.day),
        "boundary": href,
        "classes": "".join(letters.get(code, NO_DATA_LETTER) for code in codes),
    }
