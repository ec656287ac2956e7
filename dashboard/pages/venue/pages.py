"""All pages of venues' staff, in the order in which their addresses are tried."""

from typing import Final

from fastapi import APIRouter

from dashboard.pages.context import PageContext
from dashboard.pages.venue import ask as venue_ask
from dashboard.pages.venue import claim as venue_claim
from dashboard.pages.venue import desk as venue_desk
from dashboard.pages.venue import edit as venue_edit
from dashboard.pages.venue import life as venue_life
from dashboard.pages.venue import list as venue_list
from dashboard.pages.venue import move as venue_move
from dashboard.pages.venue import new as venue_new
from dashboard.pages.venue import place as venue_place
from dashboard.pages.venue import requests as venue_requests
from dashboard.pages.venue import staff as venue_staff

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
