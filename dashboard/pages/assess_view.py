"""What the assessment form shows: questions, marks and the moving score, from pure values."""

from collections.abc import Mapping
from dataclasses import dataclass

from babel.numbers import format_decimal

from assessments.answers import allowed_answers
from assessments.criteria import Confidence, CriteriaSet, Criterion
from assessments.errors import AnswerProblem
from assessments.scoring import NextLevel, Preview, ScoreResult
from dashboard.texts.catalogue import Texts


@dataclass(frozen=True, kw_only=True)
class ChoiceView:
    """One answer to tap."""

    value: str
    label: str
    spoken: str
    is_checked: bool
    is_word: bool


@dataclass(frozen=True, kw_only=True)
class QuestionView:
    """One criterion with its choices."""

    id: str
    title: str
    choices: tuple[ChoiceView, ...]
    is_scale: bool
    is_mandatory: bool
    marks: tuple[str, ...]
    reason: str
    reason_code: str
    problem: str


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


@dataclass(frozen=True, kw_only=True)
class ChangeView:
    """One change that is proposed."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ScoreView:
    """The score bar."""

    answered: int
    total: int
    level: str
    level_word: str
    set_level: str
    score: str
    range_text: str
    next_text: str
    changes: tuple[ChangeView, ...]
    vetoed_by: tuple[str, ...]

    @property
    def percent(self) -> int:
        """Share of questions answered, in whole percents."""
        return 100 * self.answered // self.total


def build_chapters(
    criteria_set: CriteriaSet,
    answers: Mapping[str, str],
    *,
    reasons: Mapping[str, str],
    problems: Mapping[str, AnswerProblem],
    text: Texts,
) -> tuple[ChapterView, ...]:
    """The chapters with their questions.

    Args:
        criteria_set: The set to ask.
        answers: Texts of the answers so far, by criterion id.
        reasons: Reason codes of the answers so far, by criterion id.
        problems: What cannot be taken, by criterion id.
        text: Texts of the language shown.
    """
    return tuple(
        ChapterView(
            id=chapter.id,
            title=chapter.title.of(text.language),
            questions=tuple(
                _question(
                    criteria_set,
                    criterion,
                    given=answers.get(criterion.id, "").strip(),
                    reason=reasons.get(criterion.id, ""),
                    problem=problems.get(criterion.id),
                    text=text,
                )
                for criterion in criteria_set.criteria
                if criterion.chapter == chapter.id
            ),
            answered=sum(
                1
                for criterion in criteria_set.criteria
                if criterion.chapter == chapter.id and answers.get(criterion.id)
            ),
        )
        for chapter in criteria_set.chapters
    )


def _question(
    criteria_set: CriteriaSet,
    criterion: Criterion,
    *,
    given: str,
    reason: str,
    problem: AnswerProblem | None,
    text: Texts,
) -> QuestionView:
    is_points = criterion.answer == "points"
    choices = allowed_answers(criterion) if is_points else ("pass", "fail")
    return QuestionView(
        id=criterion.id,
        title=criterion.title.of(text.language),
        choices=tuple(
            ChoiceView(
                value=str(choice),
                label=str(choice) if isinstance(choice, int) else text(f"assess.answer.{choice}"),
                spoken=answer_word(choice, text),
                is_checked=given == str(choice),
                is_word=not isinstance(choice, int),
            )
            for choice in choices
        ),
        is_scale=is_points and criteria_set.rule.is_lower_safer,
        is_mandatory=not is_points and criterion.id in criteria_set.veto_ids,
        marks=_marks(criterion, text),
        reason=text(f"assess.reason.{reason}") if reason else "",
        reason_code=reason,
        problem=text(f"assess.problem.{problem.code}") if problem else "",
    )


def _marks(criterion: Criterion, text: Texts) -> tuple[str, ...]:
    """What is to be said of wording and points that are not the annex's own."""
    return tuple(
        text(f"assess.confidence.{subject}", confidence=text(f"assess.confidence.{confidence}"))
        for subject, confidence in (
            ("text", criterion.confidence.text),
            ("points", criterion.confidence.points),
        )
        if confidence is not Confidence.EXACT
    )


def build_score(criteria_set: CriteriaSet, preview: Preview, text: Texts) -> ScoreView:
    """The score bar of answers so far."""
    total = len(criteria_set.criteria)
    result = preview.result
    best, worst = preview.best, preview.worst
    set_levels = criteria_set.levels_by_code
    range_text = ""
    if result is None and preview.missing and len(preview.missing) < total:
        names = {
            "worst": set_levels[worst.set_level].title.of(text.language),
            "best": set_levels[best.set_level].title.of(text.language),
        }
        range_text = (
            text("assess.score.certain", level=names["best"])
            if best.set_level == worst.set_level
            else text("assess.score.between", **names)
        )
    known = result or (best if best.set_level == worst.set_level else None)
    next_level = result.next_level if result else None
    return ScoreView(
        answered=total - len(preview.missing),
        total=total,
        level=known.level.value if known else "",
        level_word=text(f"level.{known.level.value}") if known else "",
        set_level=set_levels[known.set_level].title.of(text.language) if known else "",
        score=score_text(criteria_set, result, text) if result else _points_text(preview, text),
        range_text=range_text,
        next_text=_next_text(criteria_set, result, text),
        changes=build_changes(criteria_set, next_level, text),
        vetoed_by=(result or best).vetoed_by,
    )


def _points_text(preview: Preview, text: Texts) -> str:
    if preview.max_points == 0:
        return ""
    return text("assess.score.points", points=preview.points, max=preview.max_points)


def _next_text(criteria_set: CriteriaSet, result: ScoreResult | None, text: Texts) -> str:
    if result is None:
        return ""
    if result.next_level is None:
        return text("assess.score.best")
    level = criteria_set.levels_by_code[result.next_level.set_level]
    return text(
        "assess.score.next",
        level=level.title.of(text.language),
        count=len(result.next_level.changes),
    )


def build_changes(
    criteria_set: CriteriaSet, next_level: NextLevel | None, text: Texts
) -> tuple[ChangeView, ...]:
    """The changes that reach the next level, in words."""
    if next_level is None:
        return ()
    return tuple(
        ChangeView(
            id=change.criterion_id,
            title=criteria_set.criteria_by_id[change.criterion_id].title.of(text.language),
            text=text(
                "assess.change",
                old=answer_word(change.old_answer, text),
                new=answer_word(change.new_answer, text),
            ),
        )
        for change in next_level.changes
    )


def score_text(criteria_set: CriteriaSet, result: ScoreResult, text: Texts) -> str:
    """The score in the set's own terms, with two decimals at most."""
    if criteria_set.rule.kind == "passed_count":
        return text("assess.score.count", points=result.points, max=result.max_points)
    value = format_decimal(result.score, format="#,##0.##", locale=text.language)
    is_index = criteria_set.rule.is_lower_safer
    return text("assess.score.index" if is_index else "assess.score.percent", value=value)


def answer_word(answer: object, text: Texts) -> str:
    """An answer in words."""
    if isinstance(answer, int):
        return text("assess.answer.points", points=answer)
    return text(f"assess.answer.{answer}")
