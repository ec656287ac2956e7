"""Public facts of venues."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from assessments.levels import VenueLevel
from assessments.trust import Trust
from dashboard.api import PREFIX
from dashboard.api.areas import json_response
from dashboard.api.audience import PUBLIC
from dashboard.api.context import Context, Marks
from dashboard.api.cursors import make_cursor, read_cursor
from dashboard.api.models import problems
from dashboard.api.models_venues import VenueDetail, VenueList, VenuePoints
from dashboard.api.parameters import VenueDayParameters, VenueParameters, bbox_numbers
from dashboard.api.problems import invalid_parameter
from data.queries.editions import require_edition
from data.queries.trust import PublicReply, read_public_reply
from data.queries.venue_keys import VenueFilter
from data.queries.venues import (
    VenuePoint,
    VenueRecord,
    list_venue_points,
    list_venues,
    read_venue,
)
from geo.names import fold

MOST_POINTS: Final = 5_000
FRESH: Final = "public, max-age=0, s-maxage=1, must-revalidate"
LETTERS: Final = {
    VenueLevel.SAFE: "s",
    VenueLevel.AT_RISK: "r",
    VenueLevel.UNSAFE: "u",
    VenueLevel.NOT_ASSESSED: "n",
}
TRUST_LETTERS: Final = {
    Trust.SELF_DECLARED: "s",
    Trust.DOCUMENTS_CHECKED: "d",
    Trust.INSPECTED: "i",
    Trust.CONTESTED: "c",
    Trust.EXPIRED: "e",
    None: "-",
}

router = APIRouter(prefix=PREFIX, tags=["venues"])


@router.get(
    "/venues",
    summary="Venues",
    response_model=VenueList | VenuePoints,
    responses=problems(404, 422),
    openapi_extra=PUBLIC,
)
async def get_venues(context: Context, query: Annotated[VenueParameters, Query()]) -> Response:
    """Venues open on the day, paged; `form=points` gives those of one area at once for the map."""
    marks = Marks.of(context)
    edition = await marks.edition(query.edition)
    day, _ = await marks.day(query.day)
    is_points = query.form == "points"
    if is_points and query.area is None and query.bbox is None:
        raise invalid_parameter("form", "points needs area or bbox")
    after = read_cursor("venues", query.cursor)
    if after is not None and (is_points or not after.isdecimal() or len(after) > 18):
        raise invalid_parameter("cursor", "is not a cursor of this list")
    wanted = VenueFilter(
        area_code=query.area,
        venue_type=None if query.type is None else query.type.value,
        level=None if query.level is None else VenueLevel(query.level),
        folded=None if query.q is None else fold(query.q),
        bbox=bbox_numbers(query.bbox),
    )

    def read_points(session: Session) -> list[VenuePoint]:
        require_edition(session, edition)
        return list_venue_points(
            session, edition_code=edition, day=day, wanted=wanted, limit=MOST_POINTS + 1
        )

    def read_page(session: Session) -> list[VenueRecord]:
        require_edition(session, edition)
        return list_venues(
            session,
            edition_code=edition,
            day=day,
            wanted=wanted,
            after_pk=None if after is None else int(after),
            limit=query.limit + 1,
        )

    document: dict[str, Any] = {"edition": edition, "day": day}
    if is_points:
        points = await context.run(read_points)
        document |= {"is_cut_off": len(points) > MOST_POINTS, **_columns(points[:MOST_POINTS])}
    else:
        venues = await context.run(read_page)
        page = venues[: query.limit]
        document |= {
            "items": [venue_document(venue) for venue in page],
            "next": make_cursor("venues", str(page[-1].venue_pk))
            if len(venues) > len(page)
            else None,
        }
    return json_response(document, cache_control=FRESH)


@router.get(
    "/venues/{venue_id}",
    summary="One venue",
    response_model=VenueDetail,
    responses=problems(404, 422),
    openapi_extra=PUBLIC,
)
async def get_venue(
    context: Context,
    venue_id: Annotated[str, Path(pattern=r"^[0-9A-Za-z]{1,32}$")],
    query: Annotated[VenueDayParameters, Query()],
) -> Response:
    """Name, type, address, place and level of one venue; never its answers."""
    marks = Marks.of(context)
    edition = await marks.edition(query.edition)
    day, _ = await marks.day(query.day)

    def read(session: Session) -> tuple[VenueRecord, PublicReply | None]:
        require_edition(session, edition)
        found = read_venue(session, edition_code=edition, venue_id=venue_id, day=day)
        return found, read_public_reply(session, found.venue_pk, day)

    venue, reply = await context.run(read)
    document = {
        **venue_document(venue),
        "edition": edition,
        "day": day,
        "reply": None
        if reply is None
        else {"text": reply.wording, "published_on": reply.published_on},
    }
    return json_response(document, cache_control=FRESH)


def venue_document(venue: VenueRecord) -> dict[str, Any]:
    """Public facts of a venue as JSON."""
    return {
        "venue_id": venue.venue_id,
        "name": venue.name,
        "type": venue.venue_type,
        "address": venue.address,
        "lon": degrees(venue.lon),
        "lat": degrees(venue.lat),
        "area": venue.area_code,
        "level": venue.level.value,
        "set_id": venue.set_id,
        "set_level": venue.set_level,
        "valid_until": venue.valid_until,
        "trust": {
            "grade": None if venue.trust is None else venue.trust.value,
            "since": venue.trust_since,
        },
    }


def degrees(value: float | None) -> float | None:
    """A coordinate with what the eye can use: six digits, a tenth of a metre."""
    return None if value is None else round(value, 6)


def _columns(venues: list[VenuePoint]) -> dict[str, Any]:
    placed = [venue for venue in venues if venue.lon is not None and venue.lat is not None]
    return {
        "venue_id": [venue.venue_id for venue in placed],
        "name": [venue.name for venue in placed],
        "type": [venue.venue_type for venue in placed],
        "lon": [degrees(venue.lon) for venue in placed],
        "lat": [degrees(venue.lat) for venue in placed],
        "levels": "".join(LETTERS[venue.level] for venue in placed),
        "trust": "".join(TRUST_LETTERS[venue.trust] for venue in placed),
    }
