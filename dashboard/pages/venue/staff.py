"""`/venue/{venue_id}/staff`: who acts for a venue; invitations by links that work once."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.api.audience import VENUE_STAFF
from dashboard.auth.person import Person
from dashboard.pages.context import PageContext
from dashboard.pages.days import day_text
from dashboard.pages.forms import Form, PageForm
from dashboard.pages.site import site_page
from dashboard.pages.venue.view import NOTICES, Done, Language, redirect
from data.clock import day_of
from data.errors import ConflictError, NotFoundError
from data.queries.owner_venues import read_staff_role
from data.queries.venue_desk import read_venue_desk
from data.services.venues.venue_claims import StaffRole, claim_path, make_claim
from data.services.venues.venue_staff import (
    LastOwnerError,
    list_invitations,
    list_staff,
    remove_person,
    take_back_invitation,
)

INVITED_ROLES: Final[dict[str, StaffRole]] = {"editor": "editor", "owner": "owner"}


def build_router(context: PageContext) -> APIRouter:
    """The address `/venue/{venue_id}/staff`."""
    page = StaffPage(context=context)
    router = APIRouter(prefix="/venue/{venue_id}", include_in_schema=False)

    @router.get("/staff", openapi_extra=VENUE_STAFF)
    def open_page(
        request: Request, venue_id: str, done: Done = "", lang: Language = None
    ) -> Response:
        person, _ = context.door.require_venue(request, venue_id, lang=lang)
        return page.show(request, person, venue_id, lang=lang, done=done)

    @router.post("/staff", openapi_extra=VENUE_STAFF)
    def change(request: Request, venue_id: str, form: Form, lang: Language = None) -> Response:
        return page.change(request, venue_id, form, lang=lang)

    return router


@dataclass(frozen=True, kw_only=True)
class StaffPage:
    """Shows the people of a venue, and changes who they are."""

    context: PageContext

    def change(
        self, request: Request, venue_id: str, form: PageForm, *, lang: str | None
    ) -> Response:
        """Invite, take an invitation back, remove a person, or leave."""
        act = form.get("do")
        door = self.context.door
        # Anyone may leave; all else is the owners'.
        person, _ = door.require_venue(
            request, venue_id, form, needs="editor" if act == "leave" else "owner", lang=lang
        )
        if act == "invite":
            return self._invite(request, person, venue_id, form, lang=lang)
        page = f"/venue/{venue_id}/staff"
        try:
            with person.scoped(self.context.sessions).begin() as session:
                if act == "take_back":
                    take_back_invitation(
                        session,
                        venue_id,
                        form.get("invitation"),
                        person.actor,
                        at=self.context.now(),
                    )
                elif act == "leave":
                    remove_person(session, venue_id, person.actor.account_id, person.actor)
                elif act == "remove":
                    remove_person(session, venue_id, form.get("person"), person.actor)
        except LastOwnerError:
            return self.show(request, person, venue_id, lang=lang, problem="last_owner")
        except (NotFoundError, ConflictError):
            # The list was an old one: the page shows how things are.
            return redirect(page, lang=lang)
        done = {"take_back": "invitation_ended", "leave": "left", "remove": "removed"}.get(act, "")
        has_left = act == "leave" or form.get("person") == person.actor.account_id
        return redirect("/venue" if has_left else page, done=done, lang=lang)

    def show(
        self,
        request: Request,
        person: Person,
        venue_id: str,
        *,
        lang: str | None,
        done: str = "",
        problem: str = "",
        link: str = "",
    ) -> Response:
        """The people, open invitations, and a link that was made a moment ago."""
        t = self.context.door.text_of(request, person, lang)
        now = self.context.now()
        with person.scoped(self.context.sessions)() as session:
            desk = read_venue_desk(session, venue_id, day_of(now))
            staff = list_staff(session, venue_id)
            invitations = list_invitations(session, venue_id, at=now)
            is_owner = read_staff_role(session, venue_id, person.actor.account_pk) == "owner"
        return site_page(
            "venue_staff.html",
            t=t,
            person=person,
            path=f"/venue/{venue_id}/staff",
            status_code=409 if problem else 200,
            desk=desk,
            staff=staff,
            invitations=invitations if is_owner else [],
            is_owner=is_owner,
            my_id=person.actor.account_id,
            problem=problem and t(f"venue.staff.problem.{problem}"),
            link=link,
            notice=done if done in NOTICES else "",
            day_text=lambda moment: day_text(day_of(moment), t),
        )

    def _invite(
        self,
        request: Request,
        person: Person,
        venue_id: str,
        form: PageForm,
        *,
        lang: str | None,
    ) -> Response:
        with person.scoped(self.context.sessions).begin() as session:
            key = make_claim(
                session,
                venue_id,
                role=INVITED_ROLES.get(form.get("role"), "editor"),
                actor=person.actor,
                at=self.context.now(),
            )
        link = self.context.settings.public_url.rstrip("/") + claim_path(key)
        return self.show(request, person, venue_id, lang=lang, link=link)
