"""What the assessment pages ask: chapters, questions and answers as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from assessments.answers import allowed_answers
from assessments.criteria import Confidence, CriteriaSet, Criterion
from assessments.errors import AnswerProblem
from dashboard.pages.days import moment_text
from dashboard.texts.catalogue import Texts
from data import clock
from data.queries.drafts import AnswerState, DraftState
from data.queries.evidence import EvidenceItem
from data.services.assessing.drafts import AnswerConflict

WORDS: Final = frozenset({"pass", "fail", "na"})
LONGEST_UNKNOWN: Final = 100


@dataclass(frozen=True, kw_only=True)
class ChoiceView:
    """One answer to tap.

    Attributes:
        note: What stands for this number of points, where the set says so.
    """

    value: str
    label: str
    spoken: str
    note: str
    is_checked: bool
    is_word: bool


@dataclass(frozen=True, kw_only=True)
class QuestionView:
    """One criterion with its choices.

    Attributes:
        layout: `words`, `points`, `scale` for a long row of numbers, or `described`.
        notes: What stands for some numbers of points, where the set describes not all.
        stored: The answer that stands; another one may be shown, to choose from.
        revision: Its revision; 0 where there is none.
        changed: Who answered it last and when, if that was somebody else.
        conflict: What somebody else answered meanwhile; empty without a conflict.
    """

    id: str
    title: str
    choices: tuple[ChoiceView, ...]
    layout: str
    notes: tuple[str, ...]
    parts: tuple[str, ...]
    is_mandatory: bool
    is_text_known: bool
    marks: tuple[str, ...]
    reason: str
    reason_code: str
    problem: str
    stored: str
    revision: int
    changed: str
    conflict: str
    conflict_value: str
    evidence: tuple[EvidenceItem, ...]


@dataclass(frozen=True, kw_only=True)
class ChapterView:
    """One chapter and how much of it is answered."""

    id: str
    title: str
    questions: tuple[QuestionView, ...]
    answered: int

    @property
    def total(self) -> int:
        """Questions in the chapter."""
        return len(self.questions)

    @property
    def is_full(self) -> bool:
        """Whether nothing is missing."""
        return self.answered == self.total


@dataclass(frozen=True, kw_only=True)
class DraftPicture:
    """All that the questions show beside their text.

    Attributes:
        answers: Texts shown, by criterion.
        state: The stored draft; None before the first answer.
        reasons: Reason codes of the answers, by criterion.
        problems: What cannot be taken, by criterion.
        conflicts: What somebody else changed meanwhile.
        evidence: Files by criterion.
        account_pk: The person who looks.
    """

    answers: Mapping[str, str]
    state: DraftState | None
    reasons: Mapping[str, str]
    problems: Mapping[str, AnswerProblem]
    conflicts: Sequence[AnswerConflict]
    evidence: Mapping[str, tuple[EvidenceItem, ...]]
    account_pk: int


def build_chapters(
    criteria_set: CriteriaSet, picture: DraftPicture, text: Texts
) -> tuple[ChapterView, ...]:
    """The chapters with their questions."""
    conflicts = {one.theirs.criterion_id: one.theirs for one in picture.conflicts}
    questions = {
        one.id: _question(criteria_set, one, picture, conflicts.get(one.id), text)
        for one in criteria_set.criteria
    }
    return tuple(
        ChapterView(
            id=chapter.id,
            title=chapter.title.of(text.language),
            questions=tuple(
                questions[one.id] for one in criteria_set.criteria if one.chapter == chapter.id
            ),
            answered=sum(
                1
                for one in criteria_set.criteria
                if one.chapter == chapter.id and picture.answers.get(one.id)
            ),
        )
        for chapter in criteria_set.chapters
    )


def _question(
    criteria_set: CriteriaSet,
    criterion: Criterion,
    picture: DraftPicture,
    conflict: AnswerState | None,
    text: Texts,
) -> QuestionView:
    given = picture.answers.get(criterion.id, "").strip()
    state = picture.state.states.get(criterion.id) if picture.state else None
    reason = picture.reasons.get(criterion.id, "")
    problem = picture.problems.get(criterion.id)
    notes = {points: note.of(text.language) for points, note in criterion.options}
    is_described = bool(notes) and criterion.is_scale_complete
    is_changed = state is not None and state.account_pk != picture.account_pk and not conflict
    return QuestionView(
        id=criterion.id,
        title=criterion.title.of(text.language),
        choices=_choices(criterion, given, notes if is_described else {}, text),
        layout="described" if is_described else _layout(criteria_set, criterion),
        notes=()
        if is_described
        else tuple(
            text("assess.scale.note", points=points, note=note) for points, note in notes.items()
        ),
        parts=tuple(part.title.of(text.language) for part in criterion.sub_contents),
        is_mandatory=criterion.id in criteria_set.mandatory_ids,
        is_text_known=criterion.is_text_known,
        marks=_marks(criterion, text),
        reason=reason_text(reason, text),
        reason_code=reason,
        problem=text(f"assess.problem.{problem.code}") if problem else "",
        stored=state.answer if state else "",
        revision=state.revision if state else 0,
        changed=changed_text(state, text) if state and is_changed else "",
        conflict=conflict_text(criterion, conflict, text) if conflict else "",
        conflict_value=conflict.answer if conflict else "",
        evidence=picture.evidence.get(criterion.id, ()),
    )


def _choices(
    criterion: Criterion, given: str, notes: Mapping[int, str], text: Texts
) -> tuple[ChoiceView, ...]:
    found = allowed_answers(criterion)
    if criterion.answer == "pass_fail":
        # "Đạt" before "Không đạt", as people say it.
        found = (*found[1::-1], *found[2:])
    return tuple(
        ChoiceView(
            value=str(choice),
            label=str(choice) if isinstance(choice, int) else text(f"assess.answer.{choice}"),
            spoken=answer_word(choice, text),
            note=notes.get(choice, "") if isinstance(choice, int) else "",
            is_checked=given == str(choice),
            is_word=not isinstance(choice, int),
        )
        for choice in found
    )


def _layout(criteria_set: CriteriaSet, criterion: Criterion) -> str:
    if criterion.answer == "pass_fail":
        return "words"
    is_long = len(criteria_set.outcomes[criterion.id]) > 12
    return "scale" if is_long else "points"


def _marks(criterion: Criterion, text: Texts) -> tuple[str, ...]:
    """What is to be said of wording and points that are not the annex's own."""
    return tuple(
        text(f"assess.confidence.{subject}", confidence=text(f"assess.confidence.{confidence}"))
        for subject, confidence in (
            ("text", criterion.confidence.text),
            ("points", criterion.confidence.points),
            ("mandatory", criterion.confidence.mandatory),
        )
        if confidence not in (None, Confidence.EXACT)
        # An unknown wording is said in a sentence of its own, not in a small mark.
        and not (subject == "text" and not criterion.is_text_known)
    )


