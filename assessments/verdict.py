"""What the answers of one venue come to: score, level, and what forced it."""

from dataclasses import dataclass

from assessments.rule_models import SetLevel


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the sums of one set of answers come to.

    Attributes:
        score: On the set's own scale, unrounded.
        safety_tenths: 0 … 1000 on the scale of all sets; None where there is no level.
        set_level: The set's own level.
        is_vetoed: Whether an answer forced the level or could have.
        limit: Place of the limit that changed the level; None where none did.
    """

    score: float
    safety_tenths: int | None
    set_level: SetLevel
    points: int
    max_points: int
    is_vetoed: bool
    limit: int | None
