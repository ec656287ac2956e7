"""`/verify`: the number of a certificate, typed by hand."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from checkins.place_codes import read_code
from dashboard.api.audience import PUBLIC
from dashboard.pages.answers import go_to
from dashboard.pages.context import PageContext
from dashboard.pages.site import site_page

LONGEST_TYPED: Final = 60

Language = Annotated[str | None, Query(alias="lang", max_length=8)]
Typed = Annotated[str, Query(alias="number", max_length=LONGEST_TYPED)]


def build_router(context: PageContext) -> APIRouter:
    """The address `/verify`."""
    router = APIRouter(include_in_schema=False)
    door = context.door

    @router.get("/verify", openapi_extra=PUBLIC)
    def type_number(request: Request, number: Typed = "", lang: Language = None) -> Response:
        code = read_code(number)
        person = door.find_person(request)
        t = door.text_of(request, person, lang)
        if code is not None:
            return go_to(f"/verify/{code}?{urlencode({'lang': t.language})}")
        is_mistyped = bool(number.strip())
        return site_page(
            "verify_form.html",
            t=t,
            person=person,
            path="/verify",
            status_code=422 if is_mistyped else 200,
            typed=number,
            is_mistyped=is_mistyped,
            longest=LONGEST_TYPED,
        )

    return router
