"""Where a point lies: the sentence beside the map, for pages and for their scripts."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Final, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from assessments.criteria import criteria_set_for
from assessments.venue_types import VenueType
from dashboard.api.audience import SIGNED_IN
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from dashboard.pages.templates import PRIVATE_HEADERS
from dashboard.pages.venue.form import VenueFields, check_fields
from dashboard.pages.venue.view import Language
from dashboard.texts.catalogue import Texts
from data.clock import day_of
from data.errors import NotFoundError
from data.queries.editions import active_edition_code
from data.queries.places import Place, find_active_place
from data.queries.point_search import FoundPoint, search_points

PATH: Final = "/venue/place"
POINTS_PATH: Final = "/venue/points"
# Only these pages may ask a device where it is.
LOCATING_HEADERS: Final = {
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=()"
}
LONGEST_SEARCH: Final = 300


@dataclass(frozen=True, kw_only=True)
class PlaceView:
    """Where a point lies, in words.

    Attributes:
        kind: `agrees` with the address, `named` where the address names no area,
            `disagrees`, or `outside` every area.
        mark: Names this outcome, so that a form can say that its owner saw it.
        text: The sentence.
        has_criteria: Whether a criteria set applies there to a venue of the type; True
            where no type is chosen yet.
        criteria_text: What it means that none does; empty where one does.
    """

    kind: Literal["agrees", "named", "disagrees", "outside"]
    mark: str
    text: str
    has_criteria: bool = True
    criteria_text: str = ""

    @property
    def is_doubtful(self) -> bool:
        """Whether the point or the address may be wrong."""
        return self.kind in ("disagrees", "outside")

    @property
    def needs_a_look(self) -> bool:
        """Whether the owner should see it before anything is stored."""
        return self.is_doubtful or not self.has_criteria


def view_place(
    session: Session,
    *,
    lon: float,
    lat: float,
    address: str,
    t: Texts,
    day: date,
    venue_type: str = "",
) -> PlaceView:
    """Where a point lies in the active edition, compared with an address, and what that means.

    Args:
        session: Open session.
        lon: Longitude in degrees (WGS 84).
        lat: Latitude.
        address: As typed; may be empty.
        t: Texts of the page's language.
        day: Today, for the criteria sets in force.
        venue_type: Type of the venue; empty while none is chosen.
    """
    place = find_active_place(session, lon, lat)
    view = _view_area(place, address, t)
    if not venue_type:
        return view
    province_code = place.province_code if place else None
    if criteria_set_for(venue_type, day, province_code) is not None:
        return view
    return replace(
        view,
        mark=f"{view.mark}:none:{venue_type}",
        has_criteria=False,
        criteria_text=t(
            "venue.place.no_set" if province_code else "venue.place.no_set.outside",
            type=t(f"venue_type.{venue_type}"),
            province=place.names[0] if place and place.names else "",
        ),
    )


def _view_area(place: Place | None, address: str, t: Texts) -> PlaceView:
    if place is None or place.area_code is None:
        return PlaceView(kind="outside", mark="outside", text=t("venue.place.outside"))
    area = ", ".join(reversed(place.names))
    agrees = place.agrees_with(address)
    if agrees is False:
        return PlaceView(
            kind="disagrees",
            mark=f"disagrees:{place.area_code}",
            text=t("venue.place.disagrees", area=area),
        )
    return PlaceView(
        kind="agrees" if agrees else "named",
        mark=f"in:{place.area_code}",
        text=t("venue.place.agrees" if agrees else "venue.place.named", area=area),
    )


def known_type(typed: str) -> str:
    """A type of venue as a form names it; empty where it is none."""
    return typed if typed in set(VenueType) else ""


def find_points(context: PageContext, words: str) -> list[FoundPoint]:
    """Where words or an address may be, the likeliest first; nothing without an active edition."""
    with context.sessions() as session:
        try:
            edition_code = active_edition_code(session)
        except NotFoundError:
            return []
        return search_points(
            session,
            edition_code=edition_code,
            words=words[:LONGEST_SEARCH],
            day=day_of(context.now()),
        )


def build_router(context: PageContext) -> APIRouter:
    """The addresses that the map's scripts ask: where the pin stands, and where words are."""
    router = APIRouter(include_in_schema=False)

    @router.post(PATH, openapi_extra=SIGNED_IN)
    def find_place(request: Request, form: Form, lang: Language = None) -> Response:
        person = context.door.require_person(request, form, lang=lang)
        return _place_answer(context, form, context.door.text_of(request, person, lang))

    @router.post(POINTS_PATH, openapi_extra=SIGNED_IN)
    def find(request: Request, form: Form, lang: Language = None) -> Response:
        context.door.require_person(request, form, lang=lang)
        found = find_points(context, form.get("search"))
        return JSONResponse(
            {"items": [asdict(one) for one in found]}, headers=dict(PRIVATE_HEADERS)
        )

    return router


def _place_answer(context: PageContext, form: PageForm, t: Texts) -> Response:
    fields = VenueFields.of(form)
    checked = check_fields(
        VenueFields(name="-", type="other", point=fields.point, address=fields.address), t
    )
    if checked.lon is None or checked.lat is None:
        text = next(iter(checked.problems.values()), t("venue.problem.point_missing"))
        return JSONResponse({"kind": "problem", "text": text}, headers=dict(PRIVATE_HEADERS))
    with context.sessions() as session:
        view = view_place(
            session,
            lon=checked.lon,
            lat=checked.lat,
            address=fields.address,
            t=t,
            day=day_of(context.now()),
            venue_type=known_type(fields.type),
        )
    return JSONResponse(
        {
            "kind": view.kind,
            "text": view.text,
            "has_criteria": view.has_criteria,
            "criteria_text": view.criteria_text,
            "lon": checked.lon,
            "lat": checked.lat,
        },
        headers=dict(PRIVATE_HEADERS),
    )
