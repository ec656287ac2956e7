"""The screen at the door: shows a place's QR code and exchanges it every two minutes.

The device fetches the codes of the next hour at once, so that the screen goes
on when its connection is lost, and says so. What it shows is the place's own
address with a mark that is signed for two minutes: a photo of it is told
from the screen itself when it is opened later.
"""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from checkins.place_codes import STEP_S, grouped, screen_mark, step_of
from dashboard.api.audience import PUBLIC
from dashboard.auth.door import Door
from dashboard.documents.qr import QrSymbol, make_qr, packed_rows, qr_svg
from dashboard.pages.answers import go_to
from dashboard.pages.codes.files import place_address
from dashboard.pages.codes.screen_keys import read_screen_key
from dashboard.pages.context import PageContext
from dashboard.pages.site import site_page
from dashboard.pages.templates import PRIVATE_HEADERS
from data.queries.place_codes import Place, find_place

COOKIE: Final = "antoan_screen"
COOKIE_AGE_S: Final = 400 * 24 * 3600
STEPS_AHEAD: Final = 30  # an hour without a connection

Language = Annotated[str | None, Query(alias="lang", max_length=8)]


def build_router(context: PageContext) -> APIRouter:
    """The addresses `/screen…`."""
    screens = Screens(context)
    router = APIRouter(prefix="/screen", include_in_schema=False)

    @router.get("", openapi_extra=PUBLIC)
    def show(
        request: Request,
        key: Annotated[str | None, Query(max_length=200)] = None,
        lang: Language = None,
    ) -> Response:
        return screens.keep_key(key, lang) if key is not None else screens.show(request, lang)

    @router.get("/codes", openapi_extra=PUBLIC)
    def codes(
        request: Request,
        after: Annotated[int, Query(ge=-1, le=2**53)] = -1,
    ) -> Response:
        return screens.codes(request, after)

    return router


class Screens:
    """Screens of places, each opened by the key in its device's cookie."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    def keep_key(self, key: str, lang: str | None) -> Response:
        """Put the key into the device's cookie and take it out of the address."""
        response = go_to("/screen" + (f"?{urlencode({'lang': lang})}" if lang else ""))
        if read_screen_key(self._context.secret, key) is None:
            return response
        response.set_cookie(
            COOKIE,
            key,
            max_age=COOKIE_AGE_S,
            path="/screen",
            secure=self._context.settings.is_https,
            httponly=True,
            samesite="strict" if self._context.settings.is_https else "lax",
        )
        return response

    def show(self, request: Request, lang: str | None) -> Response:
        """The page: the code of now is in it, so that it also works without JavaScript."""
        door: Door = self._context.door
        text = door.text_of(request, None, lang)
        place = self._place(request)
        if place is None:
            return site_page(
                "codes_screen_off.html",
                t=text,
                person=None,
                path="/screen",
                status_code=403,
            )
        step = step_of(self._context.now().timestamp())
        return site_page(
            "codes_screen.html",
            t=text,
            person=None,
            path="/screen",
            place=place,
            picture=qr_svg(self._symbol(place, step), title=text("codes.screen.alt")),
            short_code=grouped(place.short_code),
            step_s=STEP_S,
        )

    def codes(self, request: Request, after: int) -> Response:
        """The codes of the next hour as modules: `items` of size and rows, from `first_step` on.

        Args:
            request: With the screen's cookie.
            after: The last step that the device has; only later ones are drawn. Devices ask
                every minute, and a code takes some milliseconds to draw.
        """
        place = self._place(request)
        if place is None:
            return JSONResponse({}, status_code=403, headers=dict(PRIVATE_HEADERS))
        now_s = self._context.now().timestamp()
        now_step = step_of(now_s)
        end = now_step + STEPS_AHEAD
        # A device whose codes are of another time, after its clock or ours was set, gets all.
        first = after + 1 if now_step <= after + 1 <= end else now_step
        symbols = [self._symbol(place, step) for step in range(first, end)]
        content: dict[str, Any] = {
            "now": round(now_s * 1000),
            "step_s": STEP_S,
            "first_step": first,
            "items": [[symbol.size, packed_rows(symbol)] for symbol in symbols],
        }
        return JSONResponse(content, headers=dict(PRIVATE_HEADERS))

    def _symbol(self, place: Place, step: int) -> QrSymbol:
        mark = screen_mark(self._context.secret, place.code, step)
        address = place_address(self._context.settings.public_url, place)
        return make_qr(f"{address}?t={mark}", error="m")

    def _place(self, request: Request) -> Place | None:
        code = read_screen_key(self._context.secret, request.cookies.get(COOKIE, ""))
        if code is None:
            return None
        with self._context.sessions() as session:
            place = find_place(session, code)
        return None if place is None or place.retired_at is not None else place
