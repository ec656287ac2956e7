"""An owner's certificate: issued on demand, printed, and shown as a badge elsewhere."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from markupsafe import escape

from assessments.certificates import CertificateState
from assessments.trust import Trust
from dashboard.api.audience import VENUE_STAFF
from dashboard.auth.person import Person
from dashboard.auth.turned_away import TurnedAway
from dashboard.documents.certificate import build_certificate
from dashboard.pages.answers import download, go_to
from dashboard.pages.certificates.view import (
    badge_of,
    badge_picture,
    certificate_page,
    explanation,
    words_of,
)
from dashboard.pages.context import PageContext
from dashboard.pages.days import day_text
from dashboard.pages.forms import Form, PageForm
from dashboard.pages.set_words import trust_text
from dashboard.pages.site import site_page
from dashboard.texts.catalogue import Texts
from data import clock
from data.queries.certificates import (
    CertificateRecord,
    CertifiedSubmission,
    find_newest_certificate,
    find_newest_submission,
)
from data.queries.owner_venues import OwnerVenue
from data.queries.trust import read_trust
from data.services.codes.certificates import NoCertificateError, issue, why_no_certificate
from geo.names import fold

Language = Annotated[str | None, Query(alias="lang", max_length=8)]
VenueId = Annotated[str, Path(pattern=r"^[0-9A-Za-z]{1,32}$")]


def build_router(context: PageContext) -> APIRouter:
    """The addresses `/venue/{venue_id}/certificate…`."""
    pages = CertificatePages(context)
    router = APIRouter(prefix="/venue/{venue_id}", include_in_schema=False)

    @router.get("/certificate", openapi_extra=VENUE_STAFF)
    def show(
        request: Request,
        venue_id: VenueId,
        done: Annotated[str, Query(max_length=20)] = "",
        lang: Language = None,
    ) -> Response:
        return pages.show(request, venue_id, is_issued=done == "issued", lang=lang)

    @router.post("/certificate", openapi_extra=VENUE_STAFF)
    def ask(request: Request, venue_id: VenueId, form: Form) -> Response:
        return pages.issue(request, venue_id, form)

    @router.get("/certificate.pdf", openapi_extra=VENUE_STAFF)
    def paper(request: Request, venue_id: VenueId) -> Response:
        return pages.paper(request, venue_id)

    return router


class CertificatePages:
    """The page's requests."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    def show(
        self, request: Request, venue_id: str, *, is_issued: bool, lang: str | None
    ) -> Response:
        """The newest certificate with its state, or what stands in the way of one."""
        person, venue = self._context.door.require_venue(request, venue_id, lang=lang)
        text = self._context.door.text_of(request, person, lang)
        return self._page(person, venue, text, is_issued=is_issued)

    def issue(self, request: Request, venue_id: str, form: PageForm) -> Response:
        """Issue the certificate of the newest submission."""
        door = self._context.door
        lang = form.get("lang") or None
        person, venue = door.require_venue(request, venue_id, form, needs="owner", lang=lang)
        text = door.text_of(request, person, lang)
        try:
            issue(
                person.scoped(self._context.sessions),
                venue_id=venue_id,
                actor=person.actor,
                at=self._context.now(),
            )
        except NoCertificateError:
            return self._page(person, venue, text, status_code=409)
        return go_to(f"/venue/{venue_id}/certificate?done=issued&lang={text.language}")

    def paper(self, request: Request, venue_id: str) -> Response:
        """The newest certificate as PDF, while it holds."""
        door = self._context.door
        person, _ = door.require_venue(request, venue_id)
        now = self._context.now()
        _, record, trust = self._read(person, venue_id)
        if record is None or record.state_on(clock.day_of(now)) is not CertificateState.VALID:
            raise TurnedAway(door.refusal(request, "missing", 404, person=person))
        page = certificate_page(record, trust=trust, address=self._verify_address(record))
        slug = "-".join(fold(record.submission.name).split())[:60]
        return download(
            build_certificate(page, made_at=now),
            media_type="application/pdf",
            name=f"certificate-{slug}.pdf",
        )

    def _read(
        self, person: Person, venue_id: str
    ) -> tuple[CertifiedSubmission | None, CertificateRecord | None, Trust]:
        today = clock.day_of(self._context.now())
        with person.scoped(self._context.sessions)() as session:
            submission = find_newest_submission(session, venue_id)
            if submission is None:
                return None, None, Trust.EXPIRED
            trust = read_trust(session, submission.venue_pk, today).trust
            return (
                submission,
                find_newest_certificate(session, venue_id),
                trust or Trust.EXPIRED,
            )

    def _page(
        self,
        person: Person,
        venue: OwnerVenue,
        text: Texts,
        *,
        is_issued: bool = False,
        status_code: int = 200,
    ) -> Response:
        submission, record, trust = self._read(person, venue.venue_id)
        today = clock.day_of(self._context.now())
        state = None if record is None else record.state_on(today)
        _, mark = badge_picture(badge_of(record, submission, day=today, trust=trust), text)
        is_valid = state is CertificateState.VALID
        is_current = is_valid or state is CertificateState.WITHDRAWN
        return site_page(
            "certificate_page.html",
            t=text,
            person=person,
            path=f"/venue/{venue.venue_id}/certificate",
            status_code=status_code,
            venue=venue,
            is_issued=is_issued,
            why=None if is_valid else why_no_certificate(submission, record, today),
            record=record,
            state="" if state is None else state.value,
            is_valid=is_valid,
            is_current=is_current,
            is_contested=is_valid and trust is Trust.CONTESTED,
            explanation="" if record is None else explanation(record, today, text),
            words=None if submission is None else words_of(submission, text),
            submission=submission,
            submitted_on=(
                "" if submission is None else day_text(clock.day_of(submission.submitted_at), text)
            ),
            valid_until="" if submission is None else day_text(submission.valid_until, text),
            trust=trust_text(trust, text),
            verify_address="" if record is None else f"/verify/{record.certificate_id}",
            badge_address=f"/badge/{venue.venue_id}.svg?lang={text.language}&v={mark}",
            snippet=self._snippet(venue, text),
        )

    def _verify_address(self, record: CertificateRecord) -> str:
        base = self._context.settings.public_url.rstrip("/")
        return f"{base}/verify/{record.certificate_id}"

    def _snippet(self, venue: OwnerVenue, text: Texts) -> str:
        """What an owner pastes into a page: a link around the badge, without script."""
        base = self._context.settings.public_url.rstrip("/")
        query = f"lang={text.language}"
        alt = escape(f"{text('certificate.badge.label')}: {venue.name}")
        return (
            f'<a href="{base}/v/{venue.venue_id}?{query}">'
            f'<img src="{base}/badge/{venue.venue_id}.svg?{query}" height="28" alt="{alt}"></a>'
        )
