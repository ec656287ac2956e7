"""Criteria sets as data: chapters, criteria, rule, levels, territory, and where each is from."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import Field

from assessments.criterion_models import (
    Chapter,
    Confidence,
    Criterion,
    CriterionConfidence,
    LocalText,
    ScaleStep,
    SubContent,
    Word,
)
from assessments.definition_files import DefinitionModel
from assessments.outcomes import Answer, CriterionResult, build_outcomes
from assessments.rule_models import ComponentLimit, Remedy, Rule, SetLevel, Validity
from assessments.venue_types import VenueType
from assessments.verdict import Verdict

__all__ = [
    "Chapter",
    "ComponentLimit",
    "Confidence",
    "CriteriaSet",
    "Criterion",
    "CriterionConfidence",
    "LocalText",
    "ReferenceSet",
    "Remedy",
    "Rule",
    "ScaleStep",
    "SetHead",
    "SetLevel",
    "SubContent",
    "Validity",
    "Word",
]

ANY_TYPE: Final = "any"
"""Stands in a file for every type of venue."""

ProvinceCode = Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,20}$")]


class SetHead(DefinitionModel):
    """What a criteria set is, for whom, where and since when.

    Attributes:
        version: Day of the document and a number that rises with every change.
        territory: `national`, or the codes of the provinces in which it holds.
        replaces: Ids of the sets that end on the day before this one begins.
        replaces_documents: Documents that it ends and that are not among our sets.
        venue_types: The types that it names, or `any`, which stands for all of them.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    version: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}\.\d+$")]
    title: LocalText
    issuer: LocalText
    document: Word
    territory: Literal["national"] | Annotated[tuple[ProvinceCode, ...], Field(min_length=1)] = (
        "national"
    )
    replaces: tuple[Word, ...] = ()
    replaces_documents: tuple[Word, ...] = ()
    venue_types: Annotated[tuple[VenueType, ...], Field(min_length=1)]
    note: LocalText
    sources: Annotated[tuple[Word, ...], Field(min_length=1)]

    @property
    def is_national(self) -> bool:
        """Whether it holds in the whole country."""
        return self.territory == "national"

    @property
    def is_for_any_type(self) -> bool:
        """Whether it names no type of venue in particular."""
        return len(self.venue_types) == len(VenueType)

    def covers_province(self, province_code: str | None) -> bool:
        """Whether it holds in a province; where that is not known only a national one does."""
        return self.territory == "national" or province_code in self.territory


class CriteriaSet(SetHead):
    """One criteria set in one version: all that scoring and the page need.

    Attributes:
        fillable: Its criteria are known, so that a venue can answer them.
        issued_on: Day of the document.
        first_day: First day on which it is in force.
        last_day: Last such day; None while nothing has ended it.
        version_from: First day on which this version scores; None for the first day.
    """

    fillable: Literal[True] = True
    issued_on: date
    issued_on_confidence: Confidence = Confidence.EXACT
    first_day: date
    last_day: date | None = None
    version_from: date | None = None
    chapters: Annotated[tuple[Chapter, ...], Field(min_length=1)]
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    rule: Rule
    levels: Annotated[tuple[SetLevel, ...], Field(min_length=1)]
    validity: Validity

    @property
    def gives_level(self) -> bool:
        """Whether answers come to a level; if not, the venue stays "not assessed"."""
        return self.rule.gives_level

    @property
    def validity_days(self) -> int:
        """Days for which a result holds, the day of submission included."""
        return self.validity.days

    @property
    def scores_from(self) -> date:
        """First day on which this version scores."""
        return self.version_from or self.first_day

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
    def mandatory_ids(self) -> frozenset[str]:
        """Ids of the criteria that the set names as mandatory; none where a 0 vetoes anywhere."""
        return frozenset() if self.rule.veto == "all" else self.veto_ids

    @cached_property
    def outcomes(self) -> dict[str, dict[Answer, CriterionResult]]:
        """The result of every answer that is allowed, by criterion id, in the set's order."""
        return {
            criterion.id: build_outcomes(
                criterion,
                is_lower_safer=self.rule.is_lower_safer,
                has_veto=criterion.id in self.veto_ids,
                limits=self.rule.limits,
            )
            for criterion in self.criteria
        }

    @cached_property
    def verdicts(self) -> dict[int, Verdict]:
        """Verdicts worked out so far, by the sum of the weights of all answers."""
        return {}

    @cached_property
    def levels_by_code(self) -> Mapping[str, SetLevel]:
        """The set's own levels by code, safest first."""
        return {level.code: level for level in self.levels}

    @cached_property
    def rank_of_level(self) -> dict[str, int]:
        """Place of each of the set's own levels by code; 0 is the safest."""
        return {level.code: rank for rank, level in enumerate(self.levels)}

    @cached_property
    def min_points(self) -> int:
        """Fewest points that complete answers can have."""
        return sum(criterion.min_points for criterion in self.criteria)

    @cached_property
    def has_official_text(self) -> bool:
        """Whether every wording is the annex's own."""
        return all(criterion.is_official_text for criterion in self.criteria)

    def holds_on(self, day: date) -> bool:
        """Whether the set is in force on a day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


class ReferenceLevel(DefinitionModel):
    """A level that a document names; its limits in words, None where they were not found."""

    title: LocalText
    band: LocalText | None = None
    confidence: Confidence


class ReferenceSet(SetHead):
    """A set whose criteria were not found: it is listed with its document, and cannot be filled.

    Attributes:
        issued_on: Day of the document; None where only the year is known.
        issued_in: Year of the document.
    """

    fillable: Literal[False]
    issued_on: date | None = None
    issued_in: Annotated[int, Field(ge=2019, le=2100)]
    levels: tuple[ReferenceLevel, ...] = ()
