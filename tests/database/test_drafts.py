"""Drafts: saved answer by answer, shared by several, carried over, submitted once."""

import random
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from assessments.criteria import CriteriaSet, criteria_set_for
from assessments.errors import AnswersError
from data.clock import now
from data.errors import NotFoundError
from data.models import Assessment, AssessmentDraft, DraftAnswer, EvidenceFile, Venue, VenueStaff
from data.queries.drafts import DraftState, read_open_draft
from data.queries.submission_history import read_history, read_submission
from data.scope import Actor, ScopedSessions, scoped_sessions
from data.services.assessing import draft_carrying
from data.services.assessing.draft_submission import Declaration, DraftChangedError, submit_draft
from data.services.assessing.drafts import (
    AnswerChange,
    DraftClosedError,
    DraftSetError,
    SaveOutcome,
    current_draft,
    discard_draft,
    fill_answers,
    save_answers,
)
from tests.people import make_account, make_venue

DAY = date(2026, 11, 20)


def school_set() -> CriteriaSet:
    found = criteria_set_for("school.primary", DAY)
    assert found is not None
    return found


class Desk:
    """One venue with an owner and an editor."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions
        self.owner = make_account(sessions, name="An")
        self.editor = make_account(sessions, name="Bình")
        self.venue_id = make_venue(sessions, owner=self.owner)
        with sessions.begin() as session:
            venue_pk = session.scalars(
                select(Venue.venue_pk).where(Venue.venue_id == self.venue_id)
            ).one()
            session.add(
                VenueStaff(venue_pk=venue_pk, account_pk=self.editor.account_pk, role="editor")
            )

    def own(self, actor: Actor) -> ScopedSessions:
        return scoped_sessions(self.sessions, actor)

    def save(
        self,
        actor: Actor,
        answers: dict[str, str],
        *,
        seen: int = 0,
        draft_key: str = "",
        editor: str | None = None,
    ) -> SaveOutcome:
        return save_answers(
            self.own(actor),
            venue_id=self.venue_id,
            criteria_set=school_set(),
            draft_key=draft_key,
            changes=[
                AnswerChange(criterion_id=key, answer=answer, seen=seen)
                for key, answer in answers.items()
            ],
            account_pk=actor.account_pk,
            editor=editor,
        )

    def open(self) -> DraftState:
        with self.own(self.owner)() as session:
            found = read_open_draft(session, self.venue_id)
        assert found is not None
        return found

    def submit(self, *, revision: int | None = None) -> int:
        draft = self.open()
        return submit_draft(
            self.own(self.owner),
            self.venue_id,
            draft.draft_key,
            Declaration(
                name="Nguyễn An",
                account_pk=self.owner.account_pk,
                revision=draft.revision if revision is None else revision,
                at=now(),
            ),
        )


@pytest.fixture
def desk(sessions: sessionmaker[Session]) -> Desk:
    return Desk(sessions)


def all_answers(answer: str = "pass") -> dict[str, str]:
    return dict.fromkeys(school_set().criteria_by_id, answer)


def test_answers_are_kept_and_taken_back(desk: Desk) -> None:
    first = desk.save(desk.owner, {"1": "pass", "2": "fail"})
    assert first.draft.answers == {"1": "pass", "2": "fail"}
    second = desk.save(desk.owner, {"2": ""}, seen=1, draft_key=first.draft.draft_key)
    assert second.draft.answers == {"1": "pass"}
    assert second.draft.states["2"].revision == 2
    assert desk.open().revision == 2


def test_an_answer_that_somebody_changed_is_a_conflict_with_both_values(desk: Desk) -> None:
    key = desk.save(desk.owner, {"1": "pass"}).draft.draft_key
    desk.save(desk.editor, {"1": "fail"}, seen=1, draft_key=key)
    late = desk.save(desk.owner, {"1": "", "2": "pass"}, seen=1, draft_key=key)
    (conflict,) = late.conflicts
    assert (conflict.mine, conflict.theirs.answer, conflict.theirs.name) == ("", "fail", "Bình")
    assert late.draft.answers == {"1": "fail", "2": "pass"}
    settled = desk.save(desk.owner, {"1": "pass"}, seen=conflict.theirs.revision, draft_key=key)
    assert settled.draft.answers["1"] == "pass"


def test_the_same_answer_by_two_is_no_conflict(desk: Desk) -> None:
    key = desk.save(desk.owner, {"1": "pass"}).draft.draft_key
    same = desk.save(desk.editor, {"1": "pass"}, draft_key=key)
    assert same.conflicts == ()
    assert same.draft.revision == 1


def test_a_page_never_conflicts_with_itself(desk: Desk) -> None:
    # The answer to the first save was lost: the page has not seen its revision.
    key = desk.save(desk.owner, {"1": "pass"}, editor="page-1").draft.draft_key
    again = desk.save(desk.owner, {"1": "fail"}, editor="page-1", draft_key=key)
    assert again.conflicts == ()
    other_tab = desk.save(desk.owner, {"1": "pass"}, editor="page-2", draft_key=key)
    assert len(other_tab.conflicts) == 1


def test_wrong_answers_are_refused_whole(desk: Desk) -> None:
    with pytest.raises(AnswersError):
        desk.save(desk.owner, {"1": "pass", "2": "maybe"})
    with pytest.raises((AnswersError, NotFoundError)):
        desk.save(desk.owner, {"99": ""})
    with desk.sessions() as session:
        assert session.scalar(select(func.count()).select_from(DraftAnswer)) == 0


def test_stranger_reaches_no_draft(desk: Desk) -> None:
    desk.save(desk.owner, {"1": "pass"})
    stranger = make_account(desk.sessions)
    with desk.own(stranger)() as session:
        assert read_open_draft(session, desk.venue_id) is None
    with pytest.raises(Exception, match="row-level security"):
        desk.save(stranger, {"1": "fail"})
    assert desk.open().answers == {"1": "pass"}


def test_draft_is_submitted_once_with_its_evidence_and_author(desk: Desk) -> None:
    desk.save(desk.editor, all_answers())
    draft = desk.open()
    with desk.sessions.begin() as session:
        venue_pk = session.scalars(select(AssessmentDraft.venue_pk)).one()
        session.add(
            EvidenceFile(
                evidence_id="e" * 32, venue_pk=venue_pk, draft_pk=draft.draft_pk,
                criterion_id="1", media_type="image/jpeg", size=1, sha256=b"x",
            )
        )  # fmt: skip
    first = desk.submit()
    again = submit_draft(
        desk.own(desk.owner),
        desk.venue_id,
        draft.draft_key,
        Declaration(name="x", account_pk=desk.owner.account_pk, revision=0, at=now()),
    )
    assert again == first
    with desk.own(desk.owner)() as session:
        stored = read_submission(session, desk.venue_id, first)
        assert stored is not None
        assert (stored.declared_name, stored.author, stored.kind) == ("Nguyễn An", "An", "self")
        assert stored.level == "safe"
        assert session.scalars(select(EvidenceFile.assessment_pk)).all() == [first]
        assert [one.assessment_pk for one in read_history(session, desk.venue_id)] == [first]
        assert read_history(session, desk.venue_id, before=first) == []
        assert read_open_draft(session, desk.venue_id) is None


def test_what_was_not_reviewed_is_not_submitted(desk: Desk) -> None:
    desk.save(desk.owner, all_answers())
    reviewed = desk.open()
    desk.save(desk.editor, {"1": "fail"}, seen=1, draft_key=reviewed.draft_key)
    with pytest.raises(DraftChangedError):
        desk.submit(revision=reviewed.revision)
    with desk.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Assessment)) == 0


def test_incomplete_draft_stays_a_draft(desk: Desk) -> None:
    desk.save(desk.owner, {"1": "pass"})
    with pytest.raises(AnswersError):
        desk.submit()
    assert desk.open().answers == {"1": "pass"}


def test_page_of_a_closed_draft_learns_that_it_is(desk: Desk) -> None:
    key = desk.save(desk.owner, all_answers()).draft.draft_key
    desk.submit()
    with pytest.raises(DraftClosedError):
        desk.save(desk.editor, {"1": "fail"}, seen=1, draft_key=key)
    begun = desk.save(desk.editor, {"1": "fail"})
    assert begun.draft.draft_key != key
    discard_draft(desk.own(desk.owner), desk.venue_id, begun.draft.draft_key)
    with pytest.raises(DraftClosedError):
        discard_draft(desk.own(desk.owner), desk.venue_id, begun.draft.draft_key)


def test_answers_of_last_time_fill_what_is_empty(desk: Desk) -> None:
    desk.save(desk.owner, {"1": "fail"})
    filled = fill_answers(
        desk.own(desk.owner),
        venue_id=desk.venue_id,
        criteria_set=school_set(),
        answers=all_answers() | {"99": "pass", "2": "nonsense"},
        account_pk=desk.owner.account_pk,
    )
    assert filled == 13
    assert desk.open().answers["1"] == "fail"
    assert "2" not in desk.open().answers


def _newer(**changes: object) -> CriteriaSet:
    old = school_set()
    # Built anew: a copy would take what the old one has worked out along.
    fields = {name: getattr(old, name) for name in CriteriaSet.model_fields}
    return CriteriaSet.model_construct(**fields | changes)


def test_new_version_keeps_the_answers_that_it_still_asks(desk: Desk) -> None:
    desk.save(desk.owner, {"1": "pass", "2": "fail", "3": "pass"})
    old = school_set()
    newer = _newer(
        version="2027-01-01.1", criteria=tuple(one for one in old.criteria if one.id != "2")
    )
    draft = current_draft(desk.own(desk.owner), desk.venue_id, newer)
    assert draft is not None
    assert draft.answers == {"1": "pass", "3": "pass"}
    assert draft.set_version == "2027-01-01.1"
    assert draft.carried == {
        "set_id": old.id, "set_version": old.version, "kept": 2, "dropped": 1,
    }  # fmt: skip
    with pytest.raises(DraftSetError):
        desk.save(desk.owner, {"1": "fail"}, seen=1)


def test_another_set_keeps_only_what_is_the_same_question(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.save(desk.owner, {"1": "pass", "2": "fail"})
    old = school_set()
    first, second, *others = old.criteria
    title = second.title.model_copy(update={"vi": "Một câu hỏi khác"})
    newer = _newer(
        id="school-other",
        criteria=(first, second.model_copy(update={"title": title}), *others),
    )
    monkeypatch.setattr(
        draft_carrying,
        "criteria_set_version",
        lambda set_id, version: old if set_id == old.id else None,
    )
    draft = current_draft(desk.own(desk.owner), desk.venue_id, newer)
    assert draft is not None
    assert draft.answers == {"1": "pass"}


def _at_once(works: list[Callable[[], object]]) -> None:
    failures: list[BaseException] = []
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


def test_editors_side_by_side_overwrite_nothing_unseen(
    committing_sessions: sessionmaker[Session],
) -> None:
    """Whatever is stored was put over a value that its writer had seen.

    Each writer keeps the revisions that it knows, writes values of its own, and takes what a
    conflict tells it. Every successful save names the value that it replaced: these must
    form one chain for each answer, in which nothing is left out.
    """
    desk = Desk(committing_sessions)
    key = desk.save(desk.owner, {"1": "pass"}).draft.draft_key
    log: list[tuple[str, int, int]] = []  # criterion, revision seen, revision made
    lock = threading.Lock()

    def write(actor: Actor, seed: int) -> None:
        rng = random.Random(seed)  # noqa: S311  # a seeded draw of a test, no secret
        known = {"1": 1, "2": 0, "3": 0}
        for _ in range(12):
            criterion = rng.choice(list(known))
            outcome = desk.save(
                actor,
                {criterion: rng.choice(["pass", "fail", ""])},
                seen=known[criterion],
                draft_key=key,
                editor=f"page {seed}",
            )
            state = outcome.draft.states.get(criterion)
            made = state.revision if state else 0
            is_mine = state is not None and state.editor == f"page {seed}"
            if is_mine and made > known[criterion]:
                with lock:
                    log.append((criterion, known[criterion], made))
            known[criterion] = made

    works: list[Callable[[], object]] = [
        partial(write, actor, seed)
        for seed, actor in enumerate([desk.owner, desk.editor, desk.owner, desk.editor])
    ]
    _at_once(works)
    final = desk.open()
    for criterion, start in (("1", 1), ("2", 0), ("3", 0)):
        written = {made for one, _, made in log if one == criterion}
        state = final.states.get(criterion)
        assert (state.revision if state else 0) in written | {start}
        steps = [(seen, made) for one, seen, made in log if one == criterion]
        assert len({seen for seen, _ in steps}) == len({made for _, made in steps}) == len(steps)
        for one, seen, made in log:
            if one == criterion:
                assert not {other for other in written if seen < other < made}


def test_two_who_begin_at_once_share_one_draft(
    committing_sessions: sessionmaker[Session],
) -> None:
    desk = Desk(committing_sessions)
    _at_once(
        [
            lambda: desk.save(desk.owner, {"1": "pass"}),
            lambda: desk.save(desk.editor, {"2": "pass"}),
        ]
    )
    assert desk.open().answers == {"1": "pass", "2": "pass"}


def test_two_who_submit_at_once_store_one_submission(
    committing_sessions: sessionmaker[Session],
) -> None:
    desk = Desk(committing_sessions)
    desk.save(desk.owner, all_answers())
    draft = desk.open()
    found: list[int] = []

    def send(actor: Actor) -> None:
        found.append(
            submit_draft(
                desk.own(actor),
                desk.venue_id,
                draft.draft_key,
                Declaration(
                    name=actor.account_id,
                    account_pk=actor.account_pk,
                    revision=draft.revision,
                    at=datetime.now(UTC),
                ),
            )
        )

    _at_once([lambda: send(desk.owner), lambda: send(desk.editor)])
    assert len(set(found)) == 1
    with committing_sessions() as session:
        assert session.scalar(select(func.count()).select_from(Assessment)) == 1
