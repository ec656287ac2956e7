"""All server-rendered pages, in one list."""

from collections.abc import Callable, Sequence
from typing import Final

from fastapi import APIRouter

from dashboard.pages import account_password, account_register, account_sign_in, venue_pages
from dashboard.pages.context import PageContext

BUILDERS: Final[Sequence[Callable[[PageContext], APIRouter]]] = (
    account_sign_in.build_router,
    account_register.build_router,
    account_password.build_router,
    # Last: the desk's address `/venue/{venue_id}` is a pattern that others below `/venue` match.
    venue_pages.build_router,
)


def build_page_routers(context: PageContext) -> list[APIRouter]:
    """The routers of all pages."""
    return [build(context) for build in BUILDERS]
