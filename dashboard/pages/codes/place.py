"""What a QR code opens: `/v/{code}`; and `/v`, where a code is typed by hand."""

from datetime import timedelta
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from checkins.place_codes import (
    Freshness,
    read_code,
    read_screen_mark,
    read_short_code,
)
from dashboard.api.audience import PUBLIC
from dashboard.pages.answers import go_to
from dashboard.pages.context import PageContext
from dashboard.pages.days import moment_text
from dashboard.pages.site import site_page
from dashboard.pages.verification.standing_view import build_standing
from data import clock
from data.queries.place_codes import Place, find_code, find_place
from data.queries.standing import Standing, read_standing
from data.services.accounts.attempts import Limit

UNKNOWN_CODES: Final = Limit(name="unknown-code", most=40, window=timedelta(minutes=10))
LONGEST_TYPED: Final = 60

Language = Annotated[str | None, Query(alias="lang", max_length=8)]
Code = Annotated[str, Path(max_length=LONGEST_TYPED)]
Mark = Annotated[str | None, Query(alias="t", max_length=60)]
Typed = Annotated[str | None, Query(alias="code", max_length=LONGEST_TYPED)]


def build_router(context: PageContext) -> APIRouter:
    """The addresses of places."""
    pages = PlacePages(context)
    router = APIRouter(include_in_schema=False)

    @router.get("/v", openapi_extra=PUBLIC)
    def type_code(request: Request, code: Typed = None, lang: Language = None) -> Response:
        return pages.typed(request, code, lang)

    @router.get("/v/{code}", openapi_extra=PUBLIC)
    def open_code(request: Request, code: Code, t: Mark = None, lang: Language = None) -> Response:
        return pages.open(request, code, t, lang)

    return router


class PlacePages:
    """The public pages of places."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    def typed(self, request: Request, code: str | None, lang: str | None) -> Response:
        """The form for a code; on to the place where one was typed."""
        if code is None or not code.strip():
            return self._form(request, lang, problem="", typed="")
        plain = read_short_code(code) or read_code(code)
        if plain is None:
            return self._form(request, lang, problem="mistyped", typed=code, status_code=422)
        return go_to(self._address(plain, lang))

    def open(self, request: Request, code: str, mark: str | None, lang: str | None) -> Response:
        """The page of a place."""
        if (short_code := read_short_code(code)) is not None:
            return self._open_short(request, code, short_code, lang)
        long_code = read_code(code)
        if long_code is None:
            return self._form(request, lang, problem="unknown", typed=code, status_code=404)
        if long_code != code:
            return go_to(self._address(long_code, lang))
        today = clock.day_of(self._context.now())
        with self._context.sessions() as session:
            place = find_place(session, long_code)
            venue_id = long_code if place is None else place.venue_id
            standing = read_standing(session, venue_id, today)
        if standing is None:
            return self._unknown(request, long_code, lang)
        if place is not None and place.retired_at is not None:
            return self._retired(request, place, lang)
        return self._page(request, standing, place, mark, lang)

    def _open_short(
        self, request: Request, typed: str, short_code: str, lang: str | None
    ) -> Response:
        address = self._context.door.address_of(request)
        attempts = self._context.attempts
        if attempts.count(UNKNOWN_CODES, address) >= UNKNOWN_CODES.most:
            return self._form(request, lang, problem="many", typed=typed, status_code=429)
        with self._context.sessions() as session:
            code = find_code(session, short_code)
        if code is None:
            return self._unknown(request, typed, lang)
        return go_to(self._address(code, lang))

    def _unknown(self, request: Request, typed: str, lang: str | None) -> Response:
        self._context.attempts.take((UNKNOWN_CODES, self._context.door.address_of(request)))
        return self._form(request, lang, problem="unknown", typed=typed, status_code=404)

    def _page(
        self,
        request: Request,
        standing: Standing,
        place: Place | None,
        mark: str | None,
        lang: str | None,
    ) -> Response:
        door = self._context.door
        person = door.find_person(request)
        text = door.text_of(request, person, lang)
        venue = standing.venue
        query = {"t": mark} if mark else {}
        return site_page(
            "place_page.html",
            t=text,
            person=person,
            path=request.url.path,
            query=query,
            venue=venue,
            zone=None if place is None else place.zone_name,
            is_scanned=place is not None,
            screen=self._screen(place, mark),
            reply=standing.reply,
            standing=build_standing(standing, text, today=clock.day_of(self._context.now())),
            report_address=f"/report/{venue.venue_id}?{urlencode({'lang': text.language})}",
            map_address="/?"
            + urlencode(
                {**({"area": venue.area_code} if venue.area_code else {}), "lang": text.language}
            ),
        )

    def _screen(self, place: Place | None, mark: str | None) -> str:
        if place is None or mark is None:
            return ""
        freshness = read_screen_mark(
            self._context.secret,
            place.code,
            mark,
            epoch_s=self._context.now().timestamp(),
        )
        return "" if freshness is Freshness.FRESH else freshness.value

    def _retired(self, request: Request, place: Place, lang: str | None) -> Response:
        door = self._context.door
        person = door.find_person(request)
        retired_at = place.retired_at
        text = door.text_of(request, person, lang)
        return site_page(
            "place_retired.html",
            t=text,
            person=person,
            path=request.url.path,
            status_code=410,
            place=place,
            retired=moment_text(retired_at, text) if retired_at else "",
        )

    def _form(
        self,
        request: Request,
        lang: str | None,
        *,
        problem: str,
        typed: str,
        status_code: int = 200,
    ) -> Response:
        door = self._context.door
        person = door.find_person(request)
        return site_page(
            "place_code.html",
            t=door.text_of(request, person, lang),
            person=person,
            path="/v",
            problem=problem,
            typed=typed,
            status_code=status_code,
        )

    @staticmethod
    def _address(code: str, lang: str | None) -> str:
        return f"/v/{code}?{urlencode({'lang': lang})}" if lang else f"/v/{code}"
