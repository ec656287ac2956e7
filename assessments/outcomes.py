"""What every possible answer to a criterion counts: worked out once for a set, then looked up."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from assessments.criteria_models import Criterion

NOT_APPLICABLE: Final = "na"
PASS: Final = "pass"  # noqa: S105  (an answer)
FAIL: Final = "fail"

Answer: TypeAlias = int | Literal["pass", "fail", "na"]
"""Points, or one of the words; what is stored."""


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """What one answer counted, and why.

    Attributes:
        points: Points counted; None where the criterion does not apply.
        max_points: Points that were possible; 0 where it does not apply.
        reason: `full`, `partial`, `zero`, `zero_veto`, `passed`, `failed`,
            `mandatory_failed`, `no_risk`, `some_risk`, `full_risk` or
            `not_applicable`; pages translate it as `assess.reason.<code>`.
    """

    id: str
    answer: Answer
    points: int | None
    max_points: int
    reason: str

    @property
    def vetoes(self) -> bool:
        """Whether this answer alone forces the veto level."""
        return self.reason in ("zero_veto", "mandatory_failed")


def allowed_answers(criterion: "Criterion") -> tuple[Answer, ...]:
    """Every answer that a criterion takes, fewest points first, `na` last."""
    answers: tuple[Answer, ...] = (
        (FAIL, PASS)
        if criterion.answer == "pass_fail"
        else tuple(range(0, criterion.max_points + 1, criterion.step))
    )
    return (*answers, NOT_APPLICABLE) if criterion.may_not_apply else answers


def points_of(answer: Answer) -> int:
    """Points of an answer that applies."""
    return answer if isinstance(answer, int) else int(answer == PASS)


def build_outcomes(
    criterion: "Criterion", *, is_lower_safer: bool, has_veto: bool
) -> dict[Answer, CriterionResult]:
    """The result of each answer that a criterion takes.

    Args:
        criterion: The criterion.
        is_lower_safer: Whether its points are risk.
        has_veto: Whether its worst answer forces the veto level.
    """
    return {
        answer: _judge(criterion, answer, is_lower_safer=is_lower_safer, has_veto=has_veto)
        for answer in allowed_answers(criterion)
    }


def _judge(
    criterion: "Criterion", answer: Answer, *, is_lower_safer: bool, has_veto: bool
) -> CriterionResult:
    if answer == NOT_APPLICABLE:
        return CriterionResult(criterion.id, answer, None, 0, "not_applicable")
    points = points_of(answer)
    is_full, is_zero = points == criterion.max_points, points == 0
    if is_lower_safer:
        reason = "no_risk" if is_zero else "full_risk" if is_full else "some_risk"
    elif criterion.answer == "pass_fail":
        reason = "passed" if is_full else "mandatory_failed" if has_veto else "failed"
    elif is_zero:
        reason = "zero_veto" if has_veto else "zero"
    else:
        reason = "full" if is_full else "partial"
    return CriterionResult(criterion.id, answer, points, criterion.max_points, reason)
