"""`/venue/{venue_id}/close` and `/reopen`: from which day a venue is closed, or open again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.api.audience import VENUE_STAFF
from dashboard.auth.person import Person
from dashboard.pages.context import PageContext
from dashboard.pages.days import day_text
from dashboard.pages.forms import Form, PageForm
from dashboard.pages.site import site_page
from dashboard.pages.venue.view import Language, redirect
from data.clock import day_of
from data.errors import ConflictError
from data.queries.venue_desk import VenueDesk, read_venue_desk
from data.services.venues.venue_life import (
    DayRangeError,
    Reopening,
    close_venue,
    read_life_days,
    reopen_venue,
)

Act = Literal["close", "reopen"]
REOPENED: Final[Mapping[Reopening, str]] = {
    "open": "reopened",
    "announced": "will_reopen",
    "cancelled": "stays_open",
}
"""What the desk says after it, as the last part of the name of its text."""


def build_router(context: PageContext) -> APIRouter:
    """The addresses of both pages."""
    page = LifePage(context=context)
    router = APIRouter(prefix="/venue/{venue_id}", include_in_schema=False)

    @router.get("/close", openapi_extra=VENUE_STAFF)
    def open_close(request: Request, venue_id: str, lang: Language = None) -> Response:
        return page.open(request, venue_id, "close", lang=lang)

    @router.post("/close", openapi_extra=VENUE_STAFF)
    def close(request: Request, venue_id: str, form: Form, lang: Language = None) -> Response:
        return page.send(request, venue_id, form, "close", lang=lang)

    @router.get("/reopen", openapi_extra=VENUE_STAFF)
    def open_reopen(request: Request, venue_id: str, lang: Language = None) -> Response:
        return page.open(request, venue_id, "reopen", lang=lang)

    @router.post("/reopen", openapi_extra=VENUE_STAFF)
    def reopen(request: Request, venue_id: str, form: Form, lang: Language = None) -> Response:
        return page.send(request, venue_id, form, "reopen", lang=lang)

    return router


@dataclass(frozen=True, kw_only=True)
class LifePage:
    """Asks for the day, and takes it."""

    context: PageContext

    def open(self, request: Request, venue_id: str, act: Act, *, lang: str | None) -> Response:
        """The form with the earliest day that is likely meant."""
        person, _ = self.context.door.require_venue(request, venue_id, needs="owner", lang=lang)
        return self._show(request, person, venue_id, act, lang=lang)

    def send(
        self, request: Request, venue_id: str, form: PageForm, act: Act, *, lang: str | None
    ) -> Response:
        """Close or reopen, or say which days can be."""
        person, _ = self.context.door.require_venue(
            request, venue_id, form, needs="owner", lang=lang
        )
        try:
            first_day = date.fromisoformat(form.get("day"))
        except ValueError:
            return self._show(
                request, person, venue_id, act, typed=form.get("day"), problem="day", lang=lang
            )
        at = self.context.now()
        try:
            with person.scoped(self.context.sessions).begin() as session:
                if act == "close":
                    close_venue(session, venue_id, first_day=first_day, actor=person.actor, at=at)
                    done = "closed" if first_day <= day_of(at) else "will_close"
                else:
                    done = REOPENED[
                        reopen_venue(
                            session, venue_id, first_day=first_day, actor=person.actor, at=at
                        )
                    ]
        except DayRangeError:
            return self._show(
                request, person, venue_id, act, typed=form.get("day"), problem="range", lang=lang
            )
        except ConflictError:
            # Somebody else was faster, or the form is an old one: the desk shows how things are.
            return redirect(f"/venue/{venue_id}", lang=lang)
        return redirect(f"/venue/{venue_id}", done=done, lang=lang)

    def _show(
        self,
        request: Request,
        person: Person,
        venue_id: str,
        act: Act,
        *,
        lang: str | None,
        typed: str = "",
        problem: str = "",
    ) -> Response:
        t = self.context.door.text_of(request, person, lang)
        today = day_of(self.context.now())
        with person.scoped(self.context.sessions)() as session:
            desk = read_venue_desk(session, venue_id, today)
            earliest, latest = read_life_days(session, venue_id, act, today)
        if (act == "close") == (desk.closed_on is not None):
            return redirect(f"/venue/{venue_id}", lang=lang)
        facts = {"first": day_text(earliest, t), "last": day_text(latest, t)}
        return site_page(
            "venue_life.html",
            t=t,
            person=person,
            path=f"/venue/{venue_id}/{act}",
            status_code=422 if problem else 200,
            desk=desk,
            act=act,
            is_cancelling=_is_cancelling(desk, act),
            day=typed or min(max(earliest, today), latest).isoformat(),
            earliest=earliest.isoformat(),
            latest=latest.isoformat(),
            range_text=t("venue.life.range", **facts),
            problem=problem and t(f"venue.life.problem.{problem}", **facts),
        )


def _is_cancelling(desk: VenueDesk, act: Act) -> bool:
    """Whether reopening means that an announced closing does not happen."""
    return act == "reopen" and desk.closed_on is not None and desk.closed_on > desk.day
