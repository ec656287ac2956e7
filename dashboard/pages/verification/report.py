"""`/report/{venue_id}`: anybody says what they saw in a venue; no name is asked for."""

from datetime import timedelta
from math import ceil
from typing import Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from assessments.appeals import report_due_on
from dashboard.api.audience import PUBLIC
from dashboard.auth.turned_away import TurnedAway
from dashboard.auth.visitor import Visitor
from dashboard.pages.committee.view import Language
from dashboard.pages.context import PageContext
from dashboard.pages.days import day_text
from dashboard.pages.forms import FORM_TYPE, PageForm, read_page_form
from dashboard.pages.site import site_page
from dashboard.pages.uploads import UploadForm, read_upload_form
from dashboard.texts.catalogue import Texts
from data.clock import day_of
from data.errors import ConflictError, InputError, NotFoundError
from data.queries.committee import reference_of
from data.queries.owner_venues import OwnerVenue, read_owner_venue
from data.services.accounts.attempts import Limit
from data.services.assessing.evidence import make_store
from data.services.verification.reports import (
    LONGEST_REPORT,
    WORDS_KEPT_DAYS,
    ReportReason,
    file_report,
)
from data.uploads import IMAGE_TYPES, CleanFile, UploadError, accept_upload

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
PER_ADDRESS: Final = Limit(name="reports_per_address", most=10, window=HOUR)
PER_VENUE_AND_ADDRESS: Final = Limit(name="reports_per_venue", most=2, window=timedelta(hours=24))
# Looser, and for whatever is sent: also a photo that is refused costs the work of looking at it.
TRIES_PER_ADDRESS: Final = Limit(name="report_tries", most=60, window=HOUR)
OF_ALL: Final = Limit(name="reports", most=2_000, window=HOUR)


def build_router(context: PageContext) -> APIRouter:
    """The address `/report/{venue_id}`."""
    router = APIRouter(prefix="/report", include_in_schema=False)
    pages = _ReportPages(context)

    @router.get("/{venue_id}", openapi_extra=PUBLIC)
    def show(request: Request, venue_id: str, lang: Language = None) -> Response:
        t = context.door.text_of(request, None, lang)
        visitor = context.door.visitor(request)
        return pages.show(request, visitor, venue_id, t)

    @router.post("/{venue_id}", openapi_extra=PUBLIC)
    async def send(request: Request, venue_id: str) -> Response:
        is_plain = request.headers.get("content-type", "").startswith(FORM_TYPE)
        upload = (
            UploadForm(form=await read_page_form(request))
            if is_plain
            else await read_upload_form(request)
        )
        return await pages.send(request, venue_id, upload)

    return router


