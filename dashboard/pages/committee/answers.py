"""Answers of a submission as a committee reads them: what is lacking first, evidence beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from assessments.criteria import CriteriaSet
from assessments.errors import AnswerProblem
from dashboard.pages.assess.view import (
    ChapterView,
    DraftPicture,
    QuestionView,
    build_chapters,
    unknown_text,
)
from dashboard.texts.catalogue import Texts
from data.queries.evidence import EvidenceItem

VETOES: Final = frozenset({"zero_veto", "mandatory_failed"})
LACKING: Final = frozenset({"zero", "failed", "full_risk"})
PARTIAL: Final = frozenset({"partial", "some_risk"})

PRESSING: Final = frozenset({"veto", "lacking"})


@dataclass(frozen=True, kw_only=True)
class AnswerView:
    """One answer to read, and to correct on demand.

    Attributes:
        given: The venue's answer in words; empty where it gave none.
        counted: What it counted, as `(points, most points)`; None where it counts none.
        chosen: What the committee has chosen instead, in words; empty where nothing.
        mark: `veto`, `lacking`, `partial` or `fine`.
    """

    question: QuestionView
    given: str
    counted: tuple[int, int] | None
    chosen: str
    mark: str

    @property
    def urgency(self) -> int:
        """Order in its chapter: what a committee looks at first has the lowest."""
        if self.question.problem or self.chosen:
            return 0
        if self.mark != "fine":
            return {"veto": 1, "lacking": 2, "partial": 4}[self.mark]
        return 3 if self.question.is_mandatory else 5


@dataclass(frozen=True, kw_only=True)
class AnswerChapter:
    """One chapter of a submission.

    Attributes:
        answers: The most urgent first, then in the set's order.
        is_open: Whether there is something in it that nobody should pass over.
    """

    id: str
    title: str
    answers: tuple[AnswerView, ...]
    is_open: bool

    @property
    def lacking(self) -> int:
        """Answers that count nothing, those that force the level among them."""
        return sum(one.mark in PRESSING for one in self.answers)

    @property
    def files(self) -> int:
        """Files of evidence."""
        return sum(len(one.question.evidence) for one in self.answers)


def answer_chapters(
    criteria_set: CriteriaSet,
    answers: Mapping[str, str],
    text: Texts,
    *,
    problems: Sequence[AnswerProblem] = (),
    evidence: Mapping[str, tuple[EvidenceItem, ...]] | None = None,
    reasons: Mapping[str, str] | None = None,
) -> tuple[ChapterView, ...]:
    """The questions of a set with answers, evidence and what cannot be taken."""
    return build_chapters(
        criteria_set,
        DraftPicture(
            answers=answers,
            state=None,
            reasons=reasons or {},
            problems={one.criterion_id: one for one in problems if one.criterion_id},
            conflicts=(),
            evidence=evidence or {},
            account_pk=0,
        ),
        text,
    )


def read_chapters(
    chapters: Sequence[ChapterView],
    declared: Mapping[str, str],
    text: Texts,
    *,
    points: Mapping[str, Any] | None = None,
) -> tuple[AnswerChapter, ...]:
    """The same questions to be read, with what the venue had answered.

    Args:
        chapters: As `answer_chapters` gives them; what is checked is the committee's.
        declared: The venue's answers as a form sends them.
        text: Texts of the language shown.
        points: Points and maximum by criterion, as they were scored.
    """
    read = {
        chapter.id: tuple(
            sorted(
                (
                    _read(one, declared.get(one.id, ""), (points or {}).get(one.id), text)
                    for one in chapter.questions
                ),
                key=lambda one: one.urgency,
            )
        )
        for chapter in chapters
    }
    # In sets of risks nothing is failed: there the chapters with some risk are open.
    has_pressing = any(one.mark in PRESSING for answers in read.values() for one in answers)
    marks = PRESSING if has_pressing else PRESSING | {"partial"}
    return tuple(
        AnswerChapter(
            id=chapter.id,
            title=chapter.title,
            answers=read[chapter.id],
            is_open=any(
                one.mark in marks or one.chosen or one.question.problem or one.question.evidence
                for one in read[chapter.id]
            ),
        )
        for chapter in chapters
    )


def stored_reasons(points: Mapping[str, Any]) -> dict[str, str]:
    """What each answer counted as, by criterion, as it was scored."""
    return {
        criterion_id: str(one.get("reason") or "")
        for criterion_id, one in points.items()
        if isinstance(one, Mapping)
    }


def _read(question: QuestionView, declared: str, scored: Any, text: Texts) -> AnswerView:
    words = {
        one.value: f"{one.spoken} · {one.note}" if one.note else one.spoken
        for one in question.choices
    }
    chosen = next((one.value for one in question.choices if one.is_checked), declared)
    is_unknown = bool(declared) and declared not in words
    return AnswerView(
        question=question,
        given=unknown_text(declared, text) if is_unknown else words.get(declared, ""),
        counted=_counted(scored),
        chosen="" if chosen == declared else words[chosen],
        mark=_mark(question.reason_code),
    )


def _counted(scored: Any) -> tuple[int, int] | None:
    if not isinstance(scored, Mapping):
        return None
    points, most = scored.get("points"), scored.get("max")
    return (points, most) if isinstance(points, int) and isinstance(most, int) and most else None


def _mark(reason: str) -> str:
    for mark, reasons in (("veto", VETOES), ("lacking", LACKING), ("partial", PARTIAL)):
        if reason in reasons:
            return mark
    return "fine"
