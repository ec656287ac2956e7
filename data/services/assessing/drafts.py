"""Drafts of assessments: answers saved as they are given, by one person or several.

Every save names, for each answer, the revision that the page had seen of it. An answer
that somebody else saved since is not overwritten: it comes back as a conflict, with both
values. Saves of one draft wait for each other at its row.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from assessments.answers import check_answers, read_text_answers
from assessments.criteria import CriteriaSet
from data.clock import now
from data.errors import ConflictError, NotFoundError
from data.models import AssessmentDraft, DraftAnswer, Venue
from data.queries.drafts import (
    AnswerState,
    DraftState,
    draft_state,
    read_answer_states,
    read_open_draft,
)
from data.services.assessing.draft_carrying import carry_over, usable_answers
from data.services.assessing.evidence import discard_draft_evidence

LONGEST_EDITOR: Final = 64


class DraftClosedError(ConflictError):
    """The draft that a page shows was submitted or thrown away meanwhile."""


class DraftSetError(ConflictError):
    """The page shows another set, or another version of it, than is in force."""


@dataclass(frozen=True, kw_only=True)
class AnswerChange:
    """One answer as a page sends it.

    Attributes:
        answer: Empty to take it back.
        seen: Revision of this answer that the page showed; 0 where it showed none.
    """

    criterion_id: str
    answer: str
    seen: int


@dataclass(frozen=True, kw_only=True)
class AnswerConflict:
    """An answer that somebody else changed since the page saw it.

    Attributes:
        mine: What the page sent.
        theirs: What stands, and who saved it when.
    """

    mine: str
    theirs: AnswerState


@dataclass(frozen=True, kw_only=True)
class SaveOutcome:
    """What became of a save: all that is no conflict is stored."""

    draft: DraftState
    conflicts: tuple[AnswerConflict, ...]


def current_draft(
    sessions: sessionmaker[Session], venue_id: str, criteria_set: CriteriaSet
) -> DraftState | None:
    """The open draft, its answers carried over where its set was replaced meanwhile.

    Args:
        sessions: A person's own.
        venue_id: Public id of the venue.
        criteria_set: The set in force for the venue today.

    Returns:
        None where no draft is open.
    """
    with sessions() as session:
        found = read_open_draft(session, venue_id)
    if found is None or _is_of(found, criteria_set):
        return found
    with sessions.begin() as session:
        draft = _lock_open(session, venue_id)
        if draft is None:
            return None
        carry_over(session, draft, criteria_set)
        return draft_state(session, draft)


def save_answers(
    sessions: sessionmaker[Session],
    *,
    venue_id: str,
    criteria_set: CriteriaSet,
    draft_key: str,
    changes: Sequence[AnswerChange],
    account_pk: int,
    editor: str | None = None,
) -> SaveOutcome:
    """Save answers, each unless somebody else changed it since it was seen.

    Args:
        sessions: A person's own.
        venue_id: Public id of the venue.
        criteria_set: The set that the page shows.
        draft_key: The draft that the page shows; empty where there was none: it begins one.
        changes: The answers.
        account_pk: Who saves.
        editor: Random name of the open page, which never conflicts with itself: the answer
            to an earlier save may have been lost on the way.

    Raises:
        AnswersError: An answer is unknown or not allowed; nothing is saved.
        DraftClosedError: The draft was submitted or thrown away.
        DraftSetError: The draft is of another set by now.
        NotFoundError: The person has no such venue.
    """
    check_answers(
        criteria_set,
        read_text_answers(criteria_set, {one.criterion_id: one.answer for one in changes}),
        is_partial=True,
    )
    require_known(criteria_set, {one.criterion_id for one in changes})
    name = (editor or "")[:LONGEST_EDITOR] or None
    with sessions.begin() as session:
        draft = lock_draft(session, venue_id, criteria_set, draft_key)
        states = read_answer_states(session, draft.draft_pk)
        conflicts = []
        taken: list[AnswerChange] = []
        for change in changes:
            state = states.get(change.criterion_id)
            if state is None or state.revision <= change.seen or _is_own(state, account_pk, name):
                taken.append(change)
            elif state.answer != change.answer.strip():
                conflicts.append(AnswerConflict(mine=change.answer.strip(), theirs=state))
        store_answers(
            session,
            draft,
            {
                one.criterion_id: one.answer.strip()
                for one in taken
                if _differs(states.get(one.criterion_id), one.answer.strip())
            },
            account_pk=account_pk,
            editor=name,
        )
        return SaveOutcome(draft=draft_state(session, draft), conflicts=tuple(conflicts))


def fill_answers(
    sessions: sessionmaker[Session],
    *,
    venue_id: str,
    criteria_set: CriteriaSet,
    answers: Mapping[str, str],
    account_pk: int,
) -> int:
    """Answer what is not answered yet, as the venue did last time.

    Args:
        sessions: A person's own.
        venue_id: Public id of the venue.
        criteria_set: The set in force.
        answers: Texts by criterion; what the set does not know or allow is left out.
        account_pk: Who asked for it.

    Returns:
        Answers filled in.
    """
    usable = usable_answers(criteria_set, answers)
    with sessions.begin() as session:
        draft = lock_draft(session, venue_id, criteria_set, "", or_any=True)
        states = read_answer_states(session, draft.draft_pk)
        missing = {
            key: answer
            for key, answer in usable.items()
            if key not in states or not states[key].answer
        }
        store_answers(session, draft, missing, account_pk=account_pk, editor=None)
        return len(missing)


def discard_draft(sessions: sessionmaker[Session], venue_id: str, draft_key: str) -> None:
    """Throw the open draft away, with its evidence.

    Raises:
        DraftClosedError: It is not open any more.
    """
    with sessions.begin() as session:
        draft = _lock_open(session, venue_id)
        if draft is None or draft.submission_key != draft_key:
            raise DraftClosedError("the draft is not open any more")
        draft.closed_at = now()
        discard_draft_evidence(session, draft.draft_pk)


def lock_draft(
    session: Session,
    venue_id: str,
    criteria_set: CriteriaSet,
    draft_key: str,
    *,
    or_any: bool = False,
) -> AssessmentDraft:
    """The open draft, its row locked; begun where the page has seen none and there is none.

    Args:
        session: A transaction of the person.
        venue_id: Public id of the venue.
        criteria_set: The set that the page shows.
        draft_key: The draft that the page shows; empty for none.
        or_any: Whether the draft that is open will do, whichever the page showed.

    Raises:
        DraftClosedError: The page's draft is not open any more.
        DraftSetError: The draft is of another set.
        NotFoundError: The person has no such venue.
    """
    draft = _lock_open(session, venue_id)
    if draft is None and (or_any or not draft_key):
        _begin(session, venue_id, criteria_set)
        draft = _lock_open(session, venue_id)
    if draft is None or (draft_key and draft.submission_key != draft_key and not or_any):
        raise DraftClosedError("the draft was submitted or thrown away")
    if (draft.set_id, draft.set_version) != (criteria_set.id, criteria_set.version):
        raise DraftSetError("the criteria set has changed; load the page again")
    return draft


def store_answers(
    session: Session,
    draft: AssessmentDraft,
    answers: Mapping[str, str],
    *,
    account_pk: int,
    editor: str | None,
) -> None:
    """Write answers, under a new revision of a draft whose row is locked."""
    if not answers:
        return
    draft.revision += 1
    draft.updated_at = now()
    session.flush()
    statement = insert(DraftAnswer).values(
        [
            {
                "draft_pk": draft.draft_pk,
                "criterion_id": criterion_id,
                "answer": answer or None,
                "revision": draft.revision,
                "account_pk": account_pk,
                "editor": editor,
            }
            for criterion_id, answer in answers.items()
        ]
    )
    given = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[DraftAnswer.draft_pk, DraftAnswer.criterion_id],
            set_={
                "answer": given.answer,
                "revision": given.revision,
                "account_pk": given.account_pk,
                "editor": given.editor,
                "saved_at": func.now(),
            },
        )
    )


def require_known(criteria_set: CriteriaSet, criterion_ids: Collection[str]) -> None:
    """Refuse criteria that a set does not have; an answer taken back names one too.

    Raises:
        NotFoundError: It has no such criterion.
    """
    for criterion_id in sorted(criterion_ids):
        if criterion_id not in criteria_set.criteria_by_id:
            raise NotFoundError(f"{criteria_set.id} has no criterion {criterion_id[:40]!r}")


def _is_own(state: AnswerState, account_pk: int, editor: str | None) -> bool:
    """Whether the page itself saved what stands."""
    return editor is not None and state.account_pk == account_pk and state.editor == editor


def _differs(state: AnswerState | None, answer: str) -> bool:
    return answer != ("" if state is None else state.answer)


def _is_of(draft: DraftState, criteria_set: CriteriaSet) -> bool:
    return (draft.set_id, draft.set_version) == (criteria_set.id, criteria_set.version)


def _lock_open(session: Session, venue_id: str) -> AssessmentDraft | None:
    return session.scalar(
        select(AssessmentDraft)
        .join(Venue, Venue.venue_pk == AssessmentDraft.venue_pk)
        .where(Venue.venue_id == venue_id, AssessmentDraft.closed_at.is_(None))
        .with_for_update(of=AssessmentDraft)
        .execution_options(populate_existing=True)
    )


def _begin(session: Session, venue_id: str, criteria_set: CriteriaSet) -> None:
    """Begin a draft; of two that begin at once one is kept."""
    venue_pk = session.scalar(select(Venue.venue_pk).where(Venue.venue_id == venue_id))
    if venue_pk is None:
        raise NotFoundError(f"there is no venue {venue_id!r}")
    session.execute(
        insert(AssessmentDraft)
        .values(
            venue_pk=venue_pk,
            set_id=criteria_set.id,
            set_version=criteria_set.version,
            submission_key=secrets.token_urlsafe(18),
        )
        .on_conflict_do_nothing(
            index_elements=[AssessmentDraft.venue_pk],
            index_where=AssessmentDraft.closed_at.is_(None),
        )
    )
