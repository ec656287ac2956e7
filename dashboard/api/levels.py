"""`GET /api/v1/levels`: safety of areas, as items or as one letter per boundary feature."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dashboard.api import PREFIX
from dashboard.api.answers import Answer, to_json
from dashboard.api.audience import PUBLIC
from dashboard.api.context import ApiContext, Context, Marks, respond
from dashboard.api.figures import area_figures
from dashboard.api.layers import LayerRequest, read_layer_request
from dashboard.api.models import CompactLevels, LevelList, problems
from dashboard.api.parameters import LevelParameters
from dashboard.api.trust import compact_shares, trust_document
from data.queries.area_trust import NO_TRUST, AreaTrust, read_area_shares, read_area_trust
from data.services.counting.levels import LevelTable, read_levels

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
    asked = await read_layer_request(context, marks, query)
    cell = context.watched_level_mark(asked.edition, asked.day)
    mark = await marks.read(cell)
    key = ("levels", asked, query.form, mark)

    async def make() -> Answer:
        table = await asyncio.to_thread(
            read_levels,
            context.sessions,
            edition_code=asked.edition,
            level=asked.level,
            parent_code=asked.parent,
            day=asked.day,
        )
        if mark.generation is None and table.generation:
            # Reading counted the day; the next request shall know without waiting.
            cell.expire()
        if query.form == "compact":
            document = await _compact(context, asked, table)
        else:
            trust = await context.run(
                lambda session: read_area_trust(
                    session, edition_code=asked.edition, codes=table.codes, day=asked.day
                )
            )
            document = _items(asked, table, trust)
        return Answer(to_json(document), cache_control=asked.cache_control)

    answer = await context.cache.get_or_make(key, make)
    return await respond(request, context, marks.prepared(key, answer))


def _items(
    asked: LayerRequest, table: LevelTable, trust: Mapping[str, AreaTrust]
) -> dict[str, Any]:
    figures = area_figures(table.counts, table.classes)
    return {
        **asked.head,
        "computed_at": table.computed_at,
        "boundary": asked.boundary,
        "items": [
            {"code": code, **item, "trust": trust_document(trust.get(code, NO_TRUST))}
            for code, item in zip(table.codes, figures, strict=True)
        ],
        "next": None,
    }


async def _compact(context: ApiContext, asked: LayerRequest, table: LevelTable) -> dict[str, Any]:
    href, codes = await asked.boundary_codes(context)
    letters = dict(zip(table.codes, table.classes.letters(), strict=True))
    shares = await context.run(
        lambda session: read_area_shares(
            session, edition_code=asked.edition, codes=table.codes, day=asked.day
        )
    )
    return {
        **asked.head,
        "boundary": href,
        "classes": "".join(letters.get(code, NO_DATA_LETTER) for code in codes),
        **compact_shares(shares, codes),
    }
