"""`/committee/claims`: persons who ask for venues of the committee's area."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from dashboard.api.audience import COMMITTEE
from dashboard.pages.context import PageContext
from dashboard.pages.days import day_text
from dashboard.pages.forms import Form
from dashboard.pages.notices import then_tell_owners
from dashboard.pages.site import site_page
from dashboard.pages.venue.view import Language, redirect
from data.clock import day_of
from data.errors import ConflictError, NotFoundError
from data.services.venues.claim_requests import answer_request, list_open_requests

PATH: Final = "/committee/claims"
PAGE_SIZE: Final = 20
NOTICES: Final = frozenset({"claim_accept", "claim_refuse", "claim_gone"})

Done = Annotated[str, Query(max_length=24)]


def build_router(context: PageContext) -> APIRouter:
    """The address `/committee/claims`."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH, openapi_extra=COMMITTEE)
    def list_requests(
        request: Request,
        after: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
        done: Done = "",
        lang: Language = None,
    ) -> Response:
        person = context.door.require_committee(request, lang=lang)
        t = context.door.text_of(request, person, lang)
        with person.scoped(context.sessions)() as session:
            found = list_open_requests(session, after_pk=after, limit=PAGE_SIZE + 1)
        shown = found[:PAGE_SIZE]
        has_more = len(found) > PAGE_SIZE
        return site_page(
            "venue_requests.html",
            t=t,
            person=person,
            path=PATH,
            query={} if after is None else {"after": str(after)},
            requests=shown,
            notice=done if done in NOTICES else "",
            next_page=f"{PATH}?after={shown[-1].request_pk}&lang={t.language}" if has_more else "",
            day_text=lambda moment: day_text(day_of(moment), t),
        )

    @router.post(PATH, openapi_extra=COMMITTEE)
    def answer(request: Request, form: Form, lang: Language = None) -> Response:
        person = context.door.require_committee(request, form, lang=lang)
        request_text, act, done = form.get("request"), form.get("do"), ""
        if request_text.isascii() and request_text.isdigit() and act in ("accept", "refuse"):
            try:
                with person.scoped(context.sessions).begin() as session:
                    answer_request(
                        session,
                        min(int(request_text), 2**63 - 1),
                        is_accepted=act == "accept",
                        actor=person.actor,
                        at=context.now(),
                    )
            except (NotFoundError, ConflictError):
                done = "claim_gone"  # the list was an old one: the page shows how things are
            else:
                done = f"claim_{act}"
        return then_tell_owners(context, redirect(PATH, done=done, lang=lang))

    return router
