"""`/venue`: the venues that a person acts for; searched and paged, since chains have thousands."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from dashboard.api.audience import SIGNED_IN
from dashboard.pages.context import PageContext
from dashboard.pages.days import day_text
from dashboard.pages.site import site_page
from dashboard.pages.venue.view import NOTICES, Done, Language, require_owner_account
from data.clock import day_of
from data.queries.my_venues import count_my_venues, list_my_venues
from geo.names import fold

PATH: Final = "/venue"
PAGE_SIZE: Final = 25
SEARCH_FROM: Final = 10  # fewer venues are seen at a glance


def build_router(context: PageContext) -> APIRouter:
    """The address `/venue`."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH, openapi_extra=SIGNED_IN)
    def list_venues(
        request: Request,
        q: Annotated[str, Query(max_length=100)] = "",
        before: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
        done: Done = "",
        lang: Language = None,
    ) -> Response:
        person = require_owner_account(context, request, lang=lang)
        t = context.door.text_of(request, person, lang)
        folded = fold(q)
        with person.scoped(context.sessions)() as session:
            account_pk = person.actor.account_pk
            total = count_my_venues(session, account_pk)
            found = count_my_venues(session, account_pk, folded=folded) if folded else total
            venues = list_my_venues(
                session,
                account_pk,
                day=day_of(context.now()),
                folded=folded,
                before_pk=before,
                limit=PAGE_SIZE + 1,
            )
        shown = venues[:PAGE_SIZE]
        query = {"q": q} if q else {}
        more = {**query, "before": shown[-1].venue_pk, "lang": t.language} if shown else {}
        return site_page(
            "venue_list.html",
            t=t,
            person=person,
            path=PATH,
            query=query | ({"before": str(before)} if before is not None else {}),
            venues=shown,
            total=total,
            found=found,
            asked=q,
            has_search=total >= SEARCH_FROM or bool(q),
            is_first_page=before is None,
            first_page=f"{PATH}?{urlencode({**query, 'lang': t.language})}",
            next_page=f"{PATH}?{urlencode(more)}" if len(venues) > PAGE_SIZE else "",
            notice=done if done in NOTICES else "",
            day_text=lambda day: day_text(day, t),
        )

    return router
