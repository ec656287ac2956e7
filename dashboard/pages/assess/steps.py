"""The steps of an assessment: the overview, a step for each chapter, and forms without scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi.responses import Response

from assessments.criteria import CriteriaSet, criteria_set_version
from assessments.errors import AnswerProblem, AnswersError
from dashboard.pages.assess.days import standing_notices
from dashboard.pages.assess.draft import Draft, build_draft
from dashboard.pages.assess.score_view import build_score
from dashboard.pages.assess.view import DraftPicture, build_chapters, saved_text
from dashboard.pages.assess.visit import Visit, redirect
from dashboard.pages.assess.wording import read_sources, unknown_criteria
from dashboard.pages.days import day_text
from dashboard.pages.forms import PageForm
from data import clock
from data.errors import NotFoundError
from data.queries.drafts import DraftState
from data.queries.evidence import EvidenceItem, read_draft_evidence
from data.queries.submission_history import StoredSubmission, read_latest_submission
from data.services.assessing.drafts import (
    AnswerChange,
    AnswerConflict,
    DraftClosedError,
    DraftSetError,
    current_draft,
    save_answers,
)
from data.services.assessing.evidence import MOST_PER_CRITERION

ANSWER: Final = "a."
SEEN: Final = "r."
STOOD: Final = "o."
GO: Final = "go:"


@dataclass(frozen=True, kw_only=True)
class FormSave:
    """What became of a form's answers.

    Attributes:
        refusal: A page to show instead; None where all was stored.
    """

    draft: DraftState | None
    refusal: Response | None


def set_name(criteria_set: CriteriaSet) -> str:
    """A set and its version in one word, as pages name it."""
    return f"{criteria_set.id}:{criteria_set.version}"


def show_step(visit: Visit, step: str) -> Response:
    """The overview, or the step of a chapter."""
    criteria_set = visit.require_set()
    state = current_draft(visit.sessions, visit.venue.venue_id, criteria_set)
    return steps_page(visit, criteria_set, state, step=step)


def send_step(visit: Visit, form: PageForm) -> Response:
    """Save a step's form, then go where its button says."""
    criteria_set = visit.require_set()
    saved = save_form(visit, criteria_set, form)
    if saved.refusal is not None:
        return saved.refusal
    wanted = form.get("do")
    if wanted == "review":
        return redirect(visit.address("/assess/review"))
    return redirect(_step_address(visit, _next_step(criteria_set, form.get("step"), wanted)))


def save_form(visit: Visit, criteria_set: CriteriaSet, form: PageForm) -> FormSave:
    """Store the answers of a form that was sent without a script.

    What somebody else changed meanwhile is shown beside what was sent, to choose from.
    """
    step = form.get("step")
    answers = _sent(form, ANSWER)
    state = current_draft(visit.sessions, visit.venue.venue_id, criteria_set)
    if form.get("set") != set_name(criteria_set):
        page = steps_page(visit, criteria_set, state, step=step, notice="set", status_code=409)
        return FormSave(draft=state, refusal=page)
    seen, stood = _sent(form, SEEN), _sent(form, STOOD)
    changes = [
        AnswerChange(
            criterion_id=key,
            answer=answer,
            seen=int(word) if (word := seen.get(key, "")).isdecimal() and len(word) < 18 else 0,
        )
        for key, answer in answers.items()
        # What the page showed already was not touched, whoever may have changed it since.
        if answer and answer != stood.get(key, "")
    ]
    try:
        outcome = save_answers(
            visit.sessions,
            venue_id=visit.venue.venue_id,
            criteria_set=criteria_set,
            draft_key=form.get("draft"),
            changes=changes,
            account_pk=visit.person.actor.account_pk,
        )
    except AnswersError as error:
        page = steps_page(
            visit, criteria_set, state, step=step, problems=error.problems, shown=answers
        )
        return FormSave(draft=state, refusal=page)
    except (DraftClosedError, DraftSetError, NotFoundError):
        page = steps_page(
            visit, criteria_set, state, step=step, notice="draft_closed", status_code=409
        )
        return FormSave(draft=state, refusal=page)
    if not outcome.conflicts:
        return FormSave(draft=outcome.draft, refusal=None)
    first = outcome.conflicts[0].theirs.criterion_id
    page = steps_page(
        visit,
        criteria_set,
        outcome.draft,
        step=criteria_set.criteria_by_id[first].chapter,
        conflicts=outcome.conflicts,
        shown={one.theirs.criterion_id: one.mine for one in outcome.conflicts},
        status_code=409,
    )
    return FormSave(draft=outcome.draft, refusal=page)


