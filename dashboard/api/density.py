"""`GET /api/v1/density` and the days that can be shown: released figures only."""

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from dashboard.api import PREFIX
from dashboard.api.answers import Answer, to_json
from dashboard.api.audience import PUBLIC
from dashboard.api.context import Context, Marks, respond
from dashboard.api.layers import read_layer_request
from dashboard.api.models import CompactDensity, Days, DensityList, problems
from dashboard.api.parameters import DensityParameters, EditionParameters
from dashboard.density_classes import DENSITY_BREAKS
from data.queries.change_marks import read_density_mark
from data.queries.editions import require_edition
from data.services.counting.levels import level_days
from data.services.visits.density import DensityTable, density_days, read_density

DAYS_RECHECK_SECONDS = 2.0
SUPPRESSED = "x"
UNKNOWN = "-"

router = APIRouter(prefix=PREFIX, tags=["density"])


@router.get(
    "/density",
    summary="Check-ins of areas on one day or in one hour",
    response_model=DensityList | CompactDensity,
    responses=problems(404, 422),
    openapi_extra=PUBLIC,
)
async def get_density(
    request: Request, context: Context, query: Annotated[DensityParameters, Query()]
) -> Response:
    """Visits and visits per km²; small counts, and others that would tell them, are withheld."""
    marks = Marks.of(context)
    asked = await read_layer_request(context, marks, query)
    cell = context.watch(
        ("density", asked.edition, asked.day),
        lambda session: read_density_mark(session, edition_code=asked.edition, day=asked.day),
    )
    mark = await marks.read(cell)
    key = ("density", asked, query.hour, query.form, mark)

    async def make() -> Answer:
        table = await asyncio.to_thread(
            read_density,
            context.sessions,
            edition_code=asked.edition,
            level=asked.level,
            parent_code=asked.parent,
            day=asked.day,
            hour=query.hour,
            threshold=context.settings.suppress_below,
        )
        if mark.generation is None and table.generation:
            cell.expire()
        document: dict[str, Any] = {
            **asked.head,
            "hour": query.hour,
            "suppress_below": context.settings.suppress_below,
        }
        if query.form == "compact":
            href, codes = await asked.boundary_codes(context)
            document |= {
                "boundary": href,
                "breaks": DENSITY_BREAKS,
                "classes": compact_classes(table, codes),
            }
        else:
            document |= {"boundary": asked.boundary, "items": items(table), "next": None}
        return Answer(to_json(document), cache_control=asked.cache_control)

    answer = await context.cache.get_or_make(key, make)
    return await respond(request, context, marks.prepared(key, answer))


@router.get(
    "/days",
    summary="Days that can be shown",
    response_model=Days,
    responses=problems(404, 422),
    openapi_extra=PUBLIC,
)
async def get_days(
    request: Request, context: Context, query: Annotated[EditionParameters, Query()]
) -> Response:
    """First and last day of the safety layer, and every day with released check-ins."""
    marks = Marks.of(context)
    edition = await marks.edition(query.edition)
    today, _ = await marks.day(None)

    def read(session: Session) -> tuple[date, date, tuple[date, ...]]:
        require_edition(session, edition)
        first, last = level_days(session, edition, today=today)
        return first, last, tuple(density_days(session, edition, today=today))

    cell = context.watch(("days", edition, today), read, seconds=DAYS_RECHECK_SECONDS)
    first, last, density = await marks.read(cell)
    key = ("days", edition, today, first, last, density)

    async def make() -> Answer:
        document = {
            "edition": edition,
            "today": today,
            "safety": {"first": first, "last": last},
            "density": density,
        }
        return Answer(to_json(document), cache_control="public, max-age=5")

    answer = await context.cache.get_or_make(key, make)
    return await respond(request, context, marks.prepared(key, answer))


def items(table: DensityTable) -> list[dict[str, Any]]:
    """One mapping for each area, in the order of the codes."""
    return [
        {
            "code": code,
            "visits": visits,
            "per_km2": None if per_km2 is None else round(per_km2, 3),
            "suppressed": suppressed,
        }
        for code, visits, per_km2, suppressed in zip(
            table.codes, table.visits, table.per_km2, table.suppressed, strict=True
        )
    ]


def compact_classes(table: DensityTable, codes: tuple[str, ...]) -> str:
    """One sign for each code of the boundary file."""
    signs = {
        code: density_sign(per_km2, is_suppressed=suppressed)
        for code, per_km2, suppressed in zip(
            table.codes, table.per_km2, table.suppressed, strict=True
        )
    }
    return "".join(signs.get(code, UNKNOWN) for code in codes)


def density_sign(per_km2: float | None, *, is_suppressed: bool) -> str:
    """One sign for one area: `0` to `5`, the number of breaks reached; `x` withheld; `-` unknown.

    Args:
        per_km2: Visits per km² as published; None where withheld or not known.
        is_suppressed: Whether the count is withheld.
    """
    if is_suppressed:
        return SUPPRESSED
    if per_km2 is None:
        return UNKNOWN
    return str(sum(per_km2 >= limit for limit in DENSITY_BREAKS))
