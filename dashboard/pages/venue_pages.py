"""All pages of venues' staff, in the order in which their addresses are tried."""

from typing import Final

from fastapi import APIRouter

from dashboard.pages import (
    venue_ask,
    venue_claim,
    venue_desk,
    venue_edit,
    venue_life,
    venue_list,
    venue_move,
    venue_new,
    venue_place,
    venue_requests,
    venue_staff,
)
from dashboard.pages.context import PageContext

PAGES: Final = (
    venue_list,
    venue_new,
    venue_place,
    venue_ask,
    venue_claim,
    venue_requests,
    venue_edit,
    venue_move,
    venue_life,
    venue_staff,
    venue_desk,
)


def build_router(context: PageContext) -> APIRouter:
    """The addresses below `/venue` that are not another module's.

    Put it behind every other page below `/venue`: the desk's address is a
    pattern that `/venue/bulk` would match too.
    """
    router = APIRouter()
    for page in PAGES:
        router.include_router(page.build_router(context))
    return router
