"""What the result page shows, from a stored submission and the version that scored it."""

from dataclasses import dataclass

from assessments.criteria import CriteriaSet, SetLevel
from assessments.errors import AnswersError
from assessments.scoring import ScoreResult, score
from dashboard.pages.assess.score_view import ChangeView, build_changes, score_text
from dashboard.pages.assess.view import reason_text
from dashboard.pages.numbers import number_text
from dashboard.texts.catalogue import Texts
from data.queries.submission_history import StoredSubmission


@dataclass(frozen=True, kw_only=True)
class CriterionLine:
    """One criterion with its points and reason."""

    id: str
    title: str
    points: str
    reason: str
    reason_code: str


@dataclass(frozen=True, kw_only=True)
class ResultView:
    """The result of one stored submission.

    Attributes:
        chapters: Empty where the version that scored the answers is not known any more, or
            does not offer one of them: reasons are not made up from another.
        vetoed_by: Criteria that forced the level.
        limited_by: Criteria that broke the limit of a better level.
    """

    level: str
    set_level: str
    level_reason: str
    action: str
    band: str
    score: str
    vetoed_by: tuple[CriterionLine, ...]
    limited_by: tuple[CriterionLine, ...]
    next_level: str
    changes: tuple[ChangeView, ...]
    chapters: tuple[tuple[str, tuple[CriterionLine, ...]], ...]


def build_result(
    criteria_set: CriteriaSet | None, stored: StoredSubmission, text: Texts
) -> ResultView:
    """The result as stored, with the reasons of the version that scored it.

    Args:
        criteria_set: The set in the version of the submission; None where it is gone.
        stored: The submission.
        text: Texts of the language shown.
    """
    result = _score_again(criteria_set, stored)
    if criteria_set is None or result is None:
        return ResultView(
            level=stored.level,
            set_level=stored.set_level,
            level_reason="",
            action="",
            band="",
            score=number_text(stored.score, text),
            vetoed_by=(),
            limited_by=(),
            next_level="",
            changes=(),
            chapters=(),
        )
    set_level = criteria_set.levels_by_code[stored.set_level]
    lines = _lines(criteria_set, result, text)
    upper = result.next_level
    return ResultView(
        level=stored.level,
        set_level=set_level.title.of(text.language),
        level_reason=set_level.level_reason.of(text.language),
        action=set_level.action.of(text.language) if set_level.action else "",
        band=_band_text(set_level, text) if set_level.has_band and result.has_level else "",
        score=score_text(criteria_set, result, text),
        vetoed_by=tuple(lines[key] for key in result.vetoed_by),
        limited_by=tuple(lines[key] for key in result.limited_by),
        next_level=(
            criteria_set.levels_by_code[upper.set_level].title.of(text.language) if upper else ""
        ),
        changes=build_changes(criteria_set, upper, text),
        chapters=tuple(
            (
                chapter.title.of(text.language),
                tuple(lines[one.id] for one in criteria_set.criteria if one.chapter == chapter.id),
            )
            for chapter in criteria_set.chapters
        ),
    )


def _score_again(criteria_set: CriteriaSet | None, stored: StoredSubmission) -> ScoreResult | None:
    """None where the set is gone, or offers an answer or the level no more."""
    if criteria_set is None or stored.set_level not in criteria_set.levels_by_code:
        return None
    try:
        return score(criteria_set, stored.answers)
    except AnswersError:
        return None


def _lines(criteria_set: CriteriaSet, result: ScoreResult, text: Texts) -> dict[str, CriterionLine]:
    return {
        one.id: CriterionLine(
            id=one.id,
            title=criteria_set.criteria_by_id[one.id].title.of(text.language),
            points="–" if one.points is None else f"{one.points}/{one.max_points}",
            reason=reason_text(one.reason, text),
            reason_code=one.reason,
        )
        for one in result.criteria
    }


def _band_text(level: SetLevel, text: Texts) -> str:
    """The scores of a level in words, with which of its limits belong to it."""
    (low, low_in), (high, high_in) = level.lower, level.upper
    at_least, at_most = number_text(float(low), text), number_text(float(high), text)
    return text(
        "assess.result.band",
        lower=text(f"assess.band.{'at_least' if low_in else 'above'}", limit=at_least),
        upper=text(f"assess.band.{'at_most' if high_in else 'below'}", limit=at_most),
    )
