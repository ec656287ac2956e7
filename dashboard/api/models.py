"""Response models: what the OpenAPI document promises and the tests hold answers to."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.models_trust import AreaTrust
from dashboard.api.problems import MEDIA_TYPE, ProblemDocument

AreaLevelWord = Literal["safe", "at_risk", "unsafe", "not_enough_data"]
LevelWord = Literal["province", "district", "ward"]
VenueLevelWord = Literal["safe", "at_risk", "unsafe", "not_assessed"]


class Document(BaseModel):
    """Base of all answers: nothing but what is declared."""

    model_config = ConfigDict(extra="forbid")


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Problem documents that a route can answer, for its `responses`."""
    words = {
        401: "The owner's key is missing",
        403: "The owner's key is refused",
        404: "There is no such thing",
        409: "Contradicts what is stored",
        413: "The body is too long",
        422: "A parameter or the body cannot be taken; the document names it",
        503: "The data cannot be read at the moment",
    }
    return {
        status: {
            "description": words[status],
            "content": {MEDIA_TYPE: {"schema": ProblemDocument.model_json_schema()}},
        }
        for status in (*statuses, 503)
    }


class Edition(Document):
    """A boundary edition."""

    code: str = Field(examples=["vn-2021"])
    title_vi: str
    title_en: str
    valid_from: date | None
    valid_to: date | None
    source: str
    licence: str
    is_approximate: bool
    is_active: bool = Field(description="Shown where no edition is named")
    levels: dict[LevelWord, int] = Field(description="Areas by level, from the top")


class EditionList(Document):
    """All editions."""

    items: list[Edition]
    next: None = None


class Area(Document):
    """An administrative area; unknown figures are null."""

    code: str = Field(examples=["01"])
    name: str = Field(examples=["Thành phố Hà Nội"])
    name_en: str | None
    level: LevelWord
    parent: str | None
    is_leaf: bool = Field(description="Has no parts in its edition")
    population: int | None
    area_km2: float | None
    bbox: tuple[float, float, float, float] | None = Field(
        description="west, south, east, north in degrees"
    )


class AreaList(Document):
    """One page of areas in the order of their codes."""

    edition: str
    items: list[Area]
    next: str | None


class AreaDetail(Area):
    """One area and what lies above it, from the top down."""

    edition: str
    within: list[Area]


class AreaFigures(Document):
    """Level, counts and trust of an area on a day."""

    level: AreaLevelWord
    index: float | None = Field(description="0 unsafe to 100 safe, weighted by footfall")
    safe_rate: float | None = Field(description="Safe of all assessed venues, 0 to 1")
    coverage: float | None = Field(
        description="Assessed of all venues, 0 to 1; null without venues"
    )
    venues: int
    assessed: int
    safe: int
    at_risk: int
    unsafe: int
    not_assessed: int
    trust: AreaTrust


class LevelItem(AreaFigures):
    """Level and counts of one area."""

    code: str = Field(examples=["760"])


class LevelList(Document):
    """Safety of areas on one day."""

    edition: str
    level: LevelWord
    parent: str | None
    day: date
    computed_at: datetime | None = Field(description="Null for a day before the first venue")
    boundary: str | None = Field(description="Address of the boundary file of the same areas")
    items: list[LevelItem]
    next: None = None


class CompactLevels(Document):
    """One letter per feature of the boundary file, in its order."""

    edition: str
    level: LevelWord
    parent: str | None
    day: date
    boundary: str
    classes: str = Field(
        description="s safe, r at_risk, u unsafe, n not_enough_data", examples=["ssrun"]
    )
    self_declared: str = Field(
        description="Share of graded venues, in steps of 2 %: A none, B to Z and a to x some, "
        "y all; - where no venue was ever assessed",
        examples=["yyfA-"],
    )
    inspected: str = Field(
        description="Share of graded venues that were inspected on site, in the same letters",
        examples=["AAKy-"],
    )


class DensityItem(Document):
    """Check-ins of one area."""

    code: str
    visits: int | None
    per_km2: float | None
    suppressed: bool = Field(description="Withheld, because the count is small or would tell one")


class DensityList(Document):
    """Check-ins of areas on one day or in one hour."""

    edition: str
    level: LevelWord
    parent: str | None
    day: date
    hour: int | None
    suppress_below: int = Field(description="Counts from 1 to under this are withheld")
    boundary: str | None
    items: list[DensityItem]
    next: None = None


class CompactDensity(Document):
    """One sign per feature of the boundary file, in its order."""

    edition: str
    level: LevelWord
    parent: str | None
    day: date
    hour: int | None
    suppress_below: int
    boundary: str
    breaks: list[float] = Field(
        description="Visits per km² at which classes 1, 2, … begin; the same on every day"
    )
    classes: str = Field(
        description="0 to 9: the number of `breaks` reached; x suppressed; - not known",
        examples=["0124x-"],
    )


class LayerDays(Document):
    """First and last day of a layer."""

    first: date
    last: date


class Days(Document):
    """Days that can be shown, by layer."""

    edition: str
    today: date
    safety: LayerDays
    density: list[date] = Field(description="Days with released check-ins, oldest first")


class BoundaryAddress(Document):
    """Where the display geometry is."""

    edition: str
    level: LevelWord
    parent: str | None
    href: str


class TrendDay(Document):
    """Level of an area on one day; null where the day is not counted."""

    day: date
    level: AreaLevelWord | None
    index: float | None
    safe_rate: float | None
    coverage: float | None


class WorstPart(AreaFigures):
    """One of the worst parts of an area."""

    code: str
    name: str
    name_en: str | None
    admin_level: LevelWord


class TypeCount(Document):
    """Venues of one type by level."""

    type: str
    venues: int
    safe: int
    at_risk: int
    unsafe: int
    not_assessed: int


class SummaryArea(Document):
    """The area that a summary is about."""

    code: str
    name: str
    name_en: str | None
    level: LevelWord


class Summary(Document):
    """What the panel says of an area, or of the whole country, on one day."""

    edition: str
    day: date
    area: SummaryArea | None = Field(description="Null for the whole country")
    figures: AreaFigures
    trend: list[TrendDay] = Field(description="30 days up to the day, oldest first")
    worst: list[WorstPart] = Field(description="Direct parts with enough data, the worst first")
    parts: dict[AreaLevelWord, int] = Field(description="Direct parts by level")
    venue_types: list[TypeCount]