def changed_text(state: AnswerState, text: Texts) -> str:
    """Who changed an answer last."""
    key = "assess.changed.taken_back" if not state.answer else "assess.changed.by"
    return text(key, name=_name(state, text), time=clock_text(state.saved_at))


def conflict_text(criterion: Criterion, state: AnswerState, text: Texts) -> str:
    """What somebody else answered meanwhile, and that one has to choose."""
    return text(
        "assess.conflict",
        name=_name(state, text),
        time=clock_text(state.saved_at),
        answer=typed_word(criterion, state.answer, text),
    )


def typed_word(criterion: Criterion, answer: str, text: Texts) -> str:
    """An answer as a form sends it, in words."""
    if not answer:
        return text("assess.answer.none")
    return answer_word(int(answer) if answer.isdecimal() else answer, text)


def answer_word(answer: object, text: Texts) -> str:
    """An answer in words; one of a version that is gone as it is stored, with a note."""
    if isinstance(answer, int):
        return text("assess.answer.points", points=answer)
    return text(f"assess.answer.{answer}") if answer in WORDS else unknown_text(answer, text)


def unknown_text(answer: object, text: Texts) -> str:
    """A stored answer that the criterion does not offer, raw and with a note."""
    return text("assess.answer.unknown", answer=str(answer)[:LONGEST_UNKNOWN])


def reason_text(reason: str, text: Texts) -> str:
    """What an answer counted as, in words; the stored code where it has none any more."""
    return text.messages.get(f"assess.reason.{reason}", reason)


def clock_text(moment: datetime) -> str:
    """The time of day in Việt Nam."""
    return f"{moment.astimezone(clock.VIETNAM):%H:%M}"


def saved_text(moment: datetime, at: datetime, text: Texts) -> str:
    """When a draft was saved last: the time, and the day where that is not today's."""
    is_today = clock.day_of(moment) == clock.day_of(at)
    return clock_text(moment) if is_today else moment_text(moment, text)


def _name(state: AnswerState, text: Texts) -> str:
    return state.name or text("assess.somebody")
