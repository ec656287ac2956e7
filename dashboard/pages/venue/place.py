"""Where a point lies: the sentence beside the map, for pages and for their scripts."""

from dataclasses import dataclass
from typing import Final, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

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
from data.queries.places import find_active_place
from data.queries.point_search import FoundPoint, search_points
from geo.names import fold

PATH: Final = "/venue/place"
# Only these pages may ask a device where it is.
LOCATING_HEADERS: Final = {
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=()"
}
LONGEST_SEARCH: Final = 100


@dataclass(frozen=True, kw_only=True)
class PlaceView:
    """Where a point lies, in words.

    Attributes:
        kind: `agrees` with the address, `named` where the address names no area,
            `disagrees`, or `outside` every area.
        mark: Names this outcome, so that a form can say that its owner saw it.
        text: The sentence.
    """

    kind: Literal["agrees", "named", "disagrees", "outside"]
    mark: str
    text: str

    @property
    def needs_a_look(self) -> bool:
        """Whether the owner should see it before anything is stored."""
        return self.kind in ("disagrees", "outside")


def view_place(session: Session, *, lon: float, lat: float, address: str, t: Texts) -> PlaceView:
    """Where a point lies in the active edition, compared with an address.

    Args:
        session: Open session.
        lon: Longitude in degrees (WGS 84).
        lat: Latitude.
        address: As typed; may be empty.
        t: Texts of the page's language.
    """
    place = find_active_place(session, lon, lat)
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


def find_points(context: PageContext, words: str) -> list[FoundPoint]:
    """What a search without JavaScript shows; nothing without an active edition."""
    folded = fold(words[:LONGEST_SEARCH])
    if not folded:
        return []
    with context.sessions() as session:
        try:
            edition_code = active_edition_code(session)
        except NotFoundError:
            return []
        return search_points(
            session, edition_code=edition_code, folded=folded, day=day_of(context.now())
        )


def build_router(context: PageContext) -> APIRouter:
    """The address that the map's script asks where its pin stands."""
    router = APIRouter(include_in_schema=False)

    @router.post(PATH, openapi_extra=SIGNED_IN)
    def find_place(request: Request, form: Form, lang: Language = None) -> Response:
        person = context.door.require_person(request, form, lang=lang)
        return _place_answer(context, form, context.door.text_of(request, person, lang))

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
        view = view_place(session, lon=checked.lon, lat=checked.lat, address=fields.address, t=t)
    return JSONResponse(
        {"kind": view.kind, "text": view.text, "lon": checked.lon, "lat": checked.lat},
        headers=dict(PRIVATE_HEADERS),
    )
