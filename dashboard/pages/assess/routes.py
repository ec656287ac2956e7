"""The addresses of the assessment, of its evidence, its results and their history."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from dashboard.api.audience import VENUE_STAFF
from dashboard.pages.assess.evidence import send_evidence, send_removal, show_evidence
from dashboard.pages.assess.history import show_comparison, show_history, show_result
from dashboard.pages.assess.review import send_discard, send_fill, send_review, show_review
from dashboard.pages.assess.saving import SentAnswers, save_sent, show_changes
from dashboard.pages.assess.steps import send_step, show_step
from dashboard.pages.assess.visit import require_visit
from dashboard.pages.context import PageContext
from dashboard.pages.forms import Form
from dashboard.pages.uploads import Upload

Language = Annotated[str | None, Query(alias="lang", max_length=8)]
Step = Annotated[str, Query(max_length=64)]
Number = Annotated[int, Query(ge=1, le=2**62)]
Since = Annotated[int, Query(ge=-1, le=2**62)]


def build_router(context: PageContext) -> APIRouter:
    """The addresses `/venue/{venue_id}/assess…`, `/evidence…`, `/history` and `/compare`."""
    router = APIRouter(prefix="/venue/{venue_id}", include_in_schema=False, redirect_slashes=False)
    _add_draft_routes(router, context)
    _add_evidence_routes(router, context)
    _add_result_routes(router, context)
    return router


def _add_draft_routes(router: APIRouter, context: PageContext) -> None:
    @router.get("/assess", openapi_extra=VENUE_STAFF)
    def open_step(
        request: Request, venue_id: str, step: Step = "", lang: Language = None
    ) -> Response:
        return show_step(require_visit(context, request, venue_id, lang=lang), step)

    @router.post("/assess", openapi_extra=VENUE_STAFF)
    def save_step(request: Request, venue_id: str, form: Form) -> Response:
        return send_step(require_visit(context, request, venue_id, form), form)

    @router.post("/assess/answers", openapi_extra=VENUE_STAFF)
    def save_answers(
        request: Request, venue_id: str, sent: SentAnswers, lang: Language = None
    ) -> Response:
        return save_sent(require_visit(context, request, venue_id, lang=lang), sent)

    @router.get("/assess/draft", openapi_extra=VENUE_STAFF)
    def read_changes(
        request: Request,
        venue_id: str,
        draft: Step = "",
        since: Since = -1,
        lang: Language = None,
    ) -> Response:
        visit = require_visit(context, request, venue_id, lang=lang)
        return show_changes(visit, draft_key=draft, since=since)

    @router.post("/assess/discard", openapi_extra=VENUE_STAFF)
    def discard(request: Request, venue_id: str, form: Form) -> Response:
        return send_discard(require_visit(context, request, venue_id, form), form)

    @router.post("/assess/fill", openapi_extra=VENUE_STAFF)
    def fill(request: Request, venue_id: str, form: Form) -> Response:
        return send_fill(require_visit(context, request, venue_id, form))

    @router.get("/assess/review", openapi_extra=VENUE_STAFF)
    def open_review(request: Request, venue_id: str, lang: Language = None) -> Response:
        return show_review(require_visit(context, request, venue_id, lang=lang))

    @router.post("/assess/review", openapi_extra=VENUE_STAFF)
    def submit(request: Request, venue_id: str, form: Form) -> Response:
        return send_review(require_visit(context, request, venue_id, form), form)


def _add_evidence_routes(router: APIRouter, context: PageContext) -> None:
    @router.post("/evidence", openapi_extra=VENUE_STAFF)
    def upload(request: Request, venue_id: str, sent: Upload) -> Response:
        visit = require_visit(context, request, venue_id, sent.form)
        return send_evidence(visit, sent, wants_json=_wants_json(request))

    @router.get("/evidence/{evidence_id}", openapi_extra=VENUE_STAFF)
    def read_evidence(
        request: Request,
        venue_id: str,
        evidence_id: str,
        size: Annotated[str, Query(max_length=8)] = "",
        lang: Language = None,
    ) -> Response:
        visit = require_visit(context, request, venue_id, lang=lang)
        return show_evidence(visit, evidence_id, is_small=size == "small")

    @router.post("/evidence/{evidence_id}/remove", openapi_extra=VENUE_STAFF)
    def remove_evidence(request: Request, venue_id: str, evidence_id: str, form: Form) -> Response:
        visit = require_visit(context, request, venue_id, form)
        return send_removal(visit, evidence_id, form, wants_json=_wants_json(request))


def _add_result_routes(router: APIRouter, context: PageContext) -> None:
    @router.get("/assess/result", openapi_extra=VENUE_STAFF)
    def read_result(
        request: Request, venue_id: str, submission: Number, lang: Language = None
    ) -> Response:
        return show_result(require_visit(context, request, venue_id, lang=lang), submission)

    @router.get("/history", openapi_extra=VENUE_STAFF)
    def read_history(
        request: Request,
        venue_id: str,
        before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
        lang: Language = None,
    ) -> Response:
        return show_history(require_visit(context, request, venue_id, lang=lang), before)

    @router.get("/compare", openapi_extra=VENUE_STAFF)
    def compare(
        request: Request, venue_id: str, first: Number, second: Number, lang: Language = None
    ) -> Response:
        return show_comparison(require_visit(context, request, venue_id, lang=lang), first, second)


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")
