"""The moving score in words: what the answers so far come to, and what is missing."""

from dataclasses import dataclass

from assessments.criteria import CriteriaSet
from assessments.scoring import NextLevel, Preview, ScoreResult
from dashboard.pages.assess.view import answer_word
from dashboard.pages.numbers import number_text
from dashboard.texts.catalogue import Texts


@dataclass(frozen=True, kw_only=True)
class ChangeView:
    """One change that is proposed."""

    id: str
    step: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class LinkView:
    """A criterion to go to."""

    id: str
    step: str
    title: str


@dataclass(frozen=True, kw_only=True)
class ScoreView:
    """The score bar.

    Attributes:
        level: Level on the map; empty while it is open, or where the set gives none.
        vetoed_by: Criteria that force the level.
        limited_by: Criteria that break the limit of a better level.
        missing: Criteria without an answer.
    """

    answered: int
    total: int
    level: str
    level_word: str
    set_level: str
    score: str
    range_text: str
    next_text: str
    changes: tuple[ChangeView, ...]
    vetoed_by: tuple[LinkView, ...]
    limited_by: tuple[LinkView, ...]
    missing: tuple[LinkView, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every question is answered."""
        return self.answered == self.total


def build_score(criteria_set: CriteriaSet, preview: Preview, text: Texts) -> ScoreView:
    """The score bar of answers so far."""
    total = len(criteria_set.criteria)
    result = preview.result
    best, worst = preview.best, preview.worst
    set_levels = criteria_set.levels_by_code
    range_text = ""
    has_begun = len(preview.missing) < total
    if not criteria_set.gives_level:
        range_text = text("assess.score.no_level")
    elif result is None and preview.missing and has_begun:
        names = {
            "worst": set_levels[worst.set_level].title.of(text.language),
            "best": set_levels[best.set_level].title.of(text.language),
        }
        range_text = (
            text("assess.score.certain", level=names["best"])
            if best.set_level == worst.set_level
            else text("assess.score.between", **names)
        )
    known = result or (best if has_begun and best.set_level == worst.set_level else None)
    if not criteria_set.gives_level:
        known = None
    return ScoreView(
        answered=total - len(preview.missing),
        total=total,
        level=known.level.value if known else "",
        level_word=text(f"level.{known.level.value}") if known else "",
        set_level=set_levels[known.set_level].title.of(text.language) if known else "",
        score=score_text(criteria_set, result, text)
        if result
        else _points_text(criteria_set, preview, text),
        range_text=range_text,
        next_text=_next_text(criteria_set, result, text),
        changes=build_changes(criteria_set, result.next_level if result else None, text),
        vetoed_by=build_links(criteria_set, (result or best).vetoed_by, text),
        limited_by=build_links(criteria_set, result.limited_by if result else (), text),
        missing=build_links(criteria_set, preview.missing, text),
    )


def _points_text(criteria_set: CriteriaSet, preview: Preview, text: Texts) -> str:
    if preview.max_points == 0:
        return ""
    key = "count" if criteria_set.rule.is_pass_fail else "points"
    return text(f"assess.score.{key}", points=preview.points, max=preview.max_points)


def _next_text(criteria_set: CriteriaSet, result: ScoreResult | None, text: Texts) -> str:
    if result is None or not criteria_set.gives_level:
        return ""
    if result.next_level is None:
        return text("assess.score.best")
    level = criteria_set.levels_by_code[result.next_level.set_level]
    return text(
        "assess.score.next",
        level=level.title.of(text.language),
        count=len(result.next_level.changes),
    )


def build_links(
    criteria_set: CriteriaSet, criterion_ids: tuple[str, ...], text: Texts
) -> tuple[LinkView, ...]:
    """Criteria to go to, with the step that asks each."""
    known = criteria_set.criteria_by_id
    return tuple(
        LinkView(id=one, step=known[one].chapter, title=known[one].title.of(text.language))
        for one in criterion_ids
    )


def build_changes(
    criteria_set: CriteriaSet, next_level: NextLevel | None, text: Texts
) -> tuple[ChangeView, ...]:
    """The changes that reach the next level, in words."""
    if next_level is None:
        return ()
    known = criteria_set.criteria_by_id
    return tuple(
        ChangeView(
            id=change.criterion_id,
            step=known[change.criterion_id].chapter,
            title=known[change.criterion_id].title.of(text.language),
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
    if criteria_set.rule.kind in ("passed_count", "checklist"):
        return text("assess.score.count", points=result.points, max=result.max_points)
    value = number_text(result.score, text)
    is_index = criteria_set.rule.is_lower_safer
    return text("assess.score.index" if is_index else "assess.score.percent", value=value)
