"""`/venue/{venue_id}/edit`: a venue's details; a changed type is asked about once more."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.api.audience import VENUE_STAFF
from dashboard.auth.person import Person
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from dashboard.pages.site import site_page
from dashboard.pages.venue.form import VenueFields, check_fields
from dashboard.pages.venue.view import Language, grouped_types, read_desk, redirect
from data.queries.venue_desk import VenueDesk
from data.services.venues.venue_editing import edit_venue


def build_router(context: PageContext) -> APIRouter:
    """The address `/venue/{venue_id}/edit`."""
    page = EditPage(context=context)
    router = APIRouter(prefix="/venue/{venue_id}", include_in_schema=False)

    @router.get("/edit", openapi_extra=VENUE_STAFF)
    def open_form(request: Request, venue_id: str, lang: Language = None) -> Response:
        return page.open(request, venue_id, lang=lang)

    @router.post("/edit", openapi_extra=VENUE_STAFF)
    def send_form(request: Request, venue_id: str, form: Form, lang: Language = None) -> Response:
        return page.send(request, venue_id, form, lang=lang)

    return router


@dataclass(frozen=True, kw_only=True)
class EditPage:
    """Shows the details, and takes changes."""

    context: PageContext

    def open(self, request: Request, venue_id: str, *, lang: str | None) -> Response:
        """The form with what is stored."""
        person, _ = self.context.door.require_venue(request, venue_id, lang=lang)
        desk = read_desk(self.context, person, venue_id)
        return self._show(request, person, desk, _fields_of(desk), lang=lang)

    def send(
        self, request: Request, venue_id: str, form: PageForm, *, lang: str | None
    ) -> Response:
        """Store what was changed, or say what is wrong."""
        person, _ = self.context.door.require_venue(request, venue_id, form, lang=lang)
        desk = read_desk(self.context, person, venue_id)
        fields = VenueFields.of(form)
        t = self.context.door.text_of(request, person, lang)
        checked = check_fields(fields, t, needs_point=False)
        if checked.details is None:
            return self._show(request, person, desk, fields, problems=checked.problems, lang=lang)
        is_new_type = checked.details.venue_type != desk.venue_type
        if is_new_type and form.get("new_type") != checked.details.venue_type:
            return self._show(request, person, desk, fields, asks_type=True, lang=lang)
        with person.scoped(self.context.sessions).begin() as session:
            has_changed = edit_venue(
                session,
                venue_id,
                checked.details,
                actor=person.actor,
                at=self.context.now(),
            )
        done = "type_changed" if has_changed else "edited"
        return redirect(f"/venue/{venue_id}", done=done, lang=lang)

    def _show(
        self,
        request: Request,
        person: Person,
        desk: VenueDesk,
        fields: VenueFields,
        *,
        lang: str | None,
        problems: dict[str, str] | None = None,
        asks_type: bool = False,
    ) -> Response:
        t = self.context.door.text_of(request, person, lang)
        return site_page(
            "venue_edit.html",
            t=t,
            person=person,
            path=f"/venue/{desk.venue_id}/edit",
            status_code=422 if problems else 200,
            desk=desk,
            fields=fields,
            problems=problems or {},
            types=grouped_types(t),
            asks_type=asks_type,
        )


def _fields_of(desk: VenueDesk) -> VenueFields:
    return VenueFields(
        name=desk.name,
        type=desk.venue_type,
        address=desk.address or "",
        footfall=str(desk.footfall_per_day),
        capacity=str(desk.capacity or ""),
        contact=desk.phone or desk.email or "",
    )
