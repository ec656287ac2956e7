"""What scoring hands back: results, reasons, the way to the next level."""

from dataclasses import dataclass

from assessments.levels import VenueLevel
from assessments.outcomes import Answer, CriterionResult


@dataclass(frozen=True, slots=True)
class Change:
    """One answer to better, with the least that suffices."""

    criterion_id: str
    old_answer: Answer
    new_answer: Answer


@dataclass(frozen=True, slots=True)
class NextLevel:
    """The fewest changes that reach the next better of the set's levels, or one above it."""

    set_level: str
    level: VenueLevel
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """The result of complete answers.

    Attributes:
        score: On the set's own scale, unrounded.
        safety_tenths: 0 … 1000 on one scale for all sets, higher is safer, rounded
            down; a veto or a limit caps it at the top of the level that it forces, so
            that no unsafe venue raises an area's index by its other points. None where
            the set gives no level.
        level: The map's level; `not_assessed` where the set gives no level.
        set_level: The set's own level code.
        points: Sum of points counted.
        max_points: Sum of points that were possible.
        vetoed_by: Criteria whose answers forced the level, in the set's order.
        limited_by: Criteria that break the limit which changed the level, in that order.
        next_level: How to reach the next better level; None at the best.
    """

    set_id: str
    set_version: str
    score: float
    safety_tenths: int | None
    level: VenueLevel
    set_level: str
    points: int
    max_points: int
    criteria: tuple[CriterionResult, ...]
    vetoed_by: tuple[str, ...]
    limited_by: tuple[str, ...]
    next_level: NextLevel | None

    @property
    def has_level(self) -> bool:
        """Whether the answers came to a level, which then colours the venue's days."""
        return self.safety_tenths is not None

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers as checked, in the set's order: what is stored."""
        return {one.id: one.answer for one in self.criteria}

    @property
    def points_by_criterion(self) -> dict[str, dict[str, int | str | None]]:
        """Points, maximum and reason by criterion id: what is stored beside the level."""
        return {
            one.id: {"points": one.points, "max": one.max_points, "reason": one.reason}
            for one in self.criteria
        }


@dataclass(frozen=True, slots=True)
class Preview:
    """What incomplete answers say already, and nothing more.

    Attributes:
        missing: Criteria without an answer, in the set's order.
        points: Sum of points so far.
        max_points: Points possible in what is answered so far.
        best: Result if every missing answer were the best one.
        worst: Result if every missing answer were the worst one; the final level lies
            between the two.
        result: The result itself once nothing is missing.
    """

    missing: tuple[str, ...]
    points: int
    max_points: int
    best: ScoreResult
    worst: ScoreResult
    result: ScoreResult | None
