"""All server-rendered pages, in one list."""

from collections.abc import Callable, Sequence
from typing import Final

from fastapi import APIRouter

from dashboard.pages import privacy
from dashboard.pages.account import deletion as account_deletion
from dashboard.pages.account import own_second as account_own_second
from dashboard.pages.account import page as account_page
from dashboard.pages.account import password as account_password
from dashboard.pages.account import recovery as account_recovery
from dashboard.pages.account import register as account_register
from dashboard.pages.account import second as account_second
from dashboard.pages.account import set_up as account_set_up
from dashboard.pages.account import sign_in as account_sign_in
from dashboard.pages.assess import routes as assess
from dashboard.pages.bulk import routes as bulk
from dashboard.pages.certificates import certificate, verify, verify_form
from dashboard.pages.codes import place, posters, screen
from dashboard.pages.codes import routes as codes
from dashboard.pages.committee import appeal as committee_appeal
from dashboard.pages.committee import queue as committee_queue
from dashboard.pages.committee import review as committee_review
from dashboard.pages.committee import venue as committee_venue
from dashboard.pages.context import PageContext
from dashboard.pages.venue import pages as venue_pages
from dashboard.pages.verification import owner as verification
from dashboard.pages.verification import report

BUILDERS: Final[Sequence[Callable[[PageContext], APIRouter]]] = (
    account_sign_in.build_router,
    account_register.build_router,
    account_password.build_router,
    account_second.build_router,
    account_set_up.build_router,
    account_page.build_router,
    account_own_second.build_router,
    account_recovery.build_router,
    account_deletion.build_router,
    assess.build_router,
    bulk.build_router,
    certificate.build_router,
    codes.build_router,
    place.build_router,
    posters.build_router,
    screen.build_router,
    verify.build_router,
    verify_form.build_router,
    committee_appeal.build_router,
    committee_queue.build_router,
    committee_review.build_router,
    committee_venue.build_router,
    report.build_router,
    privacy.build_router,
    verification.build_router,
    # Last: the desk's address `/venue/{venue_id}` is a pattern that others below `/venue` match.
    venue_pages.build_router,
)


def build_page_routers(context: PageContext) -> list[APIRouter]:
    """The routers of all pages."""
    return [build(context) for build in BUILDERS]