def steps_page(
    visit: Visit,
    criteria_set: CriteriaSet,
    state: DraftState | None,
    *,
    step: str,
    problems: tuple[AnswerProblem, ...] = (),
    conflicts: Sequence[AnswerConflict] = (),
    shown: Mapping[str, str] | None = None,
    notice: str = "",
    evidence_problem: tuple[str, str] = ("", ""),
    status_code: int = 0,
) -> Response:
    """The page with all steps, of which one is open.

    Args:
        visit: Who looks at what.
        criteria_set: The set in force.
        state: The stored draft; None before the first answer.
        step: Id of the chapter that is open; any other word opens the overview.
        problems: Answers that were not taken.
        conflicts: Answers that somebody else changed meanwhile.
        shown: Answers to show instead of those stored.
        notice: Key below `assess.notice.` of what is to be said first.
        evidence_problem: Criterion and code of a file that was not taken.
        status_code: Of the answer; 0 lets the problems decide.
    """
    text = visit.text
    draft = build_draft(criteria_set, {**(state.answers if state else {}), **(shown or {})})
    evidence, latest = _read_beside(visit, state)
    chapters = build_chapters(
        criteria_set,
        DraftPicture(
            answers=draft.answers,
            state=state,
            reasons=draft.reasons,
            problems={one.criterion_id: one for one in problems if one.criterion_id},
            conflicts=conflicts,
            evidence=evidence,
            account_pk=visit.person.actor.account_pk,
        ),
        text,
    )
    ids = [chapter.id for chapter in criteria_set.chapters]
    current = step if step in ids else ""
    return visit.page(
        "assess_steps.html",
        path="/assess",
        query={"step": current} if current else {},
        status_code=status_code or (422 if problems else 200),
        criteria_set=criteria_set,
        set_name=set_name(criteria_set),
        issued_on=day_text(criteria_set.issued_on, text),
        chapters=chapters,
        step=current,
        score=build_score(criteria_set, draft.preview, text),
        state=state,
        problems=problems,
        conflicts=conflicts,
        known=criteria_set.criteria_by_id,
        notice=notice,
        carried=_carried_text(visit, criteria_set, state),
        notices=standing_notices(latest, clock.day_of(visit.context.now()), text),
        latest=_latest_text(visit, criteria_set, latest, draft),
        unknown=unknown_criteria(criteria_set),
        sources=read_sources(criteria_set),
        most_files=MOST_PER_CRITERION,
        evidence_problem=evidence_problem,
        saved_at=saved_text(state.updated_at, visit.context.now(), text)
        if state and state.states
        else "",
        is_touched=state is not None and bool(state.answers or evidence),
    )


def _read_beside(
    visit: Visit, state: DraftState | None
) -> tuple[Mapping[str, tuple[EvidenceItem, ...]], StoredSubmission | None]:
    with visit.sessions() as session:
        return (
            read_draft_evidence(session, state.draft_pk) if state else {},
            read_latest_submission(session, visit.venue.venue_id),
        )


def _carried_text(visit: Visit, criteria_set: CriteriaSet, state: DraftState | None) -> str:
    """That the draft began with another set, and what came over."""
    if state is None or state.carried is None:
        return ""
    carried = state.carried
    before = criteria_set_version(carried["set_id"], carried["set_version"])
    name = before.title.of(visit.text.language) if before else carried["set_id"]
    key = "version" if carried["set_id"] == criteria_set.id else "set"
    return visit.text(
        f"assess.carried.{key}", set=name, kept=carried["kept"], dropped=carried["dropped"]
    )


def _latest_text(
    visit: Visit, criteria_set: CriteriaSet, latest: StoredSubmission | None, draft: Draft
) -> str:
    """The last submission, where its answers can fill this draft."""
    if latest is None or latest.set_id != criteria_set.id or not draft.preview.missing:
        return ""
    text = visit.text
    return text(
        "assess.previous",
        date=day_text(clock.day_of(latest.submitted_at), text),
        level=text(f"level.{latest.level}"),
    )


def _sent(form: PageForm, prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): word
        for name, word in form.fields.items()
        if name.startswith(prefix)
    }


def _next_step(criteria_set: CriteriaSet, step: str, wanted: str) -> str:
    """Where a button leads: the step named by `go:`, or the one beside."""
    ids = [chapter.id for chapter in criteria_set.chapters]
    if wanted.startswith(GO):
        return wanted.removeprefix(GO)
    if wanted == "save":
        return step
    place = ids.index(step) if step in ids else -1
    beside = place - 1 if wanted == "previous" else place + 1
    return ids[beside] if 0 <= beside < len(ids) else ""


def _step_address(visit: Visit, step: str) -> str:
    return visit.address("/assess", step=step) if step else visit.address("/assess")
