"""Answers saved as they are given, and what others changed meanwhile: for the page's script."""

from typing import Annotated, Any

from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assessments.criteria import CriteriaSet
from assessments.errors import AnswersError
from dashboard.pages.assess.draft import build_draft
from dashboard.pages.assess.score_view import build_score
from dashboard.pages.assess.steps import set_name
from dashboard.pages.assess.view import changed_text, conflict_text, saved_text, typed_word
from dashboard.pages.assess.visit import Visit
from dashboard.pages.templates import PRIVATE_HEADERS, render
from data.errors import NotFoundError
from data.queries.drafts import AnswerState, DraftState
from data.services.assessing.drafts import (
    AnswerChange,
    AnswerConflict,
    DraftClosedError,
    DraftSetError,
    current_draft,
    save_answers,
)

Word = Annotated[str, Field(max_length=64)]


class SentAnswer(BaseModel):
    """One answer as the page's script sends it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Word
    answer: Word
    seen: Annotated[int, Field(ge=0)]


class SentAnswers(BaseModel):
    """Answers that are not saved yet, with what the page shows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    draft: Word
    set: Annotated[str, Field(max_length=100)]
    editor: Word
    answers: Annotated[list[SentAnswer], Field(max_length=400)]


def save_sent(visit: Visit, sent: SentAnswers) -> Response:
    """Save answers; 409 where some were changed by somebody else, the others are stored."""
    criteria_set = visit.require_set()
    if sent.set != set_name(criteria_set):
        return _answer({"state": "set_changed"}, 409)
    try:
        outcome = save_answers(
            visit.sessions,
            venue_id=visit.venue.venue_id,
            criteria_set=criteria_set,
            draft_key=sent.draft,
            changes=[
                AnswerChange(criterion_id=one.id, answer=one.answer, seen=one.seen)
                for one in sent.answers
            ],
            account_pk=visit.person.actor.account_pk,
            editor=sent.editor,
        )
    except DraftClosedError:
        return _answer({"state": "closed"}, 409)
    except DraftSetError:
        return _answer({"state": "set_changed"}, 409)
    except (AnswersError, NotFoundError):
        return _answer({"state": "not_allowed"}, 422)
    draft = outcome.draft
    content = _picture(visit, criteria_set, draft)
    content["saved"] = {
        one.id: draft.states[one.id].revision if one.id in draft.states else 0
        for one in sent.answers
        if not any(one.id == conflict.theirs.criterion_id for conflict in outcome.conflicts)
    }
    content["conflicts"] = [_conflict(visit, criteria_set, one) for one in outcome.conflicts]
    return _answer(content, 409 if outcome.conflicts else 200)


def show_changes(visit: Visit, *, draft_key: str, since: int) -> Response:
    """What changed in the draft since a revision; as little as possible where nothing did."""
    criteria_set = visit.require_set()
    draft = current_draft(visit.sessions, visit.venue.venue_id, criteria_set)
    if draft is None or (draft_key and draft.draft_key != draft_key):
        return _answer({"state": "closed" if draft_key else "none"})
    if draft.revision <= since:
        return _answer({"state": "open", "draft": draft.draft_key, "revision": draft.revision})
    content = _picture(visit, criteria_set, draft)
    content["changes"] = [
        _state(visit, criteria_set, one)
        for one in draft.states.values()
        if one.revision > since and one.criterion_id in criteria_set.criteria_by_id
    ]
    return _answer(content)


def _picture(visit: Visit, criteria_set: CriteriaSet, draft: DraftState) -> dict[str, Any]:
    """The draft's revision, its score as a piece of the page, and the reasons."""
    built = build_draft(criteria_set, draft.answers)
    return {
        "state": "open",
        "draft": draft.draft_key,
        "revision": draft.revision,
        "saved_at": saved_text(draft.updated_at, visit.context.now(), visit.text),
        "score": render(
            "assess_score.html",
            t=visit.text,
            score=build_score(criteria_set, built.preview, visit.text),
            path=visit.path,
        ),
        "reasons": {
            key: {"code": code, "text": visit.text(f"assess.reason.{code}")}
            for key, code in built.reasons.items()
        },
    }


def _state(visit: Visit, criteria_set: CriteriaSet, state: AnswerState) -> dict[str, Any]:
    return {
        "id": state.criterion_id,
        "answer": state.answer,
        "revision": state.revision,
        "editor": state.editor or "",
        "text": changed_text(state, visit.text),
    }


def _conflict(visit: Visit, criteria_set: CriteriaSet, one: AnswerConflict) -> dict[str, Any]:
    criterion = criteria_set.criteria_by_id[one.theirs.criterion_id]
    text = visit.text
    return {
        "id": criterion.id,
        "step": criterion.chapter,
        "title": criterion.title.of(text.language),
        "mine": one.mine,
        "theirs": one.theirs.answer,
        "revision": one.theirs.revision,
        "text": conflict_text(criterion, one.theirs, text),
        "keep_mine": text("assess.conflict.mine", answer=typed_word(criterion, one.mine, text)),
        "take_theirs": text(
            "assess.conflict.theirs", answer=typed_word(criterion, one.theirs.answer, text)
        ),
    }


def _answer(content: dict[str, Any], status_code: int = 200) -> Response:
    return JSONResponse(content, status_code=status_code, headers=dict(PRIVATE_HEADERS))
