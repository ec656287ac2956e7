"""Evidence beside a question: sending, showing and taking back files."""

import contextlib
import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from fastapi.responses import JSONResponse, Response
from PIL import Image

from assessments.criteria import CriteriaSet
from dashboard.pages.assess.steps import save_form, steps_page
from dashboard.pages.assess.visit import Visit, redirect
from dashboard.pages.forms import PageForm
from dashboard.pages.templates import PRIVATE_HEADERS, render
from dashboard.pages.uploads import UploadForm
from data.errors import NotFoundError
from data.queries.drafts import DraftState
from data.queries.evidence import EvidenceItem, read_draft_evidence
from data.services.accounts.attempts import Limit
from data.services.assessing.drafts import (
    DraftClosedError,
    DraftSetError,
    current_draft,
    lock_draft,
)
from data.services.assessing.evidence import (
    MOST_PER_CRITERION,
    OpenedEvidence,
    TooMuchEvidenceError,
    add_draft_evidence,
    make_store,
    open_evidence,
    remove_draft_evidence,
)
from data.settings import EvidenceSettings, read_settings
from data.uploads import UploadError, accept_upload

FILE: Final = "f."
THUMB_PIXELS: Final = 240
# Files of an upload are shown alone, and can do nothing there.
FILE_HEADERS: Final = {
    **PRIVATE_HEADERS,
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def send_evidence(visit: Visit, upload: UploadForm, *, wants_json: bool) -> Response:
    """Take the files of a form; without a script its answers are saved along with them."""
    criteria_set = visit.require_set()
    form = upload.form
    if not wants_json:
        saved = save_form(visit, criteria_set, form)
        if saved.refusal is not None:
            return saved.refusal
    files = {
        name.removeprefix(FILE): content
        for name, content in upload.files.items()
        if name.startswith(FILE) and name.removeprefix(FILE) in criteria_set.criteria_by_id
    }
    problem = "" if files else "empty"
    criterion_id = next(iter(files), "")
    for criterion_id, content in files.items():
        problem = _keep(visit, criteria_set, criterion_id, content)
        if problem:
            break
    if wants_json:
        return _beside_json(visit, criteria_set, criterion_id, problem)
    return _beside_page(visit, criteria_set, form, criterion_id, problem)


def send_removal(visit: Visit, evidence_id: str, form: PageForm, *, wants_json: bool) -> Response:
    """Take one file back."""
    criteria_set = visit.require_set()
    if not wants_json:
        saved = save_form(visit, criteria_set, form)
        if saved.refusal is not None:
            return saved.refusal
    criterion_id = form.get(f"of.{evidence_id}") or form.get("criterion")
    with contextlib.suppress(NotFoundError):  # somebody else took it back already
        remove_draft_evidence(visit.sessions, visit.venue.venue_id, evidence_id)
    if wants_json:
        return _beside_json(visit, criteria_set, criterion_id, "")
    return _beside_page(visit, criteria_set, form, criterion_id, "")


def show_evidence(visit: Visit, evidence_id: str, *, is_small: bool) -> Response:
    """One file; 404 for everybody who may not see it."""
    try:
        opened = open_evidence(visit.sessions, evidence_id, venue_id=visit.venue.venue_id)
    except NotFoundError:
        return visit.missing()
    return file_response(opened, is_small=is_small)


def file_response(opened: OpenedEvidence, *, is_small: bool = False) -> Response:
    """A stored file as it may be sent to a browser; the committee's pages use it too.

    Args:
        opened: The file; it was made by us, not by whoever brought it.
        is_small: Whether a small picture of it will do.
    """
    if is_small and opened.media_type.startswith("image/"):
        content, media_type = _thumb(opened.data), "image/jpeg"
    else:
        content, media_type = opened.data, opened.media_type
    ending = "pdf" if media_type == "application/pdf" else "jpg"
    # Browsers show no PDF in a sandbox: it is saved and opened by the person.
    how = "attachment" if ending == "pdf" else "inline"
    headers = FILE_HEADERS | {
        "Content-Disposition": f'{how}; filename="evidence-{opened.evidence_id[:8]}.{ending}"'
    }
    return Response(content, media_type=media_type, headers=headers)


def _thumb(data: bytes) -> bytes:
    """A small JPEG of one of our own; safe to open here, unlike what people send."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        image.draft("RGB", (THUMB_PIXELS, THUMB_PIXELS))
        image.thumbnail((THUMB_PIXELS, THUMB_PIXELS))
        written = io.BytesIO()
        image.save(written, "JPEG", quality=75)
    return written.getvalue()


def _keep(visit: Visit, criteria_set: CriteriaSet, criterion_id: str, content: bytes) -> str:
    """Make a file anew and store it; gives the code of what stood in the way, or nothing."""
    settings = read_settings(EvidenceSettings)
    limit = Limit(name="evidence", most=settings.per_hour, window=timedelta(hours=1))
    account = visit.person.actor
    if visit.context.attempts.take((limit, account.account_id)) is not None:
        return "too_often"
    try:
        clean = accept_upload(content)
        current_draft(visit.sessions, visit.venue.venue_id, criteria_set)
        with visit.sessions.begin() as session:
            draft = lock_draft(session, visit.venue.venue_id, criteria_set, "", or_any=True)
            add_draft_evidence(
                session,
                make_store(),
                draft,
                clean,
                criterion_id=criterion_id,
                account_pk=account.account_pk,
            )
    except UploadError as error:
        return error.code
    except TooMuchEvidenceError:
        return "too_many"
    except (DraftClosedError, DraftSetError):
        return "draft_closed"
    return ""


def _beside_json(
    visit: Visit, criteria_set: CriteriaSet, criterion_id: str, problem: str
) -> Response:
    state, evidence = _evidence_now(visit, criteria_set)
    content = {
        "draft": state.draft_key if state else "",
        "evidence": render(
            "assess_evidence.html",
            t=visit.text,
            files=evidence.get(criterion_id, ()),
            criterion_id=criterion_id,
            desk=visit.desk,
            problem=problem,
            most_files=MOST_PER_CRITERION,
        ),
    }
    status_code = 422 if problem else 200
    return JSONResponse(content, status_code=status_code, headers=dict(PRIVATE_HEADERS))


def _beside_page(
    visit: Visit, criteria_set: CriteriaSet, form: PageForm, criterion_id: str, problem: str
) -> Response:
    criterion = criteria_set.criteria_by_id.get(criterion_id)
    step = criterion.chapter if criterion else form.get("step")
    if not problem:
        address = visit.address("/assess", step=step)
        return redirect(f"{address}#q-{criterion_id}" if criterion else address)
    state, _ = _evidence_now(visit, criteria_set)
    return steps_page(
        visit,
        criteria_set,
        state,
        step=step,
        evidence_problem=(criterion_id, problem),
        status_code=422,
    )


def _evidence_now(
    visit: Visit, criteria_set: CriteriaSet
) -> tuple[DraftState | None, Mapping[str, tuple[EvidenceItem, ...]]]:
    state = current_draft(visit.sessions, visit.venue.venue_id, criteria_set)
    if state is None:
        return None, {}
    with visit.sessions() as session:
        return state, read_draft_evidence(session, state.draft_pk)
