"""One request of a person to the assessment pages of a venue."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from assessments.criteria import CriteriaSet, criteria_set_for, reference_sets_for
from dashboard.auth.person import Person
from dashboard.auth.turned_away import TurnedAway
from dashboard.pages.context import PageContext
from dashboard.pages.days import day_text
from dashboard.pages.forms import PageForm
from dashboard.pages.site import site_page
from dashboard.texts.catalogue import Texts
from data import clock
from data.queries.closures import find_closure
from data.queries.owner_venues import OwnerVenue
from data.scope import ScopedSessions


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A person at a venue of theirs."""

    context: PageContext
    request: Request
    person: Person
    venue: OwnerVenue
    text: Texts

    @property
    def sessions(self) -> ScopedSessions:
        """Sessions that see what the person may."""
        return self.person.scoped(self.context.sessions)

    @property
    def desk(self) -> str:
        """Address of the venue's desk."""
        return f"/venue/{self.venue.venue_id}"

    @property
    def path(self) -> str:
        """Address of the assessment."""
        return f"{self.desk}/assess"

    def address(self, path: str, **query: str | int) -> str:
        """An address below the desk, in the page's language."""
        return f"{self.desk}{path}?{urlencode({**query, 'lang': self.text.language})}"

    def page(
        self,
        template: str,
        *,
        path: str,
        query: dict[str, str] | None = None,
        status_code: int = 200,
        **values: Any,
    ) -> Response:
        """A page of the venue.

        Args:
            template: File in `dashboard/templates`.
            path: Below the desk.
            query: The page's own query.
            status_code: Of the answer.
            values: What the template shows.
        """
        return site_page(
            template,
            t=self.text,
            person=self.person,
            path=f"{self.desk}{path}",
            query=query,
            status_code=status_code,
            venue=self.venue,
            visit=self,
            **values,
        )

    def missing(self) -> Response:
        """404 for something that is not there, or not this venue's."""
        return self.context.door.refusal(
            self.request, "missing", 404, person=self.person, lang=self.text.language
        )

    def require_set(self) -> CriteriaSet:
        """The criteria set in force for the venue today.

        Raises:
            TurnedAway: There is none that can be filled, or the venue is closed.
        """
        today = clock.day_of(self.context.now())
        with self.sessions() as session:
            closure = find_closure(session, self.venue.venue_id, today)
        if closure is not None:
            last_day = closure.last_day and day_text(closure.last_day, self.text)
            raise TurnedAway(
                self.page("assess_message.html", path="/assess", kind="closed", last_day=last_day)
            )
        venue_type, province = self.venue.venue_type, self.venue.province_code
        criteria_set = criteria_set_for(venue_type, today, province)
        if criteria_set is None:
            raise TurnedAway(
                self.page(
                    "assess_message.html",
                    path="/assess",
                    kind="no_set",
                    references=reference_sets_for(venue_type, province),
                )
            )
        return criteria_set


def require_visit(
    context: PageContext,
    request: Request,
    venue_id: str,
    form: PageForm | None = None,
    *,
    lang: str | None = None,
) -> Visit:
    """The person of a request and the venue of its address.

    Raises:
        TurnedAway: See `Door.require_venue`.
    """
    asked = lang or (form.get("lang") if form else "") or None
    person, venue = context.door.require_venue(request, venue_id, form, lang=asked)
    text = context.door.text_of(request, person, asked)
    return Visit(context=context, request=request, person=person, venue=venue, text=text)


def redirect(address: str) -> RedirectResponse:
    """Go to another address of ours with GET; never cached."""
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
