"""Drafts of assessments: the open one of a venue, its answers, and what changed since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, AssessmentDraft, DraftAnswer, Venue


@dataclass(frozen=True, kw_only=True)
class AnswerState:
    """One answer of a draft as it stands.

    Attributes:
        answer: As the form sends it; empty where it was taken back.
        revision: The draft's revision at which it was saved.
        account_pk: Who saved it.
        name: Their name.
        editor: Random name of the page that saved it.
    """

    criterion_id: str
    answer: str
    revision: int
    account_pk: int | None
    name: str
    editor: str | None
    saved_at: datetime


@dataclass(frozen=True, kw_only=True)
class DraftState:
    """The open draft of a venue, with its answers.

    Attributes:
        draft_key: Names it to pages; it is also the key of its submission.
        revision: Goes up with every saved answer.
        carried: The set it began with and how many answers came over, where the set changed.
        states: Answers by criterion, also those taken back.
    """

    draft_pk: int
    draft_key: str
    set_id: str
    set_version: str
    revision: int
    updated_at: datetime
    carried: Mapping[str, Any] | None
    states: Mapping[str, AnswerState]

    @property
    def answers(self) -> dict[str, str]:
        """Texts of the answers that stand, by criterion."""
        return {key: state.answer for key, state in self.states.items() if state.answer}


def read_open_draft(session: Session, venue_id: str) -> DraftState | None:
    """The draft that is open for a venue; None where there is none."""
    draft = session.scalar(
        select(AssessmentDraft)
        .join(Venue, Venue.venue_pk == AssessmentDraft.venue_pk)
        .where(Venue.venue_id == venue_id, AssessmentDraft.closed_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return None if draft is None else draft_state(session, draft)


def draft_state(session: Session, draft: AssessmentDraft) -> DraftState:
    """A draft's row with its answers."""
    return DraftState(
        draft_pk=draft.draft_pk,
        draft_key=draft.submission_key,
        set_id=draft.set_id,
        set_version=draft.set_version,
        revision=draft.revision,
        updated_at=draft.updated_at,
        carried=draft.carried,
        states=read_answer_states(session, draft.draft_pk),
    )


def read_answer_states(
    session: Session, draft_pk: int, *, since: int = -1
) -> Mapping[str, AnswerState]:
    """Answers of a draft that were saved after a revision, by criterion."""
    rows = session.execute(
        select(
            DraftAnswer.criterion_id,
            DraftAnswer.answer,
            DraftAnswer.revision,
            DraftAnswer.account_pk,
            DraftAnswer.editor,
            DraftAnswer.saved_at,
            Account.name,
        )
        .outerjoin(Account, Account.account_pk == DraftAnswer.account_pk)
        .where(DraftAnswer.draft_pk == draft_pk, DraftAnswer.revision > since)
        .order_by(DraftAnswer.revision, DraftAnswer.criterion_id)
    )
    return {
        row.criterion_id: AnswerState(
            criterion_id=row.criterion_id,
            answer=row.answer or "",
            revision=row.revision,
            account_pk=row.account_pk,
            name=row.name or "",
            editor=row.editor,
            saved_at=row.saved_at,
        )
        for row in rows
    }
