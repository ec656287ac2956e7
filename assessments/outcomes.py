"""What every possible answer to a criterion counts: worked out once for a set, then looked up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from assessments.criterion_models import Criterion
    from assessments.rule_models import ComponentLimit

NOT_APPLICABLE: Final = "na"
PASS: Final = "pass"  # noqa: S105  (an answer)
FAIL: Final = "fail"

Answer: TypeAlias = int | Literal["pass", "fail", "na"]
"""Points, or one of the words; what is stored."""

SUM_BITS: Final = 24
COUNT_BITS: Final = 12
VETO_AT: Final = 2 * SUM_BITS
LIMITS_AT: Final = VETO_AT + COUNT_BITS


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """What one answer counted, and why.

    Attributes:
        points: Points counted; None where the criterion does not apply.
        max_points: Points that were possible; 0 where it does not apply.
        reason: `full`, `partial`, `zero`, `zero_veto`, `passed`, `failed`,
            `mandatory_failed`, `no_risk`, `some_risk`, `full_risk` or
            `not_applicable`; pages translate it as `assess.reason.<code>`.
        weight: Points, maximum, veto and broken limits side by side in one number, so
            that one sum over all criteria holds the four sums that decide the level.
    """

    id: str
    answer: Answer
    points: int | None
    max_points: int
    reason: str
    weight: int = field(default=0, repr=False, compare=False)

    @property
    def vetoes(self) -> bool:
        """Whether this answer alone forces the veto level."""
        return self.reason in ("zero_veto", "mandatory_failed")


@dataclass(frozen=True, slots=True)
class Sums:
    """What the weights of all answers come to.

    Attributes:
        points: Sum of points counted.
        max_points: Sum of points that were possible.
        vetoes: How many answers force the veto level.
        broken: How many answers break each of the rule's limits, in their order.
    """

    points: int
    max_points: int
    vetoes: int
    broken: tuple[int, ...]


def unpack(weight: int, limits: int) -> Sums:
    """The sums that a sum of weights holds.

    Args:
        weight: Sum of `CriterionResult.weight` over all criteria.
        limits: How many limits the rule has.
    """
    sums, counts = (1 << SUM_BITS) - 1, (1 << COUNT_BITS) - 1
    return Sums(
        points=weight & sums,
        max_points=weight >> SUM_BITS & sums,
        vetoes=weight >> VETO_AT & counts,
        broken=tuple(
            weight >> (LIMITS_AT + place * COUNT_BITS) & counts for place in range(limits)
        ),
    )


def allowed_answers(criterion: "Criterion") -> tuple[Answer, ...]:
    """Every answer that a criterion takes, fewest points first, `na` last."""
    answers: tuple[Answer, ...] = (
        (FAIL, PASS) if criterion.answer == "pass_fail" else criterion.all_points
    )
    return (*answers, NOT_APPLICABLE) if criterion.may_not_apply else answers


def points_of(answer: Answer) -> int:
    """Points of an answer that applies."""
    return answer if isinstance(answer, int) else int(answer == PASS)


def build_outcomes(
    criterion: "Criterion",
    *,
    is_lower_safer: bool,
    has_veto: bool,
    limits: "Sequence[ComponentLimit]" = (),
) -> dict[Answer, CriterionResult]:
    """The result of each answer that a criterion takes.

    Args:
        criterion: The criterion.
        is_lower_safer: Whether its points are risk.
        has_veto: Whether its worst answer forces the veto level.
        limits: What every criterion must reach for some of the levels.
    """
    return {
        answer: _judge(
            criterion, answer, is_lower_safer=is_lower_safer, has_veto=has_veto, limits=limits
        )
        for answer in allowed_answers(criterion)
    }


def _judge(
    criterion: "Criterion",
    answer: Answer,
    *,
    is_lower_safer: bool,
    has_veto: bool,
    limits: "Sequence[ComponentLimit]",
) -> CriterionResult:
    if answer == NOT_APPLICABLE:
        return CriterionResult(criterion.id, answer, None, 0, "not_applicable")
    points = points_of(answer)
    is_full, is_zero = points == criterion.max_points, points == criterion.min_points
    if is_lower_safer:
        reason = "no_risk" if is_zero else "full_risk" if is_full else "some_risk"
    elif criterion.answer == "pass_fail":
        reason = "passed" if is_full else "mandatory_failed" if has_veto else "failed"
    elif is_zero:
        reason = "zero_veto" if has_veto else "zero"
    else:
        reason = "full" if is_full else "partial"
    weight = points + (criterion.max_points << SUM_BITS)
    if reason in ("zero_veto", "mandatory_failed"):
        weight += 1 << VETO_AT
    for place, limit in enumerate(limits):
        if limit.is_broken_by(points):
            weight += 1 << (LIMITS_AT + place * COUNT_BITS)
    return CriterionResult(criterion.id, answer, points, criterion.max_points, reason, weight)
