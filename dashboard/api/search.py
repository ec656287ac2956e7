"""Search for areas and venues without diacritics."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from dashboard.api import PREFIX
from dashboard.api.areas import json_response
from dashboard.api.audience import PUBLIC
from dashboard.api.context import Context, Marks
from dashboard.api.models import problems
from dashboard.api.models_venues import SearchResult
from dashboard.api.parameters import SearchParameters
from dashboard.api.venues import degrees
from data.queries.areas import FoundArea, search_areas
from data.queries.editions import require_edition
from data.queries.venues import FoundVenue, search_venues
from geo.names import fold

router = APIRouter(prefix=PREFIX, tags=["search"])


@router.get(
    "/search",
    summary="Areas and venues by name",
    response_model=SearchResult,
    responses=problems(404, 422),
    openapi_extra=PUBLIC,
)
async def get_search(context: Context, query: Annotated[SearchParameters, Query()]) -> Response:
    """Areas of the edition, then venues; "ba dinh" finds Quận Ba Đình first."""
    marks = Marks.of(context)
    edition = await marks.edition(query.edition)
    day, _ = await marks.day(query.day)
    folded = fold(query.q)
    areas: list[FoundArea]
    venues: list[FoundVenue]
    areas, venues = await context.run(
        lambda session: (
            search_areas(session, edition_code=edition, folded=folded, limit=query.limit)
            if require_edition(session, edition)
            else [],
            search_venues(session, edition_code=edition, folded=folded, day=day, limit=query.limit),
        )
    )
    document = {
        "edition": edition,
        "areas": [
            {
                "code": found.area.code,
                "name": found.area.name,
                "name_en": found.area.name_en,
                "level": found.area.level.word,
                "within": found.within,
                "within_en": found.within_en,
                "bbox": found.area.bbox,
            }
            for found in areas
        ],
        "venues": [
            {
                "venue_id": venue.venue_id,
                "name": venue.name,
                "type": venue.venue_type,
                "address": venue.address,
                "lon": degrees(venue.lon),
                "lat": degrees(venue.lat),
                "level": venue.level.value,
                "trust": None if venue.trust is None else venue.trust.value,
                "area": venue.area_code,
                "area_name": venue.area_name,
            }
            for venue in venues
        ],
    }
    return json_response(document, cache_control="public, max-age=10")
