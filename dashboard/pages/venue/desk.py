"""`/venue/{venue_id}`: the desk of one venue; where it stands, what comes next, all its pages."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assessments.criteria import criteria_set_for
from assessments.levels import VenueLevel
from dashboard.api.audience import VENUE_STAFF
from dashboard.pages.assess.days import standing_notices
from dashboard.pages.context import PageContext
from dashboard.pages.days import day_text
from dashboard.pages.site import site_page
from dashboard.pages.venue.view import NOTICES, Done, Language
from data.clock import day_of
from data.queries.reviews import read_open_question
from data.queries.submission_history import read_latest_submission
from data.queries.trust import read_trust
from data.queries.venue_desk import VenueDesk, is_owner_of, read_venue_desk

SOON_DAYS: Final = 7  # a level that ends within so many days is to be renewed


def build_router(context: PageContext) -> APIRouter:
    """The address `/venue/{venue_id}`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/venue/{venue_id}", openapi_extra=VENUE_STAFF)
    def show_desk(
        request: Request, venue_id: str, done: Done = "", lang: Language = None
    ) -> Response:
        person, _ = context.door.require_venue(request, venue_id, lang=lang)
        t = context.door.text_of(request, person, lang)
        with person.scoped(context.sessions)() as session:
            desk = read_venue_desk(session, venue_id, day_of(context.now()))
            is_owner = is_owner_of(session, desk.venue_pk, person.actor.account_pk)
            latest = read_latest_submission(session, venue_id)
            trust = read_trust(session, desk.venue_pk, desk.day).trust
            question = read_open_question(session, desk.venue_pk)
        return site_page(
            "venue_desk.html",
            t=t,
            person=person,
            path=f"/venue/{venue_id}",
            desk=desk,
            is_owner=is_owner,
            step=next_step(desk),
            has_set=_has_set(desk),
            days_left=(desk.holding.valid_until - desk.day).days + 1 if desk.holding else None,
            trust=None if trust is None or desk.is_closed else trust.value,
            notices=() if desk.is_closed else standing_notices(latest, desk.day, t),
            question=question,
            notice=done if done in NOTICES else "",
            day_text=lambda day: day_text(day, t),
        )

    return router


def next_step(desk: VenueDesk) -> str:
    """The one thing that a venue's staff should do next: a text `venue.step.<word>`."""
    if desk.is_closed:
        return "closed"
    if not _has_set(desk):
        return "no_set"
    if desk.holding is None:
        return "assess" if desk.last_submitted_at is None else "expired"
    if (desk.holding.valid_until - desk.day).days < SOON_DAYS:
        return "renew"
    if desk.holding.level == VenueLevel.SAFE:
        return "keep"
    return "mend"


def _has_set(desk: VenueDesk) -> bool:
    return criteria_set_for(desk.venue_type, desk.day, desk.province_code) is not None
