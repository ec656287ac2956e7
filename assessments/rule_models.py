"""Rules as data: how points become a score, a score a level, and for how long a result holds."""

from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, field_validator

from assessments.criterion_models import Confidence, LocalText, Word
from assessments.definition_files import DefinitionModel
from assessments.levels import VenueLevel


class ComponentLimit(DefinitionModel):
    """What every single criterion must reach for one of the set's levels to hold.

    Exactly one of `at_least` (higher is safer) and `below` (lower is safer), in points.

    Attributes:
        level: The level that the score gives and that this limit guards.
        otherwise: The level that the venue gets instead when one criterion breaks the limit.
    """

    level: Word
    at_least: Annotated[int, Field(ge=1)] | None = None
    below: Annotated[int, Field(ge=1)] | None = None
    otherwise: Word
    reason: LocalText
    confidence: Confidence

    def is_broken_by(self, points: int) -> bool:
        """Whether a criterion with these points breaks the limit."""
        if self.at_least is not None:
            return points < self.at_least
        return self.below is not None and points >= self.below


class Rule(DefinitionModel):
    """How points become a score and which criteria can overrule it.

    Attributes:
        kind: `percent_of_applicable` 100 · points / maximum of what applies, higher
            is safer; `passed_count` criteria passed, higher is safer; `passed_percent`
            100 · passed / those that apply; `risk_index` 100 · points / total, lower is
            safer; `checklist` says which criteria are met and gives no level.
        total_points: Sum of all `max_points`, written down so that it can be checked.
        criteria_count: Number of criteria, written down so that it can be checked.
        veto: Criteria that force `veto_level` when they stand at their worst answer
            (0 points, or failed): all, or those listed, which are the mandatory ones.
            Empty for none.
        veto_level: The set's own level that a veto forces.
        limits: Levels that hold only while every criterion reaches a limit of its own.
    """

    kind: Literal[
        "percent_of_applicable", "passed_count", "passed_percent", "risk_index", "checklist"
    ]
    total_points: int
    criteria_count: int
    veto: Literal["all"] | tuple[Word, ...] = ()
    veto_level: Word | None = None
    limits: tuple[ComponentLimit, ...] = ()
    reason: LocalText

    @property
    def is_lower_safer(self) -> bool:
        """Whether more points mean more risk."""
        return self.kind == "risk_index"

    @property
    def gives_level(self) -> bool:
        """Whether answers come to a level at all."""
        return self.kind != "checklist"

    @property
    def is_pass_fail(self) -> bool:
        """Whether criteria are passed or failed instead of given points."""
        return self.kind in ("passed_count", "passed_percent", "checklist")

    @property
    def has_open_denominator(self) -> bool:
        """Whether a criterion that does not apply leaves the sum that is divided by."""
        return self.kind in ("percent_of_applicable", "passed_percent")

    @property
    def scale_max(self) -> int:
        """Highest score."""
        return self.total_points if self.kind in ("passed_count", "checklist") else 100


class Remedy(DefinitionModel):
    """By when a venue at this level has to mend, or is looked at again.

    Attributes:
        days: Days after the day of submission; the last of them is the deadline.
        kind: `mend` what is lacking, or `recheck` by a new assessment.
    """

    days: Annotated[int, Field(ge=0, le=365)]
    kind: Literal["mend", "recheck"] = "mend"
    confidence: Confidence


class SetLevel(DefinitionModel):
    """One of the set's own levels: a band of scores, and the map's level for it.

    Exactly one of `at_least` and `above`, and exactly one of `at_most` and `below`; a level
    that only a veto or a limit gives has none of them.
    """

    code: Word
    title: LocalText
    level: VenueLevel
    level_reason: LocalText
    at_least: Decimal | None = None
    above: Decimal | None = None
    at_most: Decimal | None = None
    below: Decimal | None = None
    action: LocalText | None = None
    action_confidence: Confidence | None = None
    remedy: Remedy | None = None
    confidence: Confidence

    @field_validator("at_least", "above", "at_most", "below", mode="before")
    @classmethod
    def _exact(cls, value: object) -> object:
        """Numbers keep their written digits: 0.1 is a tenth, not a binary fraction."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return Decimal(str(value)) if is_number else value

    @property
    def has_band(self) -> bool:
        """Whether scores lead to it; if not, only a veto or a limit does."""
        limits = (self.at_least, self.above, self.at_most, self.below)
        return any(limit is not None for limit in limits)

    @cached_property
    def lower(self) -> tuple[Fraction, bool]:
        """Lower limit, and whether it belongs to the band."""
        limit = self.at_least if self.at_least is not None else self.above
        return Fraction(limit or 0), self.at_least is not None

    @cached_property
    def upper(self) -> tuple[Fraction, bool]:
        """Upper limit, and whether it belongs to the band."""
        limit = self.at_most if self.at_most is not None else self.below
        return Fraction(limit or 0), self.at_most is not None

    def holds(self, score: Fraction) -> bool:
        """Whether an unrounded score lies in the band; never where there is none."""
        (low, low_in), (high, high_in) = self.lower, self.upper
        return self.has_band and (
            (low < score or (low_in and low == score))
            and (score < high or (high_in and score == high))
        )


class Validity(DefinitionModel):
    """Days for which a result holds, the day of submission included."""

    days: Annotated[int, Field(ge=1, le=3660)]
    confidence: Confidence
    reason: LocalText
