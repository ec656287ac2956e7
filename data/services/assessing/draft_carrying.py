"""Drafts whose criteria set was replaced while they were open."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.answers import check_answers, read_text_answers
from assessments.criteria import CriteriaSet, criteria_set_version
from assessments.errors import AnswersError
from data.clock import now
from data.models import AssessmentDraft, DraftAnswer
from data.queries.drafts import read_answer_states
from data.services.assessing.evidence import keep_draft_evidence


def carry_over(session: Session, draft: AssessmentDraft, criteria_set: CriteriaSet) -> None:
    """Bring a draft into the set in force: answers to the same questions stay, others go.

    Within a set the id of a criterion says which question it is. Between sets "1" is one
    question here and another there, so that the wording has to be the same too. Evidence
    goes with its question.

    Args:
        session: Holds the draft's row locked.
        draft: An open draft of a set that is not in force any more, in this version.
        criteria_set: The set in force.
    """
    before = criteria_set_version(draft.set_id, draft.set_version)
    states = read_answer_states(session, draft.draft_pk)
    answers = {key: state.answer for key, state in states.items() if state.answer}
    same = {
        one
        for one in criteria_set.criteria_by_id
        if draft.set_id == criteria_set.id or _is_same_question(before, criteria_set, one)
    }
    kept = usable_answers(
        criteria_set, {key: answer for key, answer in answers.items() if key in same}
    )
    keep_draft_evidence(session, draft.draft_pk, same)
    for row in session.scalars(select(DraftAnswer).where(DraftAnswer.draft_pk == draft.draft_pk)):
        if row.criterion_id not in kept:
            session.delete(row)
    first = draft.carried or {"set_id": draft.set_id, "set_version": draft.set_version}
    draft.carried = {
        "set_id": first["set_id"],
        "set_version": first["set_version"],
        "kept": len(kept),
        "dropped": len(answers) - len(kept),
    }
    draft.set_id, draft.set_version = criteria_set.id, criteria_set.version
    draft.revision += 1
    draft.updated_at = now()
    session.flush()


def _is_same_question(before: CriteriaSet | None, after: CriteriaSet, criterion_id: str) -> bool:
    old = None if before is None else before.criteria_by_id.get(criterion_id)
    return old is not None and old.title.vi == after.criteria_by_id[criterion_id].title.vi


def usable_answers(criteria_set: CriteriaSet, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that a set knows and allows."""
    known = {key: text for key, text in answers.items() if key in criteria_set.criteria_by_id}
    try:
        check_answers(criteria_set, read_text_answers(criteria_set, known), is_partial=True)
    except AnswersError as error:
        wrong = {one.criterion_id for one in error.problems}
        return {key: text for key, text in known.items() if key not in wrong}
    return known