class _ReportPages:
    def __init__(self, context: PageContext) -> None:
        self._context = context

    def show(
        self,
        request: Request,
        visitor: Visitor,
        venue_id: str,
        t: Texts,
        *,
        problem: str = "",
        form: PageForm | None = None,
        wait: timedelta = timedelta(),
        status_code: int = 200,
    ) -> Response:
        """The form, with what was typed and what is wrong with it."""
        venue = self._venue(request, venue_id, t)
        if self._is_closed(venue):
            return self._closed(visitor, venue, t, status_code=status_code)
        page = site_page(
            "report_form.html",
            t=t,
            person=None,
            path=f"/report/{venue_id}",
            csrf=visitor.csrf,
            status_code=status_code,
            venue=venue,
            reasons=[one.value for one in ReportReason],
            longest=LONGEST_REPORT,
            sent=form.fields if form else {},
            problem=problem,
            minutes=ceil(wait / MINUTE),
            hours=ceil(wait / HOUR),
        )
        return visitor.keep(page)

    async def send(self, request: Request, venue_id: str, upload: UploadForm) -> Response:
        """Store a report, or show the form again; off the event loop."""
        return await run_in_threadpool(self._send, request, venue_id, upload)

    def _send(self, request: Request, venue_id: str, upload: UploadForm) -> Response:
        context, form = self._context, upload.form
        t = context.door.text_of(request, None, form.get("lang") or None)
        visitor = context.door.require_visitor(request, form, lang=form.get("lang") or None)
        venue = self._venue(request, venue_id, t)
        is_closed = self._is_closed(venue)
        if is_closed or form.get("reason") not in set(ReportReason):
            status_code = 409 if is_closed else 422
            return self.show(
                request, visitor, venue_id, t, problem="reason", form=form, status_code=status_code
            )
        address = context.door.address_of(request)
        wait = context.attempts.take((TRIES_PER_ADDRESS, address))
        if wait is not None:
            return self._too_often(request, visitor, venue_id, t, form=form, wait=wait)
        try:
            photo = self._photo(upload)
            if len(form.get("words").strip()) > LONGEST_REPORT:
                raise InputError("the words are too long")
            wait = self._count(venue_id, address)
            if wait is not None:
                return self._too_often(request, visitor, venue_id, t, form=form, wait=wait)
            receipt = file_report(
                context.sessions,
                venue_id=venue_id,
                reason=ReportReason(form.get("reason")),
                wording=form.get("words"),
                photo=photo,
                store=make_store() if photo else None,
                at=context.now(),
            )
        except UploadError:
            problem = "photo"
        except ConflictError:
            problem = "closed"  # since we looked at it: the page says so instead of the form
        except InputError:
            problem = "words"
        else:
            page = site_page(
                "report_sent.html",
                t=t,
                person=None,
                path=f"/report/{venue_id}",
                csrf=visitor.csrf,
                venue=venue,
                reference=reference_of(receipt),
                due=day_text(report_due_on(day_of(context.now())), t),
                kept_days=WORDS_KEPT_DAYS,
            )
            return visitor.keep(page)
        return self.show(request, visitor, venue_id, t, problem=problem, form=form, status_code=422)

    def _is_closed(self, venue: OwnerVenue) -> bool:
        return venue.closed_on is not None and day_of(self._context.now()) >= venue.closed_on

    def _closed(
        self, visitor: Visitor, venue: OwnerVenue, t: Texts, *, status_code: int
    ) -> Response:
        """Why nothing can be reported of a closed venue; it counts against no limit."""
        page = site_page(
            "report_closed.html",
            t=t,
            person=None,
            path=f"/report/{venue.venue_id}",
            csrf=visitor.csrf,
            status_code=status_code,
            venue=venue,
            since=day_text(venue.closed_on or day_of(self._context.now()), t),
        )
        return visitor.keep(page)

    def _count(self, venue_id: str, address: str) -> timedelta | None:
        """Count a report that is about to be stored; one that a limit refuses uses up no other.

        Before it is stored: reports side by side cannot slip through together.
        """
        for limit in (
            (PER_VENUE_AND_ADDRESS, f"{venue_id} {address}"),
            (PER_ADDRESS, address),
            (OF_ALL, ""),
        ):
            wait = self._context.attempts.take(limit)
            if wait is not None:
                return wait
        return None

    def _too_often(
        self,
        request: Request,
        visitor: Visitor,
        venue_id: str,
        t: Texts,
        *,
        form: PageForm,
        wait: timedelta,
    ) -> Response:
        return self.show(
            request,
            visitor,
            venue_id,
            t,
            problem="often" if wait <= HOUR else "often_hours",
            form=form,
            wait=wait,
            status_code=429,
        )

    def _photo(self, upload: UploadForm) -> CleanFile | None:
        """The photo made anew; None where none was sent.

        Raises:
            UploadError: It is no photo that we take.
        """
        data = upload.files.get("photo")
        return accept_upload(data, kinds=IMAGE_TYPES) if data else None

    def _venue(self, request: Request, venue_id: str, t: Texts) -> OwnerVenue:
        try:
            with self._context.sessions() as session:
                return read_owner_venue(session, venue_id)
        except NotFoundError:
            raise TurnedAway(
                self._context.door.refusal(request, "missing", 404, lang=t.language)
            ) from None
