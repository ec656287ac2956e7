"""The addresses of the assessment page: opened by a signed link, works without JavaScript."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session, sessionmaker

from dashboard.auth.turned_away import TurnedAway
from dashboard.pages.assess_form import AssessForm, BadFormError, read_form
from dashboard.pages.assess_owner import OwnerDoor
from dashboard.pages.assess_pages import AssessPages
from dashboard.pages.templates import PRIVATE_HEADERS
from data import clock
from data.services.owner_links import DEFAULT_MAX_AGE_S

Language = Annotated[str | None, Query(alias="lang", max_length=8)]
Key = Annotated[str | None, Query(max_length=500)]
Receipt = Annotated[str, Query(max_length=64)]


async def _form_of(request: Request) -> AssessForm | None:
    try:
        return await read_form(request)
    except BadFormError:
        return None


Form = Annotated[AssessForm | None, Depends(_form_of)]


def build_router(
    *,
    sessions: sessionmaker[Session],
    secret: str,
    is_https: bool = False,
    link_max_age_s: int = DEFAULT_MAX_AGE_S,
    now: Callable[[], datetime] = clock.now,
) -> APIRouter:
    """The addresses `/venue/{venue_id}/assess…`.

    Args:
        sessions: Sessions on the site's database.
        secret: The site's signing secret.
        is_https: Whether people reach the site by HTTPS; the cookie then demands it.
        link_max_age_s: Seconds for which an owner link opens the page.
        now: The clock.
    """
    door = OwnerDoor(sessions=sessions, secret=secret, is_https=is_https, max_age_s=link_max_age_s)
    pages = AssessPages(sessions=sessions, door=door, now=now)
    router = APIRouter(prefix="/venue/{venue_id}/assess", include_in_schema=False)

    @router.get("")
    def open_form(
        request: Request,
        venue_id: str,
        key: Key = None,
        lang: Language = None,
        answers: Annotated[str | None, Query(max_length=8)] = None,
    ) -> Response:
        if key is not None:
            return _answer(lambda: door.keep_key(venue_id, key, lang))
        return _answer(lambda: pages.open(request, venue_id, lang=lang, use_last=answers == "last"))

    @router.post("")
    def send_form(request: Request, venue_id: str, form: Form) -> Response:
        return _answer(lambda: pages.send(request, venue_id, form)) if form else _bad_form()

    @router.post("/score")
    def score_form(request: Request, venue_id: str, form: Form) -> Response:
        return _answer(lambda: pages.score(request, venue_id, form)) if form else _bad_form()

    @router.get("/result")
    def show_result(
        request: Request, venue_id: str, receipt: Receipt = "", lang: Language = None
    ) -> Response:
        return _answer(lambda: pages.result(request, venue_id, receipt=receipt, lang=lang))

    return router


def _answer(make: Callable[[], Response]) -> Response:
    try:
        return make()
    except TurnedAway as turned:
        return turned.response


def _bad_form() -> Response:
    return Response(status_code=400, headers=dict(PRIVATE_HEADERS))
