"""`/venue/{venue_id}/move`: a new address and point; earlier days stay counted where it stood."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.api.audience import VENUE_STAFF
from dashboard.auth.person import Person
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from dashboard.pages.site import site_page
from dashboard.pages.venue.form import VenueFields, check_fields, point_text, read_point
from dashboard.pages.venue.new import is_search
from dashboard.pages.venue.place import LOCATING_HEADERS, find_points, view_place
from dashboard.pages.venue.view import Language, read_desk, redirect
from data.queries.venue_desk import VenueDesk
from data.services.venues.venue_life import move_venue


def build_router(context: PageContext) -> APIRouter:
    """The address `/venue/{venue_id}/move`."""
    page = MovePage(context=context)
    router = APIRouter(prefix="/venue/{venue_id}", include_in_schema=False)

    @router.get("/move", openapi_extra=VENUE_STAFF)
    def open_form(request: Request, venue_id: str, lang: Language = None) -> Response:
        return page.open(request, venue_id, lang=lang)

    @router.post("/move", openapi_extra=VENUE_STAFF)
    def send_form(request: Request, venue_id: str, form: Form, lang: Language = None) -> Response:
        return page.send(request, venue_id, form, lang=lang)

    return router


@dataclass(frozen=True, kw_only=True)
class MovePage:
    """Shows where the venue stands, and takes the new place."""

    context: PageContext

    def open(self, request: Request, venue_id: str, *, lang: str | None) -> Response:
        """The form with the place that is stored."""
        person, _ = self.context.door.require_venue(request, venue_id, needs="owner", lang=lang)
        desk = read_desk(self.context, person, venue_id)
        point = "" if desk.lon is None or desk.lat is None else point_text(desk.lon, desk.lat)
        fields = VenueFields(address=desk.address or "", point=point)
        return self._show(request, person, desk, fields, lang=lang)

    def send(
        self, request: Request, venue_id: str, form: PageForm, *, lang: str | None
    ) -> Response:
        """Search, pick a point, or move; a doubtful place is shown once before."""
        person, _ = self.context.door.require_venue(
            request, venue_id, form, needs="owner", lang=lang
        )
        desk = read_desk(self.context, person, venue_id)
        fields = VenueFields.of(form)
        if is_search(form):
            return self._show(request, person, desk, fields, lang=lang, search=form.get("search"))
        if pick := read_point(form.get("pick")):
            fields = fields.with_point(float(pick[0]), float(pick[1]))
            return self._show(request, person, desk, fields, lang=lang)
        t = self.context.door.text_of(request, person, lang)
        checked = check_fields(_placed(fields), t)
        if checked.details is None or checked.lon is None or checked.lat is None:
            return self._show(request, person, desk, fields, lang=lang, problems=checked.problems)
        with self.context.sessions() as session:
            place = view_place(
                session,
                lon=checked.lon,
                lat=checked.lat,
                address=fields.address,
                t=t,
                day=desk.day,
                venue_type=desk.venue_type,
            )
        if place.needs_a_look and form.get("seen") != place.mark:
            return self._show(request, person, desk, fields, lang=lang, seen=place.mark)
        with person.scoped(self.context.sessions).begin() as session:
            move_venue(
                session,
                venue_id,
                lon=checked.lon,
                lat=checked.lat,
                address=checked.details.address,
                actor=person.actor,
                at=self.context.now(),
            )
        return redirect(f"/venue/{venue_id}", done="moved", lang=lang)

    def _show(
        self,
        request: Request,
        person: Person,
        desk: VenueDesk,
        fields: VenueFields,
        *,
        lang: str | None,
        problems: dict[str, str] | None = None,
        search: str = "",
        seen: str = "",
    ) -> Response:
        t = self.context.door.text_of(request, person, lang)
        here = check_fields(_placed(fields), t)
        place = None
        if here.lon is not None and here.lat is not None:
            with self.context.sessions() as session:
                place = view_place(
                    session,
                    lon=here.lon,
                    lat=here.lat,
                    address=fields.address,
                    t=t,
                    day=desk.day,
                    venue_type=desk.venue_type,
                )
        response = site_page(
            "venue_move.html",
            t=t,
            person=person,
            path=f"/venue/{desk.venue_id}/move",
            status_code=422 if problems else 200,
            desk=desk,
            fields=fields,
            problems=problems or {},
            place=place,
            search=search,
            found=find_points(self.context, search) if search else None,
            seen=seen,
        )
        response.headers.update(LOCATING_HEADERS)
        return response


def _placed(fields: VenueFields) -> VenueFields:
    """The fields that this form has, beside a name and a type that are not asked for here."""
    return VenueFields(name="-", type="other", address=fields.address, point=fields.point)
