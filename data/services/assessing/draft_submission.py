"""A draft becomes a submission: declared true, sent once, with its evidence."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from assessments.answers import read_text_answers
from assessments.criteria import criteria_set_version
from data.errors import ConflictError
from data.models import Assessment, AssessmentDraft, Venue
from data.queries.drafts import read_answer_states
from data.services.assessing.drafts import DraftClosedError, DraftSetError
from data.services.assessing.evidence import attach_draft_evidence
from data.services.assessing.submissions import submit_in
from data.services.counting.level_locks import share_levels

SOURCE: Final = "site"


class DraftChangedError(ConflictError):
    """Somebody changed an answer after the review that was declared true."""


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What a person signs.

    Attributes:
        name: As they wrote it.
        account_pk: Who is signed in.
        revision: Revision of the draft that they were shown.
        at: When.
    """

    name: str
    account_pk: int
    revision: int
    at: datetime


def submit_draft(
    sessions: sessionmaker[Session], venue_id: str, draft_key: str, declaration: Declaration
) -> int:
    """Submit a draft, close it, and let its evidence belong to the submission: all or nothing.

    Sent again, it gives the submission of the first time.

    Args:
        sessions: A person's own.
        venue_id: Public id of the venue.
        draft_key: The draft.
        declaration: Who declares what true.

    Returns:
        Key of the submission.

    Raises:
        AnswersError: An answer is missing or not allowed.
        ConflictError: The venue is closed or its type has no set any more.
        DraftChangedError: The draft is not what was declared.
        DraftClosedError: It was thrown away.
        DraftSetError: Its set is not in force any more.
    """
    with sessions.begin() as session:
        # Before any row is locked; see `level_locks`.
        share_levels(session)
        draft = session.scalar(
            select(AssessmentDraft)
            .join(Venue, Venue.venue_pk == AssessmentDraft.venue_pk)
            .where(Venue.venue_id == venue_id, AssessmentDraft.submission_key == draft_key)
            .with_for_update(of=AssessmentDraft)
        )
        if draft is None:
            raise DraftClosedError("there is no such draft")
        if draft.closed_at is not None:
            return _find_submission(session, draft)
        if draft.revision != declaration.revision:
            raise DraftChangedError("the answers were changed after they were reviewed")
        criteria_set = criteria_set_version(draft.set_id, draft.set_version)
        if criteria_set is None:
            raise DraftSetError("the criteria set has changed; load the page again")
        states = read_answer_states(session, draft.draft_pk)
        stored = submit_in(
            session,
            venue_id=venue_id,
            answers=read_text_answers(
                criteria_set, {key: state.answer for key, state in states.items()}
            ),
            submitted_at=declaration.at,
            source=SOURCE,
            set_id=draft.set_id,
            submission_key=draft.submission_key,
            account_pk=declaration.account_pk,
            declared_name=declaration.name,
        )
        if stored.set_version != draft.set_version:
            raise DraftSetError("the criteria set has changed; load the page again")
        draft.closed_at = declaration.at
        attach_draft_evidence(session, draft.draft_pk, stored.assessment_pk)
        return stored.assessment_pk


def _find_submission(session: Session, draft: AssessmentDraft) -> int:
    found = session.scalar(
        select(Assessment.assessment_pk).where(Assessment.submission_key == draft.submission_key)
    )
    if found is None:
        raise DraftClosedError("the draft was thrown away")
    return found
