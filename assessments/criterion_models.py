"""Criteria as data: wording in both languages, answers, points, and how sure we are of each."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from assessments.definition_files import DefinitionModel

Word = Annotated[str, Field(min_length=1, pattern=r"\S")]
"""A text that is not empty."""


class Confidence(StrEnum):
    """How sure we are that a text or figure is that of the official annex."""

    EXACT = "exact"
    SECONDARY = "secondary"
    RECONSTRUCTED = "reconstructed"
    MEMORY = "memory"
    UNKNOWN = "unknown"


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


class ScaleStep(DefinitionModel):
    """What a venue must be like for a number of points."""

    points: Annotated[int, Field(ge=0, le=1000)]
    text: LocalText


class CriterionConfidence(DefinitionModel):
    """Confidence in a criterion's wording, its points and its being mandatory, each on its own.

    `mandatory` is None where it is as sure as the points.
    """

    text: Confidence
    points: Confidence
    mandatory: Confidence | None = None


class Criterion(DefinitionModel):
    """One question of a set.

    Attributes:
        answer: `points` takes whole numbers `min_points` … `max_points` in steps of `step`,
            or exactly the points of `scale` where that is complete; `pass_fail` takes
            `pass` or `fail` and counts 1 or 0.
        min_points: Fewest points that an answer can have; above 0 only in a risk index.
        may_not_apply: Whether the answer `na` is allowed; it leaves the denominator.
        scale: What stands for how many points, where the source names it.
        is_scale_complete: Whether the source names every step, so that no other points
            are taken.
        sub_contents: Parts of a pass/fail criterion, where the source names them.
    """

    id: Word
    chapter: Word
    title: LocalText
    answer: Literal["points", "pass_fail"]
    max_points: Annotated[int, Field(ge=1, le=1000)]
    min_points: Annotated[int, Field(ge=0, le=1000)] = 0
    step: Annotated[int, Field(ge=1)] = 1
    may_not_apply: bool = False
    scale: tuple[ScaleStep, ...] = ()
    is_scale_complete: bool = True
    confidence: CriterionConfidence
    sub_contents: tuple[SubContent, ...] = ()

    @property
    def is_official_text(self) -> bool:
        """Whether the wording is the annex's own."""
        return self.confidence.text is Confidence.EXACT

    @property
    def is_text_known(self) -> bool:
        """Whether the wording was found at all; if not, the official document must be at hand."""
        return self.confidence.text is not Confidence.UNKNOWN

    @property
    def options(self) -> tuple[tuple[int, LocalText], ...]:
        """The steps of the scale as (points, text), fewest points first; empty without one."""
        return tuple((one.points, one.text) for one in sorted(self.scale, key=lambda s: s.points))

    @property
    def all_points(self) -> tuple[int, ...]:
        """Every number of points that an answer can have, fewest first."""
        if self.scale and self.is_scale_complete:
            return tuple(points for points, _ in self.options)
        return tuple(range(self.min_points, self.max_points + 1, self.step))
