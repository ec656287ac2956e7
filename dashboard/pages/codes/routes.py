"""An owner's codes: posters, zones, renewal, and the screen at the door."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from dashboard.api.audience import VENUE_STAFF
from dashboard.pages.codes.files import CodeFiles
from dashboard.pages.codes.pages import CodePages
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form

Language = Annotated[str | None, Query(alias="lang", max_length=8)]
VenueId = Annotated[str, Path(pattern=r"^[0-9A-Za-z]{1,32}$")]
ZoneKey = Annotated[int | None, Query(alias="zone", ge=1, le=2**62)]
PaperSize = Annotated[str, Query(alias="paper", pattern="^a[45]$")]


def build_router(context: PageContext) -> APIRouter:
    """The addresses `/venue/{venue_id}/codes…`."""
    pages, code_files = CodePages(context), CodeFiles(context)
    router = APIRouter(prefix="/venue/{venue_id}/codes", include_in_schema=False)

    @router.get("", openapi_extra=VENUE_STAFF)
    def show(
        request: Request,
        venue_id: VenueId,
        done: Annotated[str, Query(max_length=20)] = "",
        lang: Language = None,
    ) -> Response:
        return pages.show(request, venue_id, done=done, lang=lang)

    @router.post("/zones", openapi_extra=VENUE_STAFF)
    def add_zone(request: Request, venue_id: VenueId, form: Form) -> Response:
        return pages.add_zone(request, venue_id, form)

    @router.get("/change", openapi_extra=VENUE_STAFF)
    def ask_change(
        request: Request,
        venue_id: VenueId,
        do: Annotated[str, Query(pattern="^(renew|remove)$")] = "renew",
        zone: ZoneKey = None,
        lang: Language = None,
    ) -> Response:
        return pages.ask(request, venue_id, do=do, zone_pk=zone, lang=lang)

    @router.post("/change", openapi_extra=VENUE_STAFF)
    def change(request: Request, venue_id: VenueId, form: Form) -> Response:
        return pages.change(request, venue_id, form)

    @router.get("/poster.pdf", openapi_extra=VENUE_STAFF)
    def poster(
        request: Request,
        venue_id: VenueId,
        paper: PaperSize = "a4",
        zone: ZoneKey = None,
        all_places: Annotated[bool, Query(alias="all")] = False,
    ) -> Response:
        return code_files.poster(request, venue_id, paper=paper, zone_pk=zone, is_all=all_places)

    @router.get("/qr.{kind}", openapi_extra=VENUE_STAFF)
    def picture(
        request: Request,
        venue_id: VenueId,
        kind: Annotated[str, Path(pattern="^(png|svg)$")],
        zone: ZoneKey = None,
    ) -> Response:
        return code_files.picture(request, venue_id, kind=kind, zone_pk=zone)

    return router
