"""`/venue/claim`: a one-time key makes whoever signs in the owner or editor of a venue.

The key moves from the address into a cookie of this page alone, so that it
stays in no history and no referrer.
"""

from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from dashboard.api.audience import PUBLIC, SIGNED_IN
from dashboard.auth.person import Person
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form, PageForm
from dashboard.pages.site import site_page
from dashboard.pages.venue.view import Language, redirect
from data.services.venues.venue_claims import ClaimError, ClaimOffer, read_claim, use_claim

COOKIE: Final = "antoan_claim"
PATH: Final = "/venue/claim"
COOKIE_SECONDS: Final = 2 * 3600  # time enough to register

Key = Annotated[str | None, Query(max_length=200)]


def build_router(context: PageContext) -> APIRouter:
    """The address `/venue/claim`."""
    page = ClaimPage(context=context)
    router = APIRouter(include_in_schema=False)

    @router.get(PATH, openapi_extra=PUBLIC)
    def open_claim(request: Request, key: Key = None, lang: Language = None) -> Response:
        return page.open(request, key=key, lang=lang)

    @router.post(PATH, openapi_extra=SIGNED_IN)
    def accept_claim(request: Request, form: Form, lang: Language = None) -> Response:
        return page.accept(request, form, lang=lang)

    return router


@dataclass(frozen=True, kw_only=True)
class ClaimPage:
    """Shows what a key offers, and takes it."""

    context: PageContext

    def open(self, request: Request, *, key: str | None, lang: str | None) -> Response:
        """Move the key out of the address, then show the venue that it opens."""
        if key is not None:
            return self._keep_key(key, lang)
        person = self.context.door.find_person(request)
        try:
            offer = read_claim(
                self.context.sessions, request.cookies.get(COOKIE, ""), at=self.context.now()
            )
        except ClaimError as error:
            return self._refuse(request, person, error, lang)
        return self._show(request, person, offer, lang)

    def accept(self, request: Request, form: PageForm, *, lang: str | None) -> Response:
        """Make the person who is signed in what the key says, and open the venue's desk."""
        person = self.context.door.require_person(request, form, lang=lang)
        try:
            venue_id = use_claim(
                self.context.sessions,
                request.cookies.get(COOKIE, ""),
                person.actor,
                at=self.context.now(),
            )
        except ClaimError as error:
            return self._refuse(request, person, error, lang)
        response = redirect(f"/venue/{venue_id}", done="claimed", lang=lang)
        return self._forget_key(response)

    def _keep_key(self, key: str, lang: str | None) -> Response:
        address = f"{PATH}?{urlencode({'lang': lang})}" if lang else PATH
        response = RedirectResponse(
            address,
            status_code=303,
            headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
        )
        response.set_cookie(
            COOKIE,
            # Keys are plain letters; anything else opens nothing and is no cookie's value.
            key if key.isascii() and key.isprintable() else "",
            max_age=COOKIE_SECONDS,
            path=PATH,
            secure=self.context.door.is_https,
            httponly=True,
            samesite="lax",
        )
        return response

    def _forget_key(self, response: Response) -> Response:
        response.delete_cookie(
            COOKIE, path=PATH, secure=self.context.door.is_https, httponly=True, samesite="lax"
        )
        return response

    def _show(
        self, request: Request, person: Person | None, offer: ClaimOffer, lang: str | None
    ) -> Response:
        t = self.context.door.text_of(request, person, lang)
        query = urlencode({"next": PATH, "lang": t.language})
        return site_page(
            "venue_claim.html",
            t=t,
            person=person,
            path=PATH,
            offer=offer,
            sign_in=f"/sign-in?{query}",
            register=f"/register?{query}",
        )

    def _refuse(
        self, request: Request, person: Person | None, error: ClaimError, lang: str | None
    ) -> Response:
        response = site_page(
            "venue_message.html",
            t=self.context.door.text_of(request, person, lang),
            person=person,
            path=PATH,
            kind=f"claim.{error.reason}",
            status_code=403,
        )
        # Who signed in with the wrong account may still use the key with another.
        return response if error.reason == "not_for_account" else self._forget_key(response)
