"""Criteria sets as data: chapters, criteria, rule, levels, validity, and where each comes from."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, field_validator

from assessments.definition_files import DefinitionModel
from assessments.levels import VenueLevel
from assessments.outcomes import Answer, CriterionResult, build_outcomes
from assessments.venue_types import VenueType

Word = Annotated[str, Field(min_length=1)]
"""A text that is not empty."""


class Confidence(StrEnum):
    """How sure we are that a text or figure is that of the official annex."""

    EXACT = "exact"
    SECONDARY = "secondary"
    RECONSTRUCTED = "reconstructed"
    MEMORY = "memory"


class LocalText(DefinitionModel):
    """One text in Vietnamese and English."""

    vi: Word
    en: Word

    def of(self, language: str) -> str:
        """The text in a language; Vietnamese where it is not English."""
        return self.en if language == "en" else self.vi


class Chapter(DefinitionModel):
    """A group of criteria, in the order in which the page shows them."""

    id: Word
    title: LocalText


class SubContent(DefinitionModel):
    """One part of a pass/fail criterion; the criterion passes only if all parts pass."""

    id: Word
    title: LocalText


class CriterionConfidence(DefinitionModel):
    """Confidence in a criterion's wording and in its points, each on its own."""

    text: Confidence
    points: Confidence


class Criterion(DefinitionModel):
    """One question of a set.

    Attributes:
        answer: `points` takes whole numbers 0 … `max_points` in steps of `step`;
            `pass_fail` takes `pass` or `fail` and counts 1 or 0.
        may_not_apply: Whether the answer `na` is allowed; it leaves the denominator.
        sub_contents: Parts of a pass/fail criterion, where the source names them.
    """

    id: Word
    chapter: Word
    title: LocalText
    answer: Literal["points", "pass_fail"]
    max_points: Annotated[int, Field(ge=1, le=1000)]
    step: Annotated[int, Field(ge=1)] = 1
    may_not_apply: bool = False
    confidence: CriterionConfidence
    sub_contents: tuple[SubContent, ...] = ()

    @property
    def is_official_text(self) -> bool:
        """Whether the wording is the annex's own."""
        return self.confidence.text is Confidence.EXACT


class Rule(DefinitionModel):
    """How points become a score and which criteria can overrule it.

    Attributes:
        kind: `percent_of_applicable` 100 · points / maximum of what applies, higher
            is safer; `passed_count` criteria passed, higher is safer; `risk_index`
            100 · points / total, lower is safer.
        total_points: Sum of all `max_points`, written down so that it can be checked.
        criteria_count: Number of criteria, written down so that it can be checked.
        veto: Criteria that force `veto_level` when they stand at their worst answer
            (0 points, or failed): all, or those listed. Empty for none.
        veto_level: The set's own level that a veto forces.
    """

    kind: Literal["percent_of_applicable", "passed_count", "risk_index"]
    total_points: int
    criteria_count: int
    veto: Literal["all"] | tuple[Word, ...] = ()
    veto_level: Word | None = None
    reason: LocalText

    @property
    def is_lower_safer(self) -> bool:
        """Whether more points mean more risk."""
        return self.kind == "risk_index"

    @property
    def scale_max(self) -> int:
        """Highest score; the lowest is 0."""
        return self.total_points if self.kind == "passed_count" else 100


class SetLevel(DefinitionModel):
    """One of the set's own levels: a band of scores, and the map's level for it.

    Exactly one of `at_least` and `above`, and exactly one of `at_most` and `below`.
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
    confidence: Confidence

    @field_validator("at_least", "above", "at_most", "below", mode="before")
    @classmethod
    def _exact(cls, value: object) -> object:
        """Numbers keep their written digits: 0.1 is a tenth, not a binary fraction."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return Decimal(str(value)) if is_number else value

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
        """Whether an unrounded score lies in the band."""
        (low, low_in), (high, high_in) = self.lower, self.upper
        return (low < score or (low_in and low == score)) and (
            score < high or (high_in and score == high)
        )


class Validity(DefinitionModel):
    """Days for which a result holds, the day of submission included."""

    days: Annotated[int, Field(ge=1, le=3660)]
    confidence: Confidence
    reason: LocalText


class CriteriaSet(DefinitionModel):
    """One criteria set in one version: all that scoring and the page need."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    version: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}\.\d+$")]
    title: LocalText
    issuer: LocalText
    document: Word
    issued_on: date
    first_day: date
    last_day: date | None = None
    venue_types: Annotated[tuple[VenueType, ...], Field(min_length=1)]
    note: LocalText
    chapters: Annotated[tuple[Chapter, ...], Field(min_length=1)]
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    rule: Rule
    levels: Annotated[tuple[SetLevel, ...], Field(min_length=2)]
    validity: Validity
    sources: Annotated[tuple[Word, ...], Field(min_length=1)]

    @property
    def validity_days(self) -> int:
        """Days for which a result holds, the day of submission included."""
        return self.validity.days

    @cached_property
    def criteria_by_id(self) -> dict[str, Criterion]:
        """Criteria by id, in the set's order."""
        return {criterion.id: criterion for criterion in self.criteria}

    @cached_property
    def veto_ids(self) -> frozenset[str]:
        """Ids of the criteria whose worst answer forces the veto level."""
        if self.rule.veto == "all":
            return frozenset(self.criteria_by_id)
        return frozenset(self.rule.veto)

    @cached_property
    def outcomes(self) -> dict[str, dict[Answer, CriterionResult]]:
        """The result of every answer that is allowed, by criterion id, in the set's order."""
        return {
            criterion.id: build_outcomes(
                criterion,
                is_lower_safer=self.rule.is_lower_safer,
                has_veto=criterion.id in self.veto_ids,
            )
            for criterion in self.criteria
        }

    @cached_property
    def levels_by_code(self) -> dict[str, SetLevel]:
        """The set's own levels by code, safest first."""
        return {level.code: level for level in self.levels}

    @cached_property
    def has_official_text(self) -> bool:
        """Whether every wording is the annex's own."""
        return all(criterion.is_official_text for criterion in self.criteria)

    def holds_on(self, day: date) -> bool:
        """Whether the set is in force on a day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)
