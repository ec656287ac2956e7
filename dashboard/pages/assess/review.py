"""Before submitting: what the answers come to, what is missing, and the declaration of truth."""

import contextlib
from typing import Final

from fastapi.responses import Response

from assessments.criteria import CriteriaSet
from assessments.errors import AnswersError
from dashboard.pages.assess.draft import build_draft
from dashboard.pages.assess.score_view import build_links, build_score
from dashboard.pages.assess.steps import steps_page
from dashboard.pages.assess.visit import Visit, redirect
from dashboard.pages.assess.wording import read_sources, unknown_criteria
from dashboard.pages.days import day_text
from dashboard.pages.forms import PageForm
from data import clock
from data.errors import ConflictError
from data.queries.drafts import DraftState
from data.queries.evidence import read_draft_evidence
from data.queries.submission_history import read_latest_submission
from data.services.assessing.draft_submission import Declaration, DraftChangedError, submit_draft
from data.services.assessing.drafts import (
    DraftClosedError,
    DraftSetError,
    current_draft,
    discard_draft,
    fill_answers,
)

LONGEST_NAME: Final = 120
SHORTEST_NAME: Final = 2


def show_review(visit: Visit) -> Response:
    """The draft as a whole, and the form that submits it."""
    criteria_set = visit.require_set()
    state = current_draft(visit.sessions, visit.venue.venue_id, criteria_set)
    return _review_page(visit, criteria_set, state)


def send_review(visit: Visit, form: PageForm) -> Response:
    """Submit what was reviewed, once; or say what stands in the way."""
    criteria_set = visit.require_set()
    state = current_draft(visit.sessions, visit.venue.venue_id, criteria_set)
    name = " ".join(form.get("name").split())
    problem = _problem(form, name)
    revision = form.get("revision")
    if problem or not (revision.isdecimal() and len(revision) < 18):
        return _review_page(
            visit, criteria_set, state, problem=problem or "changed", name=name, status_code=422
        )
    try:
        assessment_pk = submit_draft(
            visit.sessions,
            visit.venue.venue_id,
            form.get("draft"),
            Declaration(
                name=name,
                account_pk=visit.person.actor.account_pk,
                revision=int(revision),
                at=visit.context.now(),
            ),
        )
    except AnswersError as error:
        return steps_page(visit, criteria_set, state, step="", problems=error.problems)
    except (DraftChangedError, DraftSetError):
        return _review_page(
            visit, criteria_set, state, problem="changed", name=name, status_code=409
        )
    except DraftClosedError:
        return steps_page(
            visit, criteria_set, state, step="", notice="draft_closed", status_code=409
        )
    except ConflictError:
        return _review_page(
            visit, criteria_set, state, problem="refused", name=name, status_code=409
        )
    return redirect(visit.address("/assess/result", submission=assessment_pk))


def send_discard(visit: Visit, form: PageForm) -> Response:
    """Throw the draft away; one that is gone already is no error."""
    with contextlib.suppress(DraftClosedError):
        discard_draft(visit.sessions, visit.venue.venue_id, form.get("draft"))
    return redirect(visit.address("/assess"))


def send_fill(visit: Visit) -> Response:
    """Answer what is not answered yet as the venue did last time."""
    criteria_set = visit.require_set()
    # Carried over first, where the set has changed.
    current_draft(visit.sessions, visit.venue.venue_id, criteria_set)
    with visit.sessions() as session:
        latest = read_latest_submission(session, visit.venue.venue_id)
    if latest is not None and latest.set_id == criteria_set.id:
        fill_answers(
            visit.sessions,
            venue_id=visit.venue.venue_id,
            criteria_set=criteria_set,
            answers={key: str(answer) for key, answer in latest.answers.items()},
            account_pk=visit.person.actor.account_pk,
        )
    first = criteria_set.chapters[0].id
    return redirect(visit.address("/assess", step=first))


def _problem(form: PageForm, name: str) -> str:
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME or not name.isprintable():
        return "name"
    return "" if form.get("true") == "yes" else "true"


def _review_page(
    visit: Visit,
    criteria_set: CriteriaSet,
    state: DraftState | None,
    *,
    problem: str = "",
    name: str = "",
    status_code: int = 200,
) -> Response:
    text = visit.text
    draft = build_draft(criteria_set, state.answers if state else {})
    failed = tuple(
        one
        for one in criteria_set.criteria_by_id
        if draft.reasons.get(one) in ("mandatory_failed", "zero_veto")
    )
    with visit.sessions() as session:
        evidence = read_draft_evidence(session, state.draft_pk) if state else {}
    return visit.page(
        "assess_review.html",
        path="/assess/review",
        status_code=status_code,
        criteria_set=criteria_set,
        state=state,
        score=build_score(criteria_set, draft.preview, text),
        unknown=unknown_criteria(criteria_set),
        sources=read_sources(criteria_set),
        failed=build_links(criteria_set, failed, text),
        files=sum(len(items) for items in evidence.values()),
        problem=problem,
        name=name or visit.person.name,
        today=day_text(clock.day_of(visit.context.now()), text),
        last_change=_last_change(visit, state),
    )


def _last_change(visit: Visit, state: DraftState | None) -> str:
    """When the draft was changed last, and by whom if that was somebody else."""
    if state is None or not state.states:
        return ""
    latest = max(state.states.values(), key=lambda one: one.revision)
    at = latest.saved_at.astimezone(clock.VIETNAM)
    return visit.text(
        "assess.review.last_change",
        name=latest.name or visit.text("assess.somebody"),
        time=f"{at:%H:%M}, {day_text(at.date(), visit.text)}",
    )
