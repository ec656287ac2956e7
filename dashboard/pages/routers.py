"""All server-rendered pages, in one list."""

from collections.abc import Callable, Sequence
from typing import Final

from fastapi import APIRouter

from dashboard.pages import (
    account_own_second,
    account_page,
    account_password,
    account_register,
    account_second,
    account_set_up,
    account_sign_in,
    assess,
    bulk,
    certificate,
    codes,
    committee_appeal,
    committee_queue,
    committee_review,
    committee_venue,
    place,
    posters,
    report,
    screen,
    venue_pages,
    verification,
    verify,
)
from dashboard.pages.context import PageContext

BUILDERS: Final[Sequence[Callable[[PageContext], APIRouter]]] = (
    account_sign_in.build_router,
    account_register.build_router,
    account_password.build_router,
    account_second.build_router,
    account_set_up.build_router,
    account_page.build_router,
    account_own_second.build_router,
    assess.build_router,
    bulk.build_router,
    certificate.build_router,
    codes.build_router,
    place.build_router,
    posters.build_router,
    screen.build_router,
    verify.build_router,
    committee_appeal.build_router,
    committee_queue.build_router,
    committee_review.build_router,
    committee_venue.build_router,
    report.build_router,
    verification.build_router,
    # Last: the desk's address `/venue/{venue_id}` is a pattern that others below `/venue` match.
    venue_pages.build_router,
)


def build_page_routers(context: PageContext) -> list[APIRouter]:
    """The routers of all pages."""
    return [build(context) for build in BUILDERS]
