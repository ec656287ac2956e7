"""All pages of venues' staff, in the order in which their addresses are tried."""

from fastapi import APIRouter

from dashboard.pages import venue_claim, venue_desk, venue_list
from dashboard.pages.context import PageContext


def build_router(context: PageContext) -> APIRouter:
    """The addresses below `/venue` that are not another module's.

    Put it behind every other page below `/venue`: the desk's address is a
    pattern that `/venue/bulk` would match too.
    """
    router = APIRouter()
    for build in (venue_list.build_router, venue_claim.build_router, venue_desk.build_router):
        router.include_router(build(context))
    return router
