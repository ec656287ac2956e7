"""`/venue/ask`: asks the committee for a venue that somebody else registered."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from dashboard.api.audience import SIGNED_IN
from dashboard.auth.person import Person
from dashboard.auth.turned_away import TurnedAway
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form
from dashboard.pages.site import site_page
from dashboard.pages.venue.view import Language, redirect, require_owner_account
from data.clock import day_of
from data.errors import ConflictError, NotFoundError
from data.queries.venue_desk import VenueDesk, read_venue_desk
from data.services.accounts.attempts import Limit
from data.services.venues.claim_requests import MOST_REASON_SIGNS, ask_for_venue

PATH: Final = "/venue/ask"
PER_ACCOUNT: Final = Limit(name="venue-ask", most=10, window=timedelta(days=1))

VenueParameter = Annotated[str, Query(alias="venue", max_length=32)]


def build_router(context: PageContext) -> APIRouter:
    """The address `/venue/ask`."""
    router = APIRouter(include_in_schema=False)

    def find(request: Request, person: Person, venue_id: str, lang: str | None) -> VenueDesk:
        try:
            with context.sessions() as session:
                return read_venue_desk(session, venue_id, day_of(context.now()))
        except NotFoundError:
            refusal = context.door.refusal(request, "missing", 404, person=person, lang=lang)
            raise TurnedAway(refusal) from None

    def show(
        request: Request,
        person: Person,
        desk: VenueDesk,
        lang: str | None,
        *,
        problem: str = "",
        reason: str = "",
    ) -> Response:
        t = context.door.text_of(request, person, lang)
        return site_page(
            "venue_ask.html",
            t=t,
            person=person,
            path=PATH,
            query={"venue": desk.venue_id},
            status_code=422 if problem else 200,
            name=desk.name,
            venue_type=desk.venue_type,
            address=desk.address,
            venue_id=desk.venue_id,
            problem=problem and t(f"venue.ask.problem.{problem}"),
            reason=reason,
            most_signs=MOST_REASON_SIGNS,
        )

    @router.get(PATH, openapi_extra=SIGNED_IN)
    def open_form(request: Request, venue: VenueParameter, lang: Language = None) -> Response:
        person = require_owner_account(context, request, lang=lang)
        return show(request, person, find(request, person, venue, lang), lang)

    @router.post(PATH, openapi_extra=SIGNED_IN)
    def send_form(
        request: Request, venue: VenueParameter, form: Form, lang: Language = None
    ) -> Response:
        person = require_owner_account(context, request, form, lang=lang)
        desk = find(request, person, venue, lang)
        reason = form.get("reason")
        if not reason:
            return show(request, person, desk, lang, problem="reason", reason=reason)
        if context.attempts.take((PER_ACCOUNT, person.actor.account_id)) is not None:
            return show(request, person, desk, lang, problem="limit", reason=reason)
        try:
            ask_for_venue(
                context.sessions, venue, reason=reason, actor=person.actor, at=context.now()
            )
        except ConflictError:
            return show(request, person, desk, lang, problem="conflict", reason=reason)
        return redirect("/venue", done="asked", lang=lang)

    return router
