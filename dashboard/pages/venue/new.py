"""`/venue/new`: a form with a map; likely duplicates and doubtful places are shown first."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.api.audience import SIGNED_IN
from dashboard.auth.person import Person
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from dashboard.pages.site import site_page
from dashboard.pages.venue.form import CheckedVenue, VenueFields, check_fields, read_point
from dashboard.pages.venue.place import (
    LOCATING_HEADERS,
    PlaceView,
    find_points,
    known_type,
    view_place,
)
from dashboard.pages.venue.view import Language, grouped_types, redirect, require_owner_account
from dashboard.texts.catalogue import Texts
from data.clock import day_of
from data.services.accounts.attempts import Limit
from data.services.venues.duplicates import LikelyDuplicate
from data.services.venues.venue_registration import LikelyDuplicatesError, register_venue

PATH: Final = "/venue/new"
# Whoever has more registers them from a spreadsheet.
PER_ACCOUNT: Final = Limit(name="venue-register", most=30, window=timedelta(hours=1))


def build_router(context: PageContext) -> APIRouter:
    """The address `/venue/new`."""
    page = NewVenuePage(context=context)
    router = APIRouter(include_in_schema=False)

    @router.get(PATH, openapi_extra=SIGNED_IN)
    def open_form(request: Request, lang: Language = None) -> Response:
        person = require_owner_account(context, request, lang=lang)
        return page.show(request, person, VenueFields(), lang=lang)

    @router.post(PATH, openapi_extra=SIGNED_IN)
    def send_form(request: Request, form: Form, lang: Language = None) -> Response:
        person = require_owner_account(context, request, form, lang=lang)
        return page.send(request, person, form, lang=lang)

    return router


def is_search(form: PageForm) -> bool:
    """Whether a form looks for a place: by its button, or by Enter before there is a point."""
    act = form.get("do")
    return act == "search" or (
        act == "enter" and bool(form.get("search") and not form.get("point"))
    )


@dataclass(frozen=True, kw_only=True)
class NewVenuePage:
    """Shows the form, and takes it."""

    context: PageContext

    def send(
        self, request: Request, person: Person, form: PageForm, *, lang: str | None
    ) -> Response:
        """Search, pick a point, or register; what is doubtful is shown once before."""
        fields = VenueFields.of(form)
        pick = read_point(form.get("pick"))
        if pick or is_search(form):
            if pick:
                fields = fields.with_point(float(pick[0]), float(pick[1]))
            return self.show(request, person, fields, lang=lang, search=form.get("search"))
        t = self.context.door.text_of(request, person, lang)
        checked = check_fields(fields, t)
        if checked.details is None or checked.lon is None or checked.lat is None:
            return self.show(request, person, fields, lang=lang, checked=checked, status_code=422)
        place = self._place(checked, fields, t)
        if place is not None and place.needs_a_look and form.get("seen") != place.mark:
            return self.show(
                request, person, fields, lang=lang, checked=checked, seen=place.mark, asks="place"
            )
        wait = self.context.attempts.take((PER_ACCOUNT, person.actor.account_id))
        if wait is not None:
            return self.show(
                request, person, fields, lang=lang, checked=checked, asks="limit", status_code=429
            )
        try:
            venue_id = register_venue(
                self.context.sessions,
                checked.details,
                lon=checked.lon,
                lat=checked.lat,
                actor=person.actor,
                not_same=form.get("not_same").split(),
                at=self.context.now(),
            )
        except LikelyDuplicatesError as error:
            return self.show(
                request,
                person,
                fields,
                lang=lang,
                checked=checked,
                seen=form.get("seen"),
                asks="duplicates",
                duplicates=error.duplicates,
            )
        return redirect(f"/venue/{venue_id}", done="registered", lang=lang)

    def show(
        self,
        request: Request,
        person: Person,
        fields: VenueFields,
        *,
        lang: str | None,
        checked: CheckedVenue | None = None,
        search: str = "",
        seen: str = "",
        asks: str = "",
        duplicates: tuple[LikelyDuplicate, ...] = (),
        status_code: int = 200,
    ) -> Response:
        """The form with all that was typed.

        Args:
            request: The request.
            person: Who is signed in.
            fields: What was typed.
            lang: Language asked for.
            checked: What was found wrong, after sending.
            search: Words to look for places by.
            seen: The doubtful place that sending again accepts.
            asks: What has to be decided first: `place`, `duplicates`, or `limit`.
            duplicates: Likely duplicates to choose from.
            status_code: Of the answer.
        """
        t = self.context.door.text_of(request, person, lang)
        here = checked or check_fields(fields, t)
        response = site_page(
            "venue_new.html",
            t=t,
            person=person,
            path=PATH,
            status_code=status_code,
            fields=fields,
            problems=checked.problems if checked else {},
            types=grouped_types(t),
            place=self._place(here, fields, t),
            lon=here.lon,
            lat=here.lat,
            search=search,
            found=find_points(self.context, search) if search else None,
            seen=seen,
            asks=asks,
            duplicates=duplicates,
            not_same=" ".join(one.venue_id for one in duplicates),
        )
        response.headers.update(LOCATING_HEADERS)
        return response

    def _place(self, checked: CheckedVenue, fields: VenueFields, t: Texts) -> PlaceView | None:
        if checked.lon is None or checked.lat is None:
            return None
        with self.context.sessions() as session:
            return view_place(
                session,
                lon=checked.lon,
                lat=checked.lat,
                address=fields.address,
                t=t,
                day=day_of(self.context.now()),
                venue_type=known_type(fields.type),
            )
