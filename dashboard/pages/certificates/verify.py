"""What a certificate's QR code opens, and the badge of a venue: from the database alone."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from assessments.certificates import CertificateState
from assessments.trust import Trust
from checkins.place_codes import grouped, read_code
from dashboard.api.audience import PUBLIC
from dashboard.documents.badge import Badge
from dashboard.pages.answers import NO_PAGE_POLICY, go_to
from dashboard.pages.certificates.view import badge_of, badge_picture, explanation, words_of
from dashboard.pages.context import PageContext
from dashboard.pages.days import day_text
from dashboard.pages.set_words import trust_text
from dashboard.pages.site import site_page
from dashboard.texts.catalogue import language_of, texts
from data import clock
from data.queries.certificates import (
    find_certificate,
    find_newest_certificate,
    find_newest_submission,
)
from data.queries.place_codes import find_venue_pk
from data.queries.trust import read_trust

BADGE_CACHE: Final = "public, max-age=300, stale-while-revalidate=60"

Language = Annotated[str | None, Query(alias="lang", max_length=8)]
CertificateId = Annotated[str, Path(max_length=60)]
# Changes nothing but the address: a page that knows of a new picture passes the kept one by.
Version = Annotated[str, Query(max_length=40)]
VenueId = Annotated[str, Path(pattern=r"^[0-9A-Za-z]{1,32}$")]


def build_router(context: PageContext) -> APIRouter:
    """The addresses `/verify/{certificate_id}` and `/badge/{venue_id}.svg`."""
    pages = VerifyPages(context)
    router = APIRouter(include_in_schema=False)

    @router.get("/verify/{certificate_id}", openapi_extra=PUBLIC)
    def verify(request: Request, certificate_id: CertificateId, lang: Language = None) -> Response:
        return pages.verify(request, certificate_id, lang)

    @router.get("/badge/{venue_id}.svg", openapi_extra=PUBLIC)
    def badge(
        request: Request, venue_id: VenueId, lang: Language = None, v: Version = ""
    ) -> Response:
        return pages.badge(request, venue_id, lang)

    return router


class VerifyPages:
    """The public pages about certificates."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    def verify(self, request: Request, certificate_id: str, lang: str | None) -> Response:
        """What a certificate says and whether it holds."""
        code = read_code(certificate_id)
        if code is not None and code != certificate_id:
            query = f"?{urlencode({'lang': lang})}" if lang else ""
            return go_to(f"/verify/{code}{query}")
        today = clock.day_of(self._context.now())
        with self._context.sessions() as session:
            record = None if code is None else find_certificate(session, code)
            grade = None
            if record is not None:
                grade = read_trust(session, record.submission.venue_pk, today).trust
        door = self._context.door
        person = door.find_person(request)
        text = door.text_of(request, person, lang)
        if record is None:
            return site_page(
                "verify_unknown.html",
                t=text,
                person=person,
                path=request.url.path,
                status_code=404,
            )
        state = record.state_on(today)
        submission = record.submission
        return site_page(
            "verify_page.html",
            t=text,
            person=person,
            path=request.url.path,
            record=record,
            submission=submission,
            state=state.value,
            is_contested=state is CertificateState.VALID and grade is Trust.CONTESTED,
            explanation=explanation(record, today, text),
            words=words_of(submission, text),
            trust=trust_text(grade or Trust.EXPIRED, text),
            number=grouped(record.certificate_id),
            submitted_on=day_text(clock.day_of(submission.submitted_at), text),
            valid_until=day_text(submission.valid_until, text),
            issued_on=day_text(clock.day_of(record.issued_at), text),
            venue_address=f"/v/{submission.venue_id}?{urlencode({'lang': text.language})}",
        )

    def badge(self, request: Request, venue_id: str, lang: str | None) -> Response:
        """The badge as other sites show it; the same picture for everybody, for some minutes."""
        today = clock.day_of(self._context.now())
        with self._context.sessions() as session:
            venue_pk = find_venue_pk(session, venue_id)
            is_known = venue_pk is not None
            if venue_pk is not None:
                badge = badge_of(
                    find_newest_certificate(session, venue_id),
                    find_newest_submission(session, venue_id),
                    day=today,
                    trust=read_trust(session, venue_pk, today).trust,
                )
            else:
                badge = Badge(state="unknown")
        body, mark = badge_picture(badge, texts(language_of(lang)))
        tag = f'"{mark}"'
        headers = {
            "ETag": tag,
            "Cache-Control": BADGE_CACHE,
            "Content-Security-Policy": NO_PAGE_POLICY,
            # Shown by pages of other sites, also those that ask every picture for its consent.
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Access-Control-Allow-Origin": "*",
        }
        if is_known and tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(
            body,
            status_code=200 if is_known else 404,
            media_type="image/svg+xml",
            headers=headers,
        )
